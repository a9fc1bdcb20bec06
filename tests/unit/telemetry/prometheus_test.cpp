#include "runtime/telemetry/prometheus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;

TEST(prometheus, writes_counters_with_escaped_labels) {
  metric_series series;
  series.labels = {{"who", "a \"b\"\n\\"}};
  series.value = 3;
  const auto text =
      prometheus_text({{"acta_x_total", "What x is.", metric_family::kind::counter, {series}}});
  EXPECT_THAT(text, HasSubstr("# HELP acta_x_total What x is.\n# TYPE acta_x_total counter\n"));
  EXPECT_THAT(text, HasSubstr("acta_x_total{who=\"a \\\"b\\\"\\n\\\\\"} 3\n"));
}

TEST(prometheus, shows_what_a_terminal_would_obey) {
  metric_series series;
  series.labels = {{"who", "\x1b[2J\xe2\x80\xae"}};
  EXPECT_THAT(prometheus_text({{"acta_x", "x", metric_family::kind::gauge, {series}}}),
              HasSubstr("who=\"\\\\u001b[2J\\\\u202e\""));
}

TEST(prometheus, writes_cumulative_buckets) {
  metric_series series;
  series.bounds = {0.1, 1};
  series.counts = {2, 3, 1};
  series.sum = 4.5;
  const auto text =
      prometheus_text({{"acta_y_seconds", "y", metric_family::kind::histogram, {series}}});
  EXPECT_THAT(text, HasSubstr("acta_y_seconds_bucket{le=\"0.1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("acta_y_seconds_bucket{le=\"1\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("acta_y_seconds_bucket{le=\"+Inf\"} 6\n"));
  EXPECT_THAT(text, HasSubstr("acta_y_seconds_count 6\n"));
}

}  // namespace
}  // namespace acta
