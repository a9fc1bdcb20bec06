// An upcast whose function takes the newer event.
// expect: acta: an upcast's function takes the older event and returns the newer one
#include "tests/compile_fail/parts.hpp"

struct opened_v1 {};
template <class Inspector>
bool inspect(Inspector& f, opened_v1& e) {
  return f.object(e).fields();
}
inline opened from_v1(const opened_v1&) { return {}; }
inline opened_v1 to_v1(const opened&) { return {}; }

#ifdef MISTAKE
using upcast = acta::upcast<opened_v1, opened, to_v1>;
#else
using upcast = acta::upcast<opened_v1, opened, from_v1>;
#endif

const auto described = acta::describe<door_of<opened, open, seen, 2, acta::upcasters<upcast>>>();
