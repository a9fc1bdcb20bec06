// Upcasts that never end.
// expect: acta: the upcasts lead in a circle
#include "tests/compile_fail/parts.hpp"

struct opened_v1 {};
template <class Inspector>
bool inspect(Inspector& f, opened_v1& e) {
  return f.object(e).fields();
}
inline opened from_v1(const opened_v1&) { return {}; }
inline opened_v1 to_v1(const opened&) { return {}; }

using upcasters = acta::upcasters<
#ifdef MISTAKE
    acta::upcast<opened, opened_v1, to_v1>,
#endif
    acta::upcast<opened_v1, opened, from_v1>>;

const auto described = acta::describe<door_of<opened, open, seen, 2, upcasters>>();
