// What a trace shows of a request: every stage, without a gap, and what it waited for.
#include <gtest/gtest.h>

#include <deque>

#include "runtime/codec/trace_context.hpp"
#include "tests/support/remembering_tracer.hpp"
#include "tests/support/simulation.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using std::chrono::milliseconds;

constexpr std::string_view command_span = "test.counter add";
const std::string from_outside = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0";

/// Answers leave when the test says so.
class held_exit final : public completions {
public:
  using completions::post;
  void post(std::span<completion_ptr> batch) override {
    for (auto& one : batch) waiting_.push_back(std::move(one));
  }
  void release() {
    while (!waiting_.empty()) {
      const auto next = std::move(waiting_.front());
      waiting_.pop_front();
      next->complete();
    }
  }

private:
  std::deque<completion_ptr> waiting_;
};

class traces_test : public ::testing::Test {
protected:
  static options one_shard() {
    auto how = in_memory();
    how.shard_count = 1;
    return how;
  }
  simulation& world() {
    if (!world_) world_ = std::make_unique<simulation>(one_shard(), 0, 1, surroundings{&tracer});
    return *world_;
  }
  /// Begins to show spans; what was sent before is not seen.
  void forget() { tracer.spans.clear(); }

  static call_options from(const std::string& traceparent, const std::string& state = {}) {
    call_options how;
    how.trace_context = traceparent;
    how.trace_state = state;
    return how;
  }

  /// Fails unless the children that are stages follow each other from the beginning of the span to
  /// its end.
  static void expect_whole(const span& request, std::vector<span> stages) {
    std::stable_sort(stages.begin(), stages.end(),
                     [](const span& a, const span& b) { return a.start < b.start; });
    auto reached = request.start;
    for (const auto& stage : stages) {
      EXPECT_EQ(stage.start, reached) << stage.name;
      EXPECT_EQ(stage.context.trace_high, request.context.trace_high);
      EXPECT_EQ(stage.context.trace_low, request.context.trace_low);
      EXPECT_TRUE(stage.context.valid());
      reached = stage.end;
    }
    EXPECT_EQ(reached, request.end);
  }

  remembering_tracer tracer;

private:
  std::unique_ptr<simulation> world_;
};

TEST_F(traces_test, the_stages_of_a_command_add_up_to_its_span) {
  held_exit exit;
  simulation world{one_shard(), 0, 1, {&tracer, &exit}};
  world.send("x", add{1});
  world.run();
  exit.release();
  forget();
  world.journal.hold();
  const auto sent = world.send("x", add{1});
  world.pass_unnoticed(milliseconds{3});
  world.run();
  world.set_wall_clock_back(std::chrono::hours{1});
  world.pass_unnoticed(milliseconds{20});
  world.journal.release_one();
  world.run();
  world.pass_unnoticed(milliseconds{7});
  exit.release();
  ASSERT_EQ(sent->outcome(), "ok");

  const auto request = tracer.only(command_span);
  ASSERT_TRUE(request.context.valid());
  EXPECT_EQ(request.parent, 0U);
  EXPECT_EQ(request.end - request.start, milliseconds{30});
  const auto stages = tracer.children_of(request);
  EXPECT_EQ(names_of(stages), "wait decide append release");
  expect_whole(request, stages);
  const auto took = [&](const char* name) {
    const auto one = tracer.only(name);
    return one.end - one.start;
  };
  EXPECT_EQ(took("wait"), milliseconds{3});
  EXPECT_EQ(took("decide"), milliseconds{0});
  EXPECT_EQ(took("append"), milliseconds{20});
  EXPECT_EQ(took("release"), milliseconds{7});
  world.journal.release_all();
  world.run();
  exit.release();
}

