// A list of commands without one.
// expect: acta: an aggregate has at least one command
#include "tests/compile_fail/parts.hpp"

#ifdef MISTAKE
using commands = acta::commands<>;
#else
using commands = acta::commands<open>;
#endif

constexpr bool used = commands::distinct();
