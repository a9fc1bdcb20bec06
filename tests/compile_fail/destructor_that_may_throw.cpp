// A view that nobody could let go of safely: what a destructor throws cannot be guarded against.
// expect: acta: a destructor must not throw
#include "tests/compile_fail/parts.hpp"

struct part {
#ifdef MISTAKE
  ~part() noexcept(false) {}
#endif
};
template <class Inspector>
bool inspect(Inspector& f, part& p) {
  return f.object(p).fields();
}

const auto described = acta::describe<door_of<opened, open, part>>();
