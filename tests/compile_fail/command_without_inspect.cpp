// A command that nobody can read.
// expect: acta: a command has no `template <class Inspector> bool inspect(Inspector&
#include "tests/compile_fail/parts.hpp"

struct part {};
#ifndef MISTAKE
template <class Inspector>
bool inspect(Inspector& f, part& p) {
  return f.object(p).fields();
}
#endif

const auto described = acta::describe<door_of<opened, part>>();
