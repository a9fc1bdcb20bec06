// What a user of acta writes: a domain and a program around a node. It must compile with nothing
// but the standard library and acta's own headers.
#include <acta/domain.hpp>
#include <acta/given.hpp>
#include <acta/node.hpp>
#include <iostream>

namespace {

struct rung {
  int times = 0;
};
template <class Inspector>
bool inspect(Inspector& f, rung& e) {
  return f.object(e).fields(f.field("times", e.times));
}

struct ring {
  int times = 1;
};
template <class Inspector>
bool inspect(Inspector& f, ring& c) {
  return f.object(c).fields(f.field("times", c.times).fallback(1));
}

class bell {
public:
  static constexpr std::string_view type = "test.bell";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<rung, "test.bell.rung", 1>>;
  using commands = acta::commands<ring>;

  acta::decision<bell> decide(const ring& command, const acta::context&) const {
    if (command.times < 1) return acta::refuse("silent", "a bell rings at least once");
    return rung{command.times};
  }
  void apply(const rung& event) { sum_.times += event.times; }
  [[nodiscard]] rung view() const { return sum_; }

private:
  template <class Inspector>
  friend bool inspect(Inspector& f, bell& a) {
    return f.object(a).fields(f.field("sum", a.sum_));
  }
  rung sum_;
};

}  // namespace

int main() {
  acta::node node{acta::in_memory()};
  const auto bells = node.host<bell>();
  const auto seen = node.subscribe(
      acta::from_start, [](const acta::recorded_event& e) { std::cout << e.type << '\n'; });
  const auto answer = bells.send("1", ring{2}, {.command_id = "r-1"}).get();
  const auto found = bells.get("1").get();
  return answer && found && found->view.times == 2 ? 0 : 1;
}
