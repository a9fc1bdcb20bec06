// A decide() that returns an event which is not listed.
// expect: acta: decide() returned an event that is not in the aggregate's `events`
#include "tests/compile_fail/parts.hpp"

struct closed {};
template <class Inspector>
bool inspect(Inspector& f, closed& e) {
  return f.object(e).fields();
}

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open>;

  acta::decision<door> decide(const open&, const acta::context&) const {
#ifdef MISTAKE
    return closed{};
#else
    return opened{};
#endif
  }
  void apply(const opened&) {}
  seen view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
