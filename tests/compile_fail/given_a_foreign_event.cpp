// A test that gives an aggregate an event of another one.
// expect: acta: given() takes events of the aggregate
#include "actors/model/given.hpp"
#include "tests/compile_fail/parts.hpp"

class door {
public:
  static constexpr std::string_view type = "test.door";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
  using commands = acta::commands<open>;

  acta::decision<door> decide(const open&, const acta::context&) const { return opened{}; }
  template <class Event>
  void apply(const Event&) {}
  seen view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, door& a) {
  return f.object(a).fields();
}

#ifdef MISTAKE
const auto history = acta::given<door>(seen{});
#else
const auto history = acta::given<door>(opened{});
#endif
