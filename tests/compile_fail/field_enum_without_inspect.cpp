// An enumeration whose values have no names.
// expect: acta: this type cannot be stored
#include "tests/compile_fail/parts.hpp"

enum class color { red };
struct event {
#ifdef MISTAKE
  color value = color::red;
#else
  int value = 0;
#endif
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value));
}

const auto described = acta::describe<door_of<event>>();
