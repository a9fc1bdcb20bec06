// The smallest domain that shows every way a command can end.
#pragma once

#include <stdexcept>
#include <string_view>

#include "actors/model/describe.hpp"

namespace acta::testing {

struct added {
  std::int64_t amount = 0;
};
template <class Inspector>
bool inspect(Inspector& f, added& e) {
  return f.object(e).fields(f.field("amount", e.amount));
}

/// What the sum was when somebody wanted it noted: an event that depends on those before it.
struct noted {
  std::int64_t sum = 0;
};
template <class Inspector>
bool inspect(Inspector& f, noted& e) {
  return f.object(e).fields(f.field("sum", e.sum));
}

/// Adds `amount` in `times` events of the same amount.
struct add {
  std::int64_t amount = 0;
  std::uint32_t times = 1;
};
template <class Inspector>
bool inspect(Inspector& f, add& c) {
  return f.object(c).fields(f.field("amount", c.amount), f.field("times", c.times).fallback(1U));
}

/// Notes the sum as it is.
struct note {};
template <class Inspector>
bool inspect(Inspector& f, note& c) {
  return f.object(c).fields();
}

/// Makes decide() throw.
struct explode {
  bool in_apply = false;
};
template <class Inspector>
bool inspect(Inspector& f, explode& c) {
  return f.object(c).fields(f.field("in_apply", c.in_apply).fallback(false));
}

struct total {
  std::int64_t sum = 0;
};
template <class Inspector>
bool inspect(Inspector& f, total& v) {
  return f.object(v).fields(f.field("sum", v.sum));
}

class counter {
public:
  static constexpr std::string_view type = "test.counter";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<added, "test.counter.added", 1>,
                              acta::event<noted, "test.counter.noted", 1>>;
  using commands = acta::commands<add, explode, note>;

  decision<counter> decide(const add& command, const context&) const {
    if (command.amount < 0) return refuse("negative", "counts up only");
    if (command.times == 0) return nothing;
    if (command.times == 2) return accept(added{command.amount}, added{command.amount});
    return added{command.amount};
  }
  decision<counter> decide(const note&, const context&) const { return noted{sum_}; }
  decision<counter> decide(const explode& command, const context&) const {
    if (command.in_apply) return added{-1};
    throw std::runtime_error{"decide() threw"};
  }
  void apply(const added& event) {
    if (event.amount < 0) throw std::runtime_error{"apply() threw"};
    sum_ += event.amount;
  }
  void apply(const noted&) {}
  [[nodiscard]] total view() const { return {sum_}; }

private:
  template <class Inspector>
  friend bool inspect(Inspector& f, counter& a) {
    return f.object(a).fields(f.field("sum", a.sum_));
  }
  std::int64_t sum_ = 0;
};

}  // namespace acta::testing
