// A domain whose every function throws when a test says so: an int, or from decide() an exception
// without a text. Only what has to do with the unlucky amount throws, so that its neighbours can be
// looked at.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <string_view>

#include "actors/model/describe.hpp"

namespace acta::testing {

using namespace internal;

enum class place {
  nowhere,
  state_constructor,  // whatever the amount
  state_saved,
  state_loaded,
  decide,
  apply,
  view,
  view_saved,
  view_copied,
  event_saved,
  event_loaded,
  command_saved,
  command_constructor,  // whatever the amount
};
inline std::atomic<place> throws_in{place::nowhere};
inline constexpr std::int64_t unlucky = 13;

struct textless_exception : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return nullptr; }
};

inline void pass(place here, std::int64_t amount = unlucky) {
  if (throws_in != here || amount != unlucky) return;
  if (here == place::decide) throw textless_exception{};
  throw 42;
}

/// Lets one place throw, for as long as it lives.
class throwing_in {
public:
  explicit throwing_in(place here) { throws_in = here; }
  throwing_in(const throwing_in&) = delete;
  throwing_in& operator=(const throwing_in&) = delete;
  ~throwing_in() { throws_in = place::nowhere; }
};

struct felt {
  std::int64_t amount = 0;
};
template <class Inspector>
bool inspect(Inspector& f, felt& e) {
  if (!f.loading()) pass(place::event_saved, e.amount);
  const bool done = f.object(e).fields(f.field("amount", e.amount));
  if (f.loading()) pass(place::event_loaded, e.amount);
  return done;
}

struct feel {
  feel() { pass(place::command_constructor); }
  explicit feel(std::int64_t how_much) : amount{how_much} {}
  std::int64_t amount = 0;
};
template <class Inspector>
bool inspect(Inspector& f, feel& c) {
  if (!f.loading()) pass(place::command_saved, c.amount);
  return f.object(c).fields(f.field("amount", c.amount));
}

struct mood {
  mood() = default;
  explicit mood(std::int64_t amount) : last{amount} {}
  mood(const mood& other) : last{other.last} { pass(place::view_copied, last); }
  mood(mood&&) noexcept = default;
  mood& operator=(const mood&) = default;
  mood& operator=(mood&&) noexcept = default;
  ~mood() = default;
  std::int64_t last = 0;
};
template <class Inspector>
bool inspect(Inspector& f, mood& v) {
  if (!f.loading()) pass(place::view_saved, v.last);
  return f.object(v).fields(f.field("last", v.last));
}

class moody {
public:
  static constexpr std::string_view type = "test.moody";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<felt, "test.moody.felt", 1>>;
  using commands = acta::commands<feel>;

  moody() { pass(place::state_constructor); }

  decision<moody> decide(const feel& command, const context&) const {
    pass(place::decide, command.amount);
    return felt{command.amount};
  }
  void apply(const felt& event) {
    pass(place::apply, event.amount);
    last_ = event.amount;
  }
  [[nodiscard]] mood view() const {
    pass(place::view, last_);
    return mood{last_};
  }

private:
  template <class Inspector>
  friend bool inspect(Inspector& f, moody& a) {
    if (!f.loading()) pass(place::state_saved, a.last_);
    const bool done = f.object(a).fields(f.field("last", a.last_));
    if (f.loading()) pass(place::state_loaded, a.last_);
    return done;
  }
  std::int64_t last_ = 0;
};

}  // namespace acta::testing
