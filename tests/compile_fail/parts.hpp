// The sound parts that the cases here put together with one mistake.
#pragma once

#include <string_view>

#include "actors/model/describe.hpp"

struct opened {};
template <class Inspector>
bool inspect(Inspector& f, opened& e) {
  return f.object(e).fields();
}

struct open {};
template <class Inspector>
bool inspect(Inspector& f, open& c) {
  return f.object(c).fields();
}

struct seen {};
template <class Inspector>
bool inspect(Inspector& f, seen& v) {
  return f.object(v).fields();
}

/// A sound aggregate, as far as its event, its command, its view and its upcasters are.
template <class Event, class Command = open, class View = seen, int SchemaVersion = 1,
          class Upcasters = acta::upcasters<>>
class door_of {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<Event, "test.door.opened", SchemaVersion>>;
  using upcasters = Upcasters;
  using commands = acta::commands<Command>;

  acta::decision<door_of> decide(const Command&, const acta::context&) const {
    return acta::nothing;
  }
  void apply(const Event&) {}
  View view() const { return View(); }

private:
  template <class Inspector>
  friend bool inspect(Inspector& f, door_of& a) {
    return f.object(a).fields();
  }
};
