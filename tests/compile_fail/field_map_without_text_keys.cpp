// A map whose keys JSON could not write.
// expect: acta: this type cannot be stored
#include "tests/compile_fail/parts.hpp"

struct event {
#ifdef MISTAKE
  std::map<int, int> value;
#else
  std::map<std::string, int> value;
#endif
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value));
}

const auto described = acta::describe<door_of<event>>();
