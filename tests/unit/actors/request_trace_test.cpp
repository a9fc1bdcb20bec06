#include "actors/protocol/request_trace.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/remembering_tracer.hpp"

namespace acta {

using namespace internal;
namespace {

using std::chrono::milliseconds;
using testing::attribute;
using testing::names_of;

class request_trace_test : public ::testing::Test {
protected:
  testing::remembering_tracer tracer;
  testing::manual_clock time;
  split_mix ids{1};
  tracing with{&tracer, &ids, &time};
  const span_context own{1, 2, 3, true};
  const request_end ok{"bank.account", "4711", "deposit"};
};

TEST_F(request_trace_test, begins_in_its_callers_trace_or_in_a_new_one) {
  const auto within = with.begin({7, 8, 9, true});
  EXPECT_EQ(within.trace_high, 7U);
  EXPECT_EQ(within.trace_low, 8U);
  EXPECT_NE(within.span, 9U);
  EXPECT_TRUE(within.sampled);
  EXPECT_FALSE(with.begin({7, 8, 9, false}).valid());
  const auto root = with.begin({});
  EXPECT_TRUE(root.valid());
  EXPECT_NE(root.trace_low, 8U);
}

TEST_F(request_trace_test, draws_no_more_than_the_sampler_needs) {
  testing::remembering_tracer none{false};
  split_mix drawn{5};
  split_mix expected{5};
  const tracing quiet{&none, &drawn, &time};
  EXPECT_FALSE(quiet.begin({7, 8, 9, false}).valid());
  EXPECT_EQ(drawn.next(), expected.next()) << "nothing was drawn";
  EXPECT_FALSE(quiet.begin({}).valid());
  expected.next();
  EXPECT_EQ(drawn.next(), expected.next()) << "one number was drawn";
}

TEST_F(request_trace_test, shows_stages_that_follow_each_other) {
  const auto begun = time.now();
  request_trace trace{with, own, 5, "a=1", with.start_clock(), begun};
  time.advance(milliseconds{1});
  trace.enter("decide", time.now());
  time.advance(milliseconds{2});
  trace.enter("append", time.now());
  time.advance(milliseconds{4});
  trace.leave_stages(time.now());
  trace.settled(time.now());
  trace.leave_stages(time.now() + milliseconds{9});
  time.advance(milliseconds{8});
  trace.end(time.now(), ok);
  ASSERT_EQ(tracer.spans.size(), 5U);
  const auto& request = tracer.spans.back();
  EXPECT_EQ(request.name, "bank.account deposit");
  EXPECT_EQ(request.context, own);
  EXPECT_EQ(request.parent, 5U);
  EXPECT_EQ(request.trace_state, "a=1");
  EXPECT_EQ(request.end - request.start, milliseconds{15});
  EXPECT_EQ(names_of(tracer.children_of(request)), "wait decide append release");
  EXPECT_EQ(tracer.only("decide").context, trace.decision());
  EXPECT_EQ(tracer.only("append").end - tracer.only("append").start, milliseconds{4});
}

TEST_F(request_trace_test, keeps_to_its_stage_what_was_said_of_it) {
  request_trace trace{with, own, 0, {}, with.start_clock(), time.now()};
  trace.note({"acta.cache", std::string{"miss"}});
  trace.link({7, 8, 9, true});
  trace.enter("view", time.now());
  trace.enter("hold", time.now());
  EXPECT_EQ(attribute(tracer.only("wait"), "acta.cache"), "miss");
  EXPECT_EQ(tracer.only("wait").links.size(), 1U);
  EXPECT_TRUE(tracer.only("view").links.empty());
  EXPECT_TRUE(tracer.only("view").attributes.empty());
}

TEST_F(request_trace_test, shows_of_a_part_what_it_waited_for) {
  const auto before = time.now() - milliseconds{50};
  request_trace trace{with, own, 0, {}, with.start_clock(), time.now()};
  time.advance(milliseconds{5});
  trace.show_part("recover", before, time.now(), {}, "damaged");
  const auto part = tracer.only("recover");
  EXPECT_EQ(part.end - part.start, milliseconds{5}) << "not what went before it";
  EXPECT_TRUE(part.failed);
  trace.leave_stages(time.now());
  EXPECT_EQ(part.parent, tracer.only("wait").context.span);
}

TEST_F(request_trace_test, tells_of_a_batch_what_its_journal_tells) {
  request_trace trace{with, own, 0, {}, with.start_clock(), time.now()};
  batch_facts facts{time.now(), time.now() + milliseconds{3}, "ok", "rocksdb", 7};
  const auto first = trace.show_batch(facts);
  facts.write = milliseconds{1};
  facts.sync = milliseconds{2};
  facts.outcome = "failed";
  trace.show_batch(facts);
  EXPECT_EQ(attribute(tracer.spans[0], "db.system.name"), "rocksdb");
  EXPECT_EQ(attribute(tracer.spans[0], "db.operation.batch.size"), "7");
  EXPECT_EQ(attribute(tracer.spans[0], "acta.write_us"), "");
  EXPECT_EQ(tracer.spans[0].context, first);
  EXPECT_FALSE(tracer.spans[0].failed);
  EXPECT_EQ(attribute(tracer.spans[1], "acta.write_us"), "1000");
  EXPECT_EQ(attribute(tracer.spans[1], "acta.sync_us"), "2000");
  EXPECT_TRUE(tracer.spans[1].failed);
}

TEST_F(request_trace_test, of_an_unsampled_request_is_one_root_span) {
  const auto shown = show_unsampled(with, time.now(), {ok, milliseconds{11}, milliseconds{4}});
  ASSERT_EQ(tracer.spans.size(), 1U);
  EXPECT_EQ(tracer.spans[0].context, shown);
  EXPECT_EQ(attribute(tracer.spans[0], "acta.journal_us"), "7000");
  const error fault{errc::storage, "the disk is full"};
  auto failed = ok;
  failed.problem = &fault;
  EXPECT_TRUE(show_unsampled(with, time.now(), {failed, {}}).valid());
  EXPECT_EQ(tracer.spans[1].failure, "the disk is full");
}

}  // namespace
}  // namespace acta
