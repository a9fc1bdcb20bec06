// A command sent to an aggregate that does not have it.
// expect: acta: this is not one of the aggregate's commands
#include "runtime/node.hpp"

#include "tests/compile_fail/parts.hpp"

#ifdef MISTAKE
using sent = seen;
#else
using sent = open;
#endif

void use(const acta::aggregates<door_of<opened>>& doors) {
  doors.send("4711", sent{}, {}, [](acta::result<acta::receipt>) {});
}
