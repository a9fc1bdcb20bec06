// An event that is retired and still happens.
// expect: acta: an event is retired, and in the aggregate's `events` too
#include "tests/compile_fail/parts.hpp"

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open>;
#ifdef MISTAKE
  using retired = acta::retired<"test.door.opened">;
#else
  using retired = acta::retired<"test.door.closed">;
#endif

  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
  void apply(const opened&) {}
  seen view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
