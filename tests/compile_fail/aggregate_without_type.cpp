// An aggregate that does not say what it is called.
// expect: acta: an aggregate has `static constexpr std::string_view type`
#include "tests/compile_fail/parts.hpp"

class door {
public:
#ifndef MISTAKE
  static constexpr std::string_view type = "test.door";
#endif
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open>;

  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
  void apply(const opened&) {}
  seen view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
