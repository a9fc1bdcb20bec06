// An older event that could not be read any more.
// expect: acta: an older event still needs its inspect()
#include "tests/compile_fail/parts.hpp"

struct opened_v1 {};
#ifndef MISTAKE
template <class Inspector>
bool inspect(Inspector& f, opened_v1& e) {
  return f.object(e).fields();
}
#endif
inline opened from_v1(const opened_v1&) { return {}; }

using upcasters = acta::upcasters<acta::upcast<opened_v1, opened, from_v1>>;

const auto described = acta::describe<door_of<opened, open, seen, 2, upcasters>>();
