// An aggregate without a list of commands.
// expect: acta: an aggregate has `using commands = acta::commands<...>`
#include "tests/compile_fail/parts.hpp"

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
#ifndef MISTAKE
  using commands = acta::commands<open>;
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
