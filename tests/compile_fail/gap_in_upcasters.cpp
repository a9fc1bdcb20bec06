// A third version of an event that the first cannot be lifted to.
// expect: acta: an event of schema version N needs a chain of N-1 upcasts from version 1
#include "tests/compile_fail/parts.hpp"

struct opened_v1 {};
template <class Inspector>
bool inspect(Inspector& f, opened_v1& e) {
  return f.object(e).fields();
}
struct opened_v2 {};
template <class Inspector>
bool inspect(Inspector& f, opened_v2& e) {
  return f.object(e).fields();
}
inline opened_v2 from_v1(const opened_v1&) { return {}; }
inline opened from_v2(const opened_v2&) { return {}; }

using upcasters = acta::upcasters<
#ifndef MISTAKE
    acta::upcast<opened_v1, opened_v2, from_v1>,
#endif
    acta::upcast<opened_v2, opened, from_v2>>;

const auto described = acta::describe<door_of<opened, open, seen, 3, upcasters>>();
