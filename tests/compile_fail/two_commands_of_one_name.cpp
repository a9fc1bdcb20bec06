// Two commands of one name, in two namespaces.
// expect: acta: two commands have the same name
#include "tests/compile_fail/parts.hpp"

namespace garage {
struct open {
#ifndef MISTAKE
  static constexpr std::string_view name = "open_garage";
#endif
};
template <class Inspector>
bool inspect(Inspector& f, open& c) {
  return f.object(c).fields();
}
}  // namespace garage

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open, garage::open>;

  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
  acta::decision<door> decide(const garage::open&, const acta::context&) const {
    return acta::nothing;
  }
  void apply(const opened&) {}
  seen view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
