// Tests a domain without an actor, a journal or a clock, in any test framework:
//
//   EXPECT_EQ(given<account>(opened{"Ann", 0}, deposited{500, ""}).when(withdraw{200, "rent"}),
//             then(withdrawn{200, "rent"}));
//   EXPECT_EQ(given<account>(opened{"Ann", 0}).when(withdraw{1, ""}),
//             then_refused("insufficient_funds"));
//   EXPECT_EQ(given<account>().when(open{"Ann", 0}), then(opened{"Ann", 0}));
//   EXPECT_EQ(given<account>(opened{"Ann", 0}, deposited{5, ""}).view().balance, 5);
//
// An event may be of an older version: upcasters are tested so too.
//
// What was expected and what came are compared by value, and shown as text. Two doubles are equal
// when the journal would hold the same: 0.0 differs from -0.0. An event that a journal does not
// take equals nothing: it has a double that is not finite, a time outside the years 0 to 9999, text
// that is not UTF-8, or an enumeration without a name. A node answers such a command
// `domain_failed`.
#pragma once

#include <ostream>
#include <string>
#include <utility>

#include "actors/model/contract.hpp"
#include "actors/model/describe.hpp"
#include "actors/model/exact_value.hpp"
#include "actors/model/to_text.hpp"

namespace acta {

/// What became of a command: the events that happened, in order, or why none did.
class outcome {
public:
  /// For people: `withdrawn{minor_units: 200, reference: "rent"}`.
  std::string text;

  friend bool operator==(const outcome& one, const outcome& other) {
    return one.writable_ && other.writable_ && one.exact_ == other.exact_;
  }
  friend std::ostream& operator<<(std::ostream& out, const outcome& what) {
    return out << what.text;
  }

  /// Adds an event that happened after those before.
  template <class Event>
  void add(Event event) {
    text += (text.empty() ? "" : ", ") + std::string{detail::unqualified_name<Event>()} +
            to_text(event);
    exact_writer writer;
    writable_ = visit(writer, event) && writable_;
    exact_ += __PRETTY_FUNCTION__ + writer.written();  // which names the event's whole type
  }
  /// What became of a command without events.
  [[nodiscard]] static outcome without_events(std::string said) {
    outcome made;
    made.exact_ = made.text = std::move(said);
    return made;
  }

private:
  std::string exact_;
  bool writable_ = true;
};

[[nodiscard]] inline outcome then_refused(const std::string& code) {
  return outcome::without_events("refused: " + code);
}
/// The command was fine and had nothing to record.
[[nodiscard]] inline outcome then_nothing() { return outcome::without_events("nothing"); }
/// These events, in this order; none is the same as then_nothing().
template <class... Events>
[[nodiscard]] outcome then(Events... events) {
  if constexpr (sizeof...(Events) == 0) return then_nothing();
  outcome made;
  (made.add(std::move(events)), ...);
  return made;
}

/// An aggregate to which events happened: what given() returns.
template <class A>
class given_events {
public:
  /// One of an older version is lifted, as from a journal.
  template <class Event>
  void add(const Event& happened) {
    using step = typename detail::upcast_from<Event, typename detail::upcasters_of<A>::type>::type;
    static_assert(A::events::template contains<Event> || !std::is_void_v<step>,
                  "acta: given() takes events of the aggregate, of any version");
    if constexpr (A::events::template contains<Event>) {
      aggregate_.apply(happened);
      version_ = version_.next();
    } else if constexpr (!std::is_void_v<step>) {
      add(step::function(happened));
    }
  }

  /// Decides `command`. The context's version and an empty id are filled in; the events are applied
  /// too, so that an apply() that throws at what decide() returned fails the test.
  template <class Command>
  [[nodiscard]] outcome when(const Command& command, context circumstances = {}) const {
    (void)command_index<A, Command>();  // says so if it is none of the aggregate's
    circumstances.version = version_;
    if (circumstances.id.empty()) circumstances.id = "test";
    auto made = aggregate_.decide(command, circumstances);
    if (made.refused()) return then_refused(made.why().code);
    outcome all;
    A evolved = aggregate_;
    for (const auto& event : made.events())
      std::visit(
          [&](const auto& one) {
            evolved.apply(one);
            all.add(one);
          },
          event);
    return all.text.empty() ? then_nothing() : all;
  }

  [[nodiscard]] auto view() const { return aggregate_.view(); }

private:
  A aggregate_;
  acta::version version_;
};

/// An aggregate to which these events happened, in this order.
template <class A, class... Events>
[[nodiscard]] given_events<A> given(const Events&... happened) {
  (void)detail::check_aggregate<A>();  // says what A lacks
  given_events<A> made;
  (made.add(happened), ...);
  return made;
}

}  // namespace acta
