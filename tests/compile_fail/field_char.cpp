// A plain char: whether it has a sign differs between platforms, and so would its schema.
// expect: acta: this type cannot be stored
#include "tests/compile_fail/parts.hpp"

struct event {
#ifdef MISTAKE
  char value = 0;
#else
  std::int8_t value = 0;
#endif
};
template <class Inspector>
bool inspect(Inspector& f, event& e) {
  return f.object(e).fields(f.field("value", e.value));
}

const auto described = acta::describe<door_of<event>>();
