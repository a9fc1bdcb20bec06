// A list of events without one.
// expect: acta: an aggregate has at least one event
#include "tests/compile_fail/parts.hpp"

#ifdef MISTAKE
using events = acta::events<>;
#else
using events = acta::events<acta::event<opened, "test.door.opened", 1>>;
#endif

constexpr bool used = events::distinct();
