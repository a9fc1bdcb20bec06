// A domain whose every function throws when a test says so: an object whose
// destructor throws an int, or from decide() an exception
// without a text, or std::bad_alloc. Only what has to do with the unlucky amount throws, so that
// its neighbours can be looked at.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <new>
#include <string_view>
#include <utility>

#include "actors/model/describe.hpp"
#include "tests/support/leaking.hpp"

namespace acta::testing {

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
  event_constructor,  // whatever the amount
  command_saved,
  command_constructor,  // whatever the amount
};
inline std::atomic<place> throws_in{place::nowhere};
inline std::atomic<bool> lacks_memory{false};
inline constexpr std::int64_t unlucky = 13;

/// Throws again when the handler that caught it ends.
struct barbed {
  barbed() = default;
  barbed(const barbed&) = default;
  barbed& operator=(const barbed&) = default;
  ~barbed() noexcept(false) { throw 42; }
};

[[noreturn]] inline void throw_barbed() { throw_leaking<barbed>(); }

struct textless_exception : std::exception {
  [[nodiscard]] const char* what() const noexcept override { return nullptr; }
};

/// Is called at each place that is passed, whatever the amount. Null: nobody looks.
inline std::atomic<const std::function<void(place)>*> looks_at_places{nullptr};

inline void pass(place here, std::int64_t amount = unlucky) {
  if (const auto* look = looks_at_places.load()) (*look)(here);
  if (throws_in != here || amount != unlucky) return;
  if (lacks_memory) throw std::bad_alloc{};
  if (here == place::decide) throw textless_exception{};
  throw_barbed();
}

enum class fault { of_the_domain, no_memory };

/// Lets one place throw, for as long as it lives.
class throwing_in {
public:
  explicit throwing_in(place here, fault what = fault::of_the_domain) {
    lacks_memory = what == fault::no_memory;
    throws_in = here;
  }
  throwing_in(const throwing_in&) = delete;
  throwing_in& operator=(const throwing_in&) = delete;
  ~throwing_in() { throws_in = place::nowhere; }
};

/// Calls a function at each place, for as long as it lives.
class looking_at_places {
public:
  explicit looking_at_places(std::function<void(place)> look) : look_{std::move(look)} {
    looks_at_places = &look_;
  }
  looking_at_places(const looking_at_places&) = delete;
  looking_at_places& operator=(const looking_at_places&) = delete;
  ~looking_at_places() { looks_at_places = nullptr; }

private:
  const std::function<void(place)> look_;
};

struct felt {
  felt() { pass(place::event_constructor); }
  explicit felt(std::int64_t how_much) : amount{how_much} {}
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
