// What readers hear where the domain throws, or where nobody waits any longer.
#include "tests/support/moody.hpp"
#include "tests/support/service.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::body_of;
using testing::expect_problem;
using testing::fault;
using testing::moody;
using testing::place;
using testing::service;
using testing::throwing_in;

TEST(failing_reads, of_events_are_the_domains_mistake_and_no_damage) {
  service at;
  at.node().host<moody>();
  ASSERT_EQ(at.post("/v1/test.moody/x/feel", R"({"amount":13})").status, 200);
  for (const auto where : {place::event_constructor, place::event_loaded, place::event_saved}) {
    const throwing_in now{where};
    const auto answer = at.get("/v1/test.moody/x/events");
    expect_problem(answer, 500, "domain_failed");
    EXPECT_EQ(body_of(answer).at("retry"), false);
  }
  EXPECT_EQ(at.get("/v1/test.moody/x/events").status, 200);
}

TEST(failing_reads, of_events_may_be_tried_again_where_memory_ran_out) {
  service at;
  at.node().host<moody>();
  ASSERT_EQ(at.post("/v1/test.moody/x/feel", R"({"amount":13})").status, 200);
  for (const auto where : {place::event_constructor, place::event_loaded, place::event_saved}) {
    const throwing_in now{where, fault::no_memory};
    const auto answer = at.get("/v1/test.moody/x/events");
    expect_problem(answer, 503, "unavailable");
    EXPECT_EQ(body_of(answer).at("retry"), true);
  }
}

TEST(failing_reads, that_come_too_late_have_no_effect) {
  auto how = in_memory();
  how.default_deadline = std::chrono::milliseconds{1};
  service at{how};
  const auto late = at.get("/v1/test.counter/x?at_least=9");
  expect_problem(late, 504, "deadline_exceeded");
  EXPECT_EQ(body_of(late).at("effect"), "none");
}

TEST(failing_reads, at_the_end_of_the_node_have_no_effect) {
  service at;
  at.node().shut_down(std::chrono::milliseconds{0});
  const auto refused = at.get("/v1/test.counter/x");
  expect_problem(refused, 503, "shutting_down");
  EXPECT_EQ(body_of(refused).at("effect"), "none");
}

}  // namespace
}  // namespace acta
