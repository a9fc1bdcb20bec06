// What is measured in the process around a node: the names of those series, and no others.
#pragma once

#include <string>

#include "runtime/telemetry/log.hpp"

namespace acta::internal {

/// Returns what `events` counts, in Prometheus' text format. Any thread.
[[nodiscard]] std::string process_metrics(const log& events);

}  // namespace acta::internal
