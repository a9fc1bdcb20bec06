// Everything measured, as plain data: what the metrics actor hands out, and telemetry turns to
// text.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace acta::internal {

/// One series of a family. Counters and gauges use `value`; histograms the rest.
struct metric_series {
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
  std::vector<double> bounds;         ///< Upper bounds, ascending, without the last, infinite one.
  std::vector<std::uint64_t> counts;  ///< Per bucket, not cumulative; one more than `bounds`.
  double sum = 0;
};

struct metric_family {
  enum class kind { counter, gauge, histogram };
  std::string name;
  std::string help;
  kind type = kind::counter;
  std::vector<metric_series> series;
};

using metrics_snapshot = std::vector<metric_family>;

}  // namespace acta::internal
