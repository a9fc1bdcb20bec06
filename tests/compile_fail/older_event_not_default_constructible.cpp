// An older event that could not be loaded.
// expect: acta: an older event is default-constructible
#include "tests/compile_fail/parts.hpp"

struct opened_v1 {
#ifdef MISTAKE
  explicit opened_v1(int) {}
#endif
};
template <class Inspector>
bool inspect(Inspector& f, opened_v1& e) {
  return f.object(e).fields();
}
inline opened from_v1(const opened_v1&) { return {}; }

using upcasters = acta::upcasters<acta::upcast<opened_v1, opened, from_v1>>;

const auto described = acta::describe<door_of<opened, open, seen, 2, upcasters>>();