TEST_F(traces_test, an_append_links_to_the_batch_that_carried_it) {
  world().send("x", add{1});
  world().run();
  forget();
  world().journal.hold();
  for (int i = 0; i < 4; ++i) {
    world().send("x", add{1});  // the first two are batches of their own, which are under way
    world().run();
  }
  world().pass_unnoticed(milliseconds{5});
  world().journal.release_all();
  world().run();
  const auto batches = tracer.named("append batch");
  const auto appends = tracer.named("append");
  ASSERT_EQ(appends.size(), 4U);
  ASSERT_EQ(batches.size(), 3U);
  const auto& shared = batches.back();
  EXPECT_EQ(attribute(shared, "db.operation.batch.size"), "2");
  EXPECT_EQ(attribute(shared, "db.system.name"), "memory");
  EXPECT_EQ(attribute(shared, "db.operation.name"), "append");
  EXPECT_EQ(shared.kind, span_kind::client);
  for (std::size_t i = 2; i < 4; ++i) {
    ASSERT_EQ(appends[i].links.size(), 1U);
    EXPECT_EQ(appends[i].links[0], shared.context);
  }
  EXPECT_EQ(shared.parent, appends[2].context.span) << "within the first, which is thereby whole";
  EXPECT_NE(appends[3].context.trace_low, shared.context.trace_low);
}

TEST_F(traces_test, what_is_not_sampled_makes_no_span_and_keeps_none) {
  remembering_tracer none{false};
  simulation quiet{one_shard(), 0, 1, {&none}};
  const auto sent = quiet.send("x", add{1});
  const auto read = quiet.read("x");
  quiet.run();
  EXPECT_EQ(sent->outcome(), "ok");
  EXPECT_TRUE(none.spans.empty());
  EXPECT_EQ(quiet.log().back().metadata.trace_context, "");
  quiet.send("x", add{1}, from(from_outside + "0", "a=1"));
  quiet.run();
  EXPECT_TRUE(none.spans.empty());
  EXPECT_EQ(quiet.log().back().metadata.trace_context, from_outside + "0 a=1") << "as it came";
}

TEST_F(traces_test, an_event_names_the_span_that_decided_it) {
  world().send("x", add{1});
  world().run();
  EXPECT_EQ(world().log().back().metadata.trace_context,
            to_traceparent(tracer.only("decide").context));
  forget();
  world().send("x", add{1}, from(from_outside + "1", "a=1"));
  world().run();
  const auto decide = tracer.only("decide");
  EXPECT_EQ(world().log().back().metadata.trace_context, to_traceparent(decide.context) + " a=1");
  EXPECT_EQ(trace_id_of(decide.context), from_outside.substr(3, 32));
  const auto request = tracer.only(command_span);
  EXPECT_EQ(request.parent, 0x00f067aa0ba902b7U);
  EXPECT_EQ(request.trace_state, "a=1");
}

TEST_F(traces_test, an_invalid_context_begins_a_trace_of_its_own) {
  world().send("x", add{1}, from("ff" + from_outside.substr(2) + "1", "a=1"));
  world().run();
  const auto request = tracer.only(command_span);
  EXPECT_EQ(request.parent, 0U);
  EXPECT_EQ(request.trace_state, "");
  EXPECT_NE(trace_id_of(request.context), from_outside.substr(3, 32));
}

TEST_F(traces_test, a_way_in_decides_once_and_its_span_is_the_parent) {
  call_options how;
  how.within = world().engine().begin_trace({});
  ASSERT_TRUE(how.within.span.valid());
  EXPECT_EQ(tracer.asked, 1U);
  world().send("x", add{1}, how);
  world().run();
  EXPECT_EQ(tracer.asked, 1U);
  const auto request = tracer.only(command_span);
  EXPECT_EQ(request.parent, how.within.span.span);
  EXPECT_EQ(request.context.trace_low, how.within.span.trace_low);
  forget();
  EXPECT_EQ(request.start, how.within.time.wall) << "no time is lost between them";
  how.within.span = {};
  world().send("x", add{1}, how);
  world().run();
  EXPECT_EQ(tracer.asked, 1U);
  EXPECT_TRUE(tracer.spans.empty());
}

