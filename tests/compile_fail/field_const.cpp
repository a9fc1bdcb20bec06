// A const field: loading could not assign it.
// expect: acta: a field is not const
#include "tests/compile_fail/parts.hpp"

struct event {
#ifdef MISTAKE
  const int value = 0;
#else
  int value = 0;
#endif
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value));
}

const auto described = acta::describe<door_of<event>>();
