// A retired event that is no name in a list.
// expect: acta: an aggregate has `using retired = acta::retired<...>`, names of events
#include "tests/compile_fail/parts.hpp"

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open>;
#ifdef MISTAKE
  using retired = opened;
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
