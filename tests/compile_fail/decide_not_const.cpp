// A decide() that could change the state by itself.
// expect: acta: the aggregate has no `acta::decision<A> decide(const command&
#include "tests/compile_fail/parts.hpp"

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open>;

#ifdef MISTAKE
  acta::decision<door> decide(const open&, const acta::context&) { return opened{}; }
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
