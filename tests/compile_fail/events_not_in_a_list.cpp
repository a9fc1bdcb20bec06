// An event where the list of events belongs.
// expect: acta: an aggregate has `using events = acta::events<...>`
#include "tests/compile_fail/parts.hpp"

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
#ifdef MISTAKE
  using events = acta::event<opened, "test.door.opened", 1>;
#else
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
#endif
  using commands = acta::commands<open>;

#ifdef MISTAKE
  int decide(const open&, const acta::context&) const { return 0; }
#else
  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
#endif
  void apply(const opened&) {}
  seen view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
