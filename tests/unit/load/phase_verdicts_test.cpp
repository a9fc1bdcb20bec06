#include "runtime/load/phase_verdicts.hpp"

#include <gtest/gtest.h>

namespace acta::internal::load {
namespace {

using namespace std::chrono_literals;

class phase_verdicts : public ::testing::Test {
protected:
  phase_verdicts() {
    what.mix.resize(2);
    what.mix[0].command = "add";
    one.name = "steady";
    one.length = one.until_last_answer = 2s;
    one.seen.kinds.resize(2);
    one.seen.kinds[0].latency["ok"].add(5'000'000, 200);
    one.seen.kinds[0].service_time.add(5'000'000, 200);
  }
  void limit(const char* thresholds) {
    what.thresholds = *parse_thresholds(nlohmann::json::parse(thresholds));
  }
  scenario what;
  phase_result one;
};

TEST_F(phase_verdicts, end_a_run_at_a_broken_threshold_that_says_so) {
  limit(R"([{"p99": "1ms"}])");
  EXPECT_FALSE(breaks_for_good(what, one)) << "it does not say so";
  limit(R"([{"p99": "1ms", "abort": true}])");
  EXPECT_TRUE(breaks_for_good(what, one));
  limit(R"([{"p99": "1ms", "abort": true, "phase": "another"}])");
  EXPECT_FALSE(breaks_for_good(what, one));
}

TEST_F(phase_verdicts, end_no_run_that_has_measured_nothing_yet) {
  limit(R"([{"p99": "1ms", "operation": "read", "abort": true}])");
  EXPECT_FALSE(breaks_for_good(what, one));
  EXPECT_FALSE(verdicts_on(what, one).at(0).passed) << "at its end it is broken";
  limit(R"([{"p99": "1ms", "abort": true}])");
  one.length = 500ms;
  EXPECT_FALSE(breaks_for_good(what, one));
}

}  // namespace
}  // namespace acta::internal::load
