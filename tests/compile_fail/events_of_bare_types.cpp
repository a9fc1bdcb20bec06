// A payload where an acta::event belongs.
// expect: acta: `events` lists acta::event<payload, name, version>
#include "tests/compile_fail/parts.hpp"

#ifdef MISTAKE
using events = acta::events<opened>;
#else
using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
#endif

constexpr bool used = events::distinct();
