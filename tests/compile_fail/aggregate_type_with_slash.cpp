// A type with the sign that parts type and id.
// expect: acta: an aggregate's type is not empty and holds no '/'
#include "tests/compile_fail/parts.hpp"

class door {
public:
#ifdef MISTAKE
  static constexpr std::string_view type = "test/door";
#else
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
