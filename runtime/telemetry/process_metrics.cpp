#include "runtime/telemetry/process_metrics.hpp"

#include "runtime/telemetry/prometheus.hpp"

namespace acta::internal {

std::string process_metrics(const log& events) {
  metric_series lines;
  lines.value = static_cast<double>(events.lost());
  return prometheus_text({{"acta_log_lines_lost_total",
                           "Lines that standard error did not take.",
                           metric_family::kind::counter,
                           {std::move(lines)}}});
}

}  // namespace acta::internal
