// A command that could not be loaded.
// expect: acta: a command is default-constructible
#include "tests/compile_fail/parts.hpp"

struct part {
#ifdef MISTAKE
  explicit part(int) {}
#endif
};
template <class Inspector>
bool inspect(Inspector& f, part& p) {
  return f.object(p).fields();
}

const auto described = acta::describe<door_of<opened, part>>();
