// An event without a name to be stored under.
// expect: acta: an event needs a name
#include "tests/compile_fail/parts.hpp"

#ifdef MISTAKE
using event = acta::event<opened, "", 1>;
#else
using event = acta::event<opened, "test.door.opened", 1>;
#endif

constexpr int used = event::schema_version;
