// A second domain, to show that nothing is shaped like a bank: a parcel on its way. It has what an
// account has not: an enumeration, lists, a map, times, nested values, bytes, an event in its third
// version, a command with several events and one with none, and decisions that look at the clock.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/model/describe.hpp"

namespace post {

enum class service { letter, parcel, express };
template <class Inspector>
bool inspect(Inspector& f, service& s) {
  return f.enumeration(
      s, {{service::letter, "letter"}, {service::parcel, "parcel"}, {service::express, "express"}});
}

struct place {
  std::string city;
  std::optional<std::string> street;
};
template <class Inspector>
bool inspect(Inspector& f, place& p) {
  return f.object(p).fields(f.field("city", p.city), f.field("street", p.street));
}

struct posted_v1 {
  std::string to;
};
template <class Inspector>
bool inspect(Inspector& f, posted_v1& e) {
  return f.object(e).fields(f.field("to", e.to));
}
struct posted_v2 {
  place to;
};
template <class Inspector>
bool inspect(Inspector& f, posted_v2& e) {
  return f.object(e).fields(f.field("to", e.to));
}
struct posted {
  place to;
  service by = service::parcel;
  std::map<std::string, std::uint16_t> contents;  ///< Thing to grams.
};
template <class Inspector>
bool inspect(Inspector& f, posted& e) {
  return f.object(e).fields(f.field("to", e.to), f.field("by", e.by),
                            f.field("contents", e.contents));
}

struct scanned {
  place at;
  acta::timestamp when;
};
template <class Inspector>
bool inspect(Inspector& f, scanned& e) {
  return f.object(e).fields(f.field("at", e.at), f.field("when", e.when));
}

struct delivered {
  acta::bytes signature;
};
template <class Inspector>
bool inspect(Inspector& f, delivered& e) {
  return f.object(e).fields(f.field("signature", e.signature));
}

struct send {
  place to;
  service by = service::parcel;
  std::map<std::string, std::uint16_t> contents;
};
template <class Inspector>
bool inspect(Inspector& f, send& c) {
  return f.object(c).fields(f.field("to", c.to), f.field("by", c.by).fallback(service::parcel),
                            f.field("contents", c.contents));
}

/// Somebody held it under a scanner, with a signature if it was handed over there.
struct scan {
  static constexpr std::string_view name =
      "scan-at";  // published under another name than its type's
  place at;
  std::optional<acta::bytes> signature;
};
template <class Inspector>
bool inspect(Inspector& f, scan& c) {
  return f.object(c).fields(f.field("at", c.at), f.field("signature", c.signature));
}

struct tracking {
  service by = service::parcel;
  std::vector<place> route;
  std::optional<acta::timestamp> last_seen;
  double kilograms = 0;
  bool delivered = false;
};
template <class Inspector>
bool inspect(Inspector& f, tracking& v) {
  return f.object(v).fields(f.field("by", v.by), f.field("route", v.route),
                            f.field("last_seen", v.last_seen), f.field("kilograms", v.kilograms),
                            f.field("delivered", v.delivered));
}

inline posted_v2 with_place(const posted_v1& old) { return {{old.to, std::nullopt}}; }
inline posted with_contents(const posted_v2& old) { return {old.to, service::parcel, {}}; }

class parcel {
public:
  static constexpr std::string_view type = "post.parcel";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<posted, "post.parcel.posted", 3>,
                              acta::event<scanned, "post.parcel.scanned", 1>,
                              acta::event<delivered, "post.parcel.delivered", 1>>;
  using upcasters = acta::upcasters<acta::upcast<posted_v1, posted_v2, with_place>,
                                    acta::upcast<posted_v2, posted, with_contents>>;
  using commands = acta::commands<send, scan>;

  [[nodiscard]] acta::decision<parcel> decide(const send& command, const acta::context&) const {
    if (!state_.route.empty()) return acta::refuse("already_sent");
    if (command.to.city.empty()) return acta::refuse("no_address", "a parcel goes somewhere");
    return posted{command.to, command.by, command.contents};
  }
  [[nodiscard]] acta::decision<parcel> decide(const scan& command, const acta::context& c) const {
    if (state_.route.empty() || state_.delivered) return acta::refuse("not_on_its_way");
    if (command.signature)
      return acta::accept(scanned{command.at, c.time}, delivered{*command.signature});
    if (command.at.city == state_.route.back().city && state_.last_seen) return acta::nothing;
    return scanned{command.at, c.time};
  }

  void apply(const posted& event) {
    state_.by = event.by;
    state_.route.push_back(event.to);
    for (const auto& [thing, grams] : event.contents) state_.kilograms += grams / 1000.0;
  }
  void apply(const scanned& event) {
    state_.route.push_back(event.at);
    state_.last_seen = event.when;
  }
  void apply(const delivered&) { state_.delivered = true; }

  [[nodiscard]] tracking view() const { return state_; }

private:
  template <class Inspector>
  friend bool inspect(Inspector& f, parcel& p) {
    return f.object(p).fields(f.field("state", p.state_));
  }
  tracking state_;
};

}  // namespace post
