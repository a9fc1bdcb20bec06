// Two events that cannot be told apart in the journal.
// expect: acta: two events have the same name
#include "tests/compile_fail/parts.hpp"

struct closed {};
template <class Inspector>
bool inspect(Inspector& f, closed& e) {
  return f.object(e).fields();
}

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>,
#ifdef MISTAKE
                              acta::event<closed, "test.door.opened", 1>
#else
                              acta::event<closed, "test.door.closed", 1>
#endif
                              >;
  using commands = acta::commands<open>;

  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
  void apply(const opened&) {}
  void apply(const closed&) {}
  seen view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

const auto described = acta::describe<door>();
