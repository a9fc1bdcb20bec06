// A domain as it was published, and as it must not become: one event, changed in each way.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "actors/model/describe.hpp"

namespace acta::testing {

enum class hue { red, green };
template <class Inspector>
bool inspect(Inspector& f, hue& c) {
  return f.enumeration(c, {{hue::red, "red"}, {hue::green, "green"}});
}
enum class one_hue { red };
template <class Inspector>
bool inspect(Inspector& f, one_hue& c) {
  return f.enumeration(c, {{one_hue::red, "red"}});
}

struct sold {
  std::int64_t price = 0;
  std::string buyer;
  hue paint = hue::red;
};
template <class Inspector>
bool inspect(Inspector& f, sold& e) {
  return f.object(e).fields(f.field("price", e.price), f.field("buyer", e.buyer),
                            f.field("paint", e.paint));
}

struct field_added : sold {
  std::string reason;
};
template <class Inspector>
bool inspect(Inspector& f, field_added& e) {
  return f.object(e).fields(f.field("price", e.price), f.field("buyer", e.buyer),
                            f.field("paint", e.paint), f.field("reason", e.reason));
}
struct field_removed : sold {};
template <class Inspector>
bool inspect(Inspector& f, field_removed& e) {
  return f.object(e).fields(f.field("price", e.price), f.field("paint", e.paint));
}
struct field_renamed : sold {};
template <class Inspector>
bool inspect(Inspector& f, field_renamed& e) {
  return f.object(e).fields(f.field("price", e.price), f.field("customer", e.buyer),
                            f.field("paint", e.paint));
}
struct field_of_another_type : sold {
  double euros = 0;
};
template <class Inspector>
bool inspect(Inspector& f, field_of_another_type& e) {
  return f.object(e).fields(f.field("price", e.euros), f.field("buyer", e.buyer),
                            f.field("paint", e.paint));
}
struct value_removed : sold {
  one_hue only = one_hue::red;
};
template <class Inspector>
bool inspect(Inspector& f, value_removed& e) {
  return f.object(e).fields(f.field("price", e.price), f.field("buyer", e.buyer),
                            f.field("paint", e.only));
}

struct field_of_the_same_name : sold {};
template <class Inspector>
bool inspect(Inspector& f, field_of_the_same_name& e) {
  return f.object(e).fields(f.field("price", e.price), f.field("price", e.buyer));
}

struct sell {};
template <class Inspector>
bool inspect(Inspector& f, sell& c) {
  return f.object(c).fields();
}

/// Sells; its events are what a test says, the first of them by its command.
template <class Retired, class First, class... Events>
class basic_shop {
public:
  static constexpr std::string_view type = "test.shop";
  static constexpr int state_version = 1;
  using events = acta::events<First, Events...>;
  using commands = acta::commands<sell>;
  using retired = Retired;
  decision<basic_shop> decide(const sell&, const context&) const { return typename First::type{}; }
  template <class Event>
  void apply(const Event&) {}
  [[nodiscard]] sold view() const { return {}; }
  template <class Inspector>
  friend bool inspect(Inspector& f, basic_shop& s) {
    return f.object(s).fields();
  }
};
template <class... Events>
using shop_of = basic_shop<acta::retired<>, Events...>;

template <class Sold>
using shop_with = shop_of<event<Sold, "test.shop.sold", 1>>;
using shop = shop_with<sold>;
/// One that publishes another event beside it.
using larger_shop =
    shop_of<event<sold, "test.shop.sold", 1>, event<field_added, "test.shop.returned", 1>>;
/// One that has forgotten what it published.
using other_shop = shop_of<event<field_added, "test.shop.returned", 1>>;
/// One that has no use for it any more, and says so.
using retiring_shop =
    basic_shop<acta::retired<"test.shop.sold">, event<field_added, "test.shop.returned", 1>>;

}  // namespace acta::testing