TEST_F(traces_test, a_wait_shows_the_recovery_within_it) {
  for (int i = 0; i < 5; ++i) world().send("x", add{1});
  world().run();
  world().kill_shard_of("x");
  world().run();
  forget();
  world().journal.hold();
  world().send("x", add{1});
  world().run();
  world().pass_unnoticed(milliseconds{9});
  world().journal.release_all();
  world().run();
  const auto wait = tracer.only("wait");
  const auto recover = tracer.only("recover");
  EXPECT_EQ(recover.parent, wait.context.span);
  EXPECT_EQ(recover.end - recover.start, milliseconds{9});
  EXPECT_EQ(wait.end - wait.start, milliseconds{9});
  EXPECT_EQ(attribute(recover, "acta.events_replayed"), "5");
  const auto request = tracer.only(command_span);
  expect_whole(request, tracer.children_of(request));
}

TEST_F(traces_test, a_wait_shows_the_search_of_the_history_within_it) {
  auto how = one_shard();
  how.deduplication_window = 1;
  how.deduplication_reach = milliseconds{0};
  simulation forgetful{how, 0, 1, {&tracer}};
  for (int i = 0; i < 3; ++i) {
    forgetful.send("x", add{1}, "c" + std::to_string(i));
    forgetful.run();
  }
  forget();
  call_options again;
  again.command_id = "c0";
  again.repeats_since = whole_history;
  const auto repeat = forgetful.send("x", add{1}, again);
  forgetful.run();
  ASSERT_TRUE(repeat->here());
  EXPECT_TRUE((*repeat)->repeated);
  const auto wait = tracer.only("wait");
  EXPECT_EQ(tracer.only("search").parent, wait.context.span);
  const auto request = tracer.only(command_span);
  EXPECT_EQ(names_of(tracer.children_of(request)), "wait hold release");
}

TEST_F(traces_test, readers_link_to_the_one_load_that_brought_their_view) {
  world().send("x", add{1});
  world().run();
  forget();
  std::vector<reply_ptr> readers;
  for (int i = 0; i < 3; ++i) readers.push_back(world().read("x"));
  world().run();
  const auto load = tracer.only("test.counter load");
  ASSERT_TRUE(load.context.valid());
  EXPECT_EQ(names_of(tracer.children_of(load)), "wait view hold release");
  expect_whole(load, tracer.children_of(load));
  const auto requests = tracer.named("test.counter query");
  ASSERT_EQ(requests.size(), 3U);
  std::string seen;
  for (const auto& request : requests) {
    std::vector<span> stages;
    for (const auto& child : tracer.children_of(request))
      if (child.name != "test.counter load") stages.push_back(child);
    EXPECT_EQ(names_of(stages), "wait release");
    expect_whole(request, stages);
    const auto& wait = stages.front().name == "wait" ? stages.front() : stages.back();
    ASSERT_EQ(wait.links.size(), 1U);
    EXPECT_EQ(wait.links[0], load.context);
    seen += attribute(wait, "acta.cache") + " ";
  }
  EXPECT_EQ(seen, "miss joined joined ");
  EXPECT_EQ(load.parent, requests.front().context.span);
  forget();
  world().read("x");
  world().run();
  EXPECT_EQ(attribute(tracer.only("wait"), "acta.cache"), "hit");
  EXPECT_TRUE(tracer.named("test.counter load").empty());
}

TEST_F(traces_test, a_request_that_is_answered_by_its_deadline_still_shows_where_it_was) {
  world().send("x", add{1});
  world().run();
  forget();
  world().journal.hold();
  call_options how;
  how.deadline = milliseconds{100};
  const auto late = world().send("x", add{1}, how);
  world().run();
  world().pass(milliseconds{200});
  ASSERT_EQ(late->outcome(), "deadline_exceeded");
  const auto request = tracer.only(command_span);
  EXPECT_TRUE(request.failed);
  EXPECT_EQ(attribute(request, "error.type"), "deadline_exceeded");
  world().journal.release_all();
  world().run();
  const auto append = tracer.only("append");
  EXPECT_EQ(append.parent, request.context.span);
  EXPECT_GT(append.end, request.end) << "it took effect later";
}

