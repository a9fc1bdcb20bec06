// An aggregate that shows nothing.
// expect: acta: an aggregate has `view() const`, which returns what readers see
#include "tests/compile_fail/parts.hpp"

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open>;

  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
  void apply(const opened&) {}
#ifndef MISTAKE
  seen view() const { return {}; }
#endif
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
