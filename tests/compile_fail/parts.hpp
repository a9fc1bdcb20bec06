// The sound parts that the cases combine with one mistake each.
#pragma once

#include <string_view>

#include "actors/model/describe.hpp"

// The compiler sees the text of SOUND without the mistake, and the text of MISTAKE with the
// mistake.
#ifdef WITH_MISTAKE
#define SOUND(...)
#define MISTAKE(...) __VA_ARGS__
#else
#define SOUND(...) __VA_ARGS__
#define MISTAKE(...)
#endif

/// The inspect() of a type without fields.
#define INSPECT(Type)                      \
  template <class Inspector>               \
  bool inspect(Inspector& f, Type& self) { \
    return f.object(self).fields();        \
  }

// An event, a command and a view.
struct opened {};
INSPECT(opened)
struct open {};
INSPECT(open)
struct seen {};
INSPECT(seen)

// A second event.
struct closed {};
INSPECT(closed)

// Older versions of `opened`, and functions for upcasts.
struct opened_v1 {};
INSPECT(opened_v1)
struct opened_v2 {};
INSPECT(opened_v2)
inline opened_v2 v1_to_v2(const opened_v1&) { return {}; }
inline opened v1_to_opened(const opened_v1&) { return {}; }
inline opened v2_to_opened(const opened_v2&) { return {}; }
inline opened_v1 opened_to_v1(const opened&) { return {}; }

/// An event with one field.
template <class Value>
struct event_with {
  Value value{};
};
template <class Inspector, class Value>
bool inspect(Inspector& f, event_with<Value>& self) {
  return f.object(self).fields(f.field("value", self.value));
}

/// An aggregate that is sound if its event, its command, its view and its upcasters are.
/// door.hpp has the aggregate for a mistake in the aggregate itself.
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
