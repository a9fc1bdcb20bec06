// The environment variables of OpenTelemetry that say how traces are sampled and exported.
#pragma once

#include <functional>
#include <string_view>

#include "runtime/options.hpp"

namespace acta::internal {

/// Returns the value of a variable; null if it is not set.
using environment = std::function<const char*(const char* name)>;

/// See tracing_from_environment(). A variable that is set to nothing counts as not set.
[[nodiscard]] result<trace_options> tracing_from(const environment& variables,
                                                 std::string_view service);

/// Fails (malformed) if a header cannot be sent: a name that is none or is the exporter's own, a
/// value with control characters. The error names it and has nothing of its value.
[[nodiscard]] result<void> check_header(std::string_view name, std::string_view value);

}  // namespace acta::internal
