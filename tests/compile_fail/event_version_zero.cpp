// A schema version below the first.
// expect: acta: an event's schema version starts at 1
#include "tests/compile_fail/parts.hpp"

#ifdef MISTAKE
constexpr int version = 0;
#else
constexpr int version = 1;
#endif

constexpr int used = acta::event<opened, "test.door.opened", version>::schema_version;
