// A struct nobody described.
// expect: acta: this type cannot be stored
#include "tests/compile_fail/parts.hpp"

struct point {
  int x = 0;
};
struct event {
#ifdef MISTAKE
  point value;
#else
  int value = 0;
#endif
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value));
}

const auto described = acta::describe<door_of<event>>();
