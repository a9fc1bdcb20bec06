// An optional of an optional: null would be both.
// expect: acta: an optional of an optional cannot be stored
#include "tests/compile_fail/parts.hpp"

struct event {
#ifdef MISTAKE
  std::optional<std::optional<int>> value;
#else
  std::vector<std::optional<int>> value;
#endif
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value));
}

const auto described = acta::describe<door_of<event>>();
