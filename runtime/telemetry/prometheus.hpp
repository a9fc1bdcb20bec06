// Prometheus' text exposition format.
#pragma once

#include <string>

#include "actors/protocol/metrics_snapshot.hpp"

namespace acta::internal {

/// Returns the text form of `all`, version 0.0.4 of the format. Any thread.
[[nodiscard]] std::string prometheus_text(const metrics_snapshot& all);

}  // namespace acta::internal
