// A float: there is one kind of number with a fraction, so that digits stay.
// expect: acta: this type cannot be stored
#include "tests/compile_fail/parts.hpp"

struct event {
#ifdef MISTAKE
  float value = 0;
#else
  double value = 0;
#endif
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value));
}

const auto described = acta::describe<door_of<event>>();
