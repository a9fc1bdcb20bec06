// An event that the aggregate cannot apply.
// expect: acta: the aggregate has no `void apply(const event&)` for one of its events
#include "tests/compile_fail/parts.hpp"

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open>;

  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
#ifndef MISTAKE
  void apply(const opened&) {}
#endif
  seen view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
