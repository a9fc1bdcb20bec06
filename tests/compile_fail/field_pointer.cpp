// A pointer: what it points to is not part of an event.
// expect: acta: this type cannot be stored
#include "tests/compile_fail/parts.hpp"

struct event {
#ifdef MISTAKE
  int* value = nullptr;
#else
  int value = 0;
#endif
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value));
}

const auto described = acta::describe<door_of<event>>();