TEST_F(traces_test, a_refusal_is_no_failure_and_a_lost_request_is) {
  const auto refused = world().send("x", add{-1});
  world().run();
  EXPECT_EQ(refused->outcome(), "refused");
  EXPECT_FALSE(tracer.only(command_span).failed);
  EXPECT_EQ(attribute(tracer.only(command_span), "error.type"), "refused");
  EXPECT_EQ(attribute(tracer.only(command_span), "acta.refusal"), "negative");
  forget();
  world().send("x", explode{});
  world().run();
  const auto request = tracer.only("test.counter explode");
  EXPECT_TRUE(request.failed);
  expect_whole(request, tracer.children_of(request));
  const auto lost = world().engine().entrance().dead_letters();
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].trace_id, trace_id_of(request.context));
  EXPECT_EQ(lost[0].span_id, span_id_of(request.context));
}

class unsampled_traces_test : public traces_test {
protected:
  remembering_tracer none{false};
  simulation world{one_shard(), 0, 1, {&none}};
};

TEST_F(unsampled_traces_test, a_fault_of_ours_is_shown_as_one_root_span) {
  world.send("x", explode{});
  world.run();
  ASSERT_EQ(none.spans.size(), 1U);
  const auto& root = none.spans[0];
  EXPECT_TRUE(root.failed);
  EXPECT_EQ(root.parent, 0U);
  EXPECT_TRUE(root.context.valid());
  EXPECT_EQ(root.name, "test.counter explode");
  const auto lost = world.engine().entrance().dead_letters();
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].trace_id, trace_id_of(root.context)) << "what the log names can be looked up";
}

TEST_F(unsampled_traces_test, a_refusal_is_not) {
  world.send("x", add{-1});
  world.run();
  EXPECT_TRUE(none.spans.empty());
}

TEST_F(unsampled_traces_test, a_slow_command_is_shown_with_its_times_in_one_root_span) {
  none.slower_than = milliseconds{100};  // what takes as long is not slower
  world.send("x", add{1});
  world.run();
  EXPECT_TRUE(none.spans.empty());
  world.journal.hold();
  world.send("x", add{1});
  world.pass_unnoticed(milliseconds{30});
  world.run();
  world.pass_unnoticed(milliseconds{80});
  world.journal.release_all();
  world.run();
  ASSERT_EQ(none.spans.size(), 1U);
  const auto& root = none.spans[0];
  EXPECT_EQ(root.end - root.start, milliseconds{110});
  EXPECT_EQ(attribute(root, "acta.before_journal_us"), "30000");
  EXPECT_EQ(attribute(root, "acta.journal_us"), "80000");
  EXPECT_FALSE(root.failed);
}

TEST_F(unsampled_traces_test, nothing_is_shown_of_a_trace_whose_caller_does_not_sample_it) {
  world.send("x", explode{}, from(from_outside + "0"));
  world.run();
  EXPECT_TRUE(none.spans.empty());
  const auto lost = world.engine().entrance().dead_letters();
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0].trace_id, from_outside.substr(3, 32)) << "the log names the caller's";
}

TEST_F(unsampled_traces_test, what_is_not_admitted_is_shown_too) {
  world.engine().entrance().close();
  const auto refused = world.send("x", add{1});
  EXPECT_EQ(refused->outcome(), "shutting_down");
  ASSERT_EQ(none.spans.size(), 1U);
  EXPECT_EQ(attribute(none.spans[0], "error.type"), "shutting_down");
}

}  // namespace
}  // namespace acta::testing
