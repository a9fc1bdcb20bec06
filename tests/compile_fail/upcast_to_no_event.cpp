// An upcast to what is not an event.
// expect: acta: an upcast does not lead to any of the aggregate's events
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

#ifdef MISTAKE
using upcasters = acta::upcasters<acta::upcast<opened_v1, opened_v2, from_v1>>;
#else
using upcasters = acta::upcasters<>;
#endif

const auto described = acta::describe<door_of<opened, open, seen, 1, upcasters>>();
