#include "runtime/telemetry/prometheus.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>

#include "runtime/codec/printable.hpp"

namespace acta::internal {

namespace {

prometheus::ClientMetric::Histogram histogram_of(const metric_series& series) {
  prometheus::ClientMetric::Histogram made;
  for (std::size_t i = 0; i < series.counts.size(); ++i) {
    made.sample_count += series.counts[i];
    const auto bound =
        i < series.bounds.size() ? series.bounds[i] : std::numeric_limits<double>::infinity();
    made.bucket.push_back({made.sample_count, bound});
  }
  made.sample_sum = series.sum;
  return made;
}

prometheus::ClientMetric metric_of(metric_family::kind type, const metric_series& series) {
  prometheus::ClientMetric made;
  for (const auto& [name, value] : series.labels)
    made.label.push_back({name, printable_lines(value)});
  switch (type) {
    case metric_family::kind::counter: made.counter.value = series.value; break;
    case metric_family::kind::gauge: made.gauge.value = series.value; break;
    case metric_family::kind::histogram: made.histogram = histogram_of(series); break;
  }
  return made;
}

prometheus::MetricType type_of(metric_family::kind type) {
  switch (type) {
    case metric_family::kind::counter: return prometheus::MetricType::Counter;
    case metric_family::kind::gauge: return prometheus::MetricType::Gauge;
    case metric_family::kind::histogram: return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

}  // namespace

std::string prometheus_text(const metrics_snapshot& all) {
  std::vector<prometheus::MetricFamily> families;
  for (const auto& family : all) {
    prometheus::MetricFamily made;
    made.name = family.name;
    made.help = family.help;
    made.type = type_of(family.type);
    for (const auto& series : family.series) made.metric.push_back(metric_of(family.type, series));
    families.push_back(std::move(made));
  }
  return prometheus::TextSerializer{}.Serialize(families);
}

}  // namespace acta::internal
