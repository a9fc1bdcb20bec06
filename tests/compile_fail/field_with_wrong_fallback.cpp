// A fallback that the field could not take.
// expect: acta: a field's fallback is of a type that the field can take
#include "tests/compile_fail/parts.hpp"

struct event {
  int value = 0;
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
#ifdef MISTAKE
  return f.object(e).fields(f.field("value", e.value).fallback("none"));
#else
  return f.object(e).fields(f.field("value", e.value).fallback(0));
#endif
}

const auto described = acta::describe<door_of<event>>();
