#include "actors/aggregate/aggregate_state.hpp"

#include <gtest/gtest.h>

#include "runtime/codec/cbor.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/tickets.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::add;
using testing::counter;
using testing::explode;
using testing::total;

class aggregate_state_test : public ::testing::Test {
protected:
  template <class Command>
  ticket_ptr ask(Command command, std::string id, std::uint64_t hash = 1) {
    request asked;
    asked.type = &type;
    asked.command_index = command_index<counter, Command>();
    asked.command = any_value::of(command);
    asked.append.metadata.command_id = std::move(id);
    asked.append.metadata.command_hash = hash;
    return ticket::admit(gate, std::move(asked), [](const auto&) {});
  }
  /// Handles a command and returns its ticket, as it would go into the lane.
  template <class Command>
  ticket_ptr handle(Command command, std::string id, std::uint64_t hash = 1) {
    auto made = ask(command, std::move(id), hash);
    state.handle(*made);
    return made;
  }
  std::vector<recorded_event> history(std::size_t length) {
    std::vector<recorded_event> events(length);
    added_bytes(events);
    return events;
  }
  void added_bytes(std::vector<recorded_event>& events) {
    for (std::size_t i = 0; i < events.size(); ++i) {
      testing::added event{1};
      events[i].stream = stream;
      events[i].version = {i + 1};
      events[i].type = "test.counter.added";
      events[i].metadata.command_id = "old-" + std::to_string(i);
      ASSERT_TRUE(codec.encode([&](visitor& v) { return visit(v, event); }, events[i].payload));
    }
  }
  std::int64_t sum() { return static_cast<const total*>(read()->sealed->view->get())->sum; }
  ticket_ptr read() {
    request asked;
    asked.type = &type;
    auto made = ticket::admit(gate, std::move(asked), [](const auto&) {});
    state.handle(*made);
    return made;
  }

  aggregate_type type = describe<counter>();
  testing::manual_clock time;
  testing::remembering_observer watcher;
  cbor_codec codec;
  aggregate_environment shared{&codec, &time, &watcher, 4, 512};
  std::shared_ptr<admission> gate = testing::only_gate(1000, 1 << 20, time, watcher);
  stream_id stream{"test.counter", "x"};
  aggregate_state state{shared, type, stream, {1, 7}};
};

TEST_F(aggregate_state_test, applies_events_before_it_sends_them) {
  const auto asked = handle(add{5, 2}, "a");
  EXPECT_EQ(asked->request.append.events.size(), 2U);
  EXPECT_EQ(asked->request.append.expected, version{0});
  EXPECT_EQ(asked->request.append.writer, (writer_id{1, 7}));
  EXPECT_EQ(asked->sealed->version, version{2});
  EXPECT_EQ(sum(), 10);
  EXPECT_EQ(handle(add{1}, "b")->request.append.expected, version{2});
}

TEST_F(aggregate_state_test, takes_no_new_name_that_nobody_can_be_shown) {
  for (const auto* key :
       {"a\nb", "\x7f", "a\xc2\x80", "\xc2\x9f", "\xff", "a\xc0\x80", "caf\xc3"}) {
    const auto refused = handle(add{1}, key);
    ASSERT_FALSE(refused->sealed.ok()) << key;
    EXPECT_EQ(refused->sealed.error().code, errc::malformed);
    EXPECT_EQ(refused->sealed.error().field, "command_id");
    EXPECT_TRUE(refused->request.append.events.empty());
  }
  EXPECT_TRUE(handle(add{1}, "caf\xc3\xa9\xc2\xa0")->sealed.ok());
  for (const auto* id : {"a\xc2\x85z", "a\xffz"}) {
    aggregate_state unnamed{shared, type, {"test.counter", id}, {1, 7}};
    const auto first = ask(add{1}, "a");
    unnamed.handle(*first);
    ASSERT_FALSE(first->sealed.ok());
    EXPECT_EQ(first->sealed.error().code, errc::malformed);
    EXPECT_EQ(first->sealed.error().field, "id");
  }
}

TEST_F(aggregate_state_test, serves_such_names_that_are_in_use) {
  for (const std::string odd : {"\xc2\x80", "\xff"}) {
    stream = {"test.counter", "a" + odd};
    auto events = history(2);
    events[1].metadata.command_id = "old" + odd;
    events[1].metadata.command_hash = 1;
    aggregate_state older{shared, type, stream, {1, 7}};
    ASSERT_TRUE(older.replay(events).ok());
    const auto repeat = ask(add{1}, "old" + odd);
    older.handle(*repeat);
    ASSERT_TRUE(repeat->sealed.ok());
    EXPECT_TRUE(repeat->sealed->repeated);
    const auto next = ask(add{1}, "new");
    older.handle(*next);
    ASSERT_TRUE(next->sealed.ok());
    EXPECT_EQ(next->sealed->version, version{3});
  }
}

TEST_F(aggregate_state_test, a_repeat_gets_the_first_answer_and_has_no_event) {
  handle(add{5, 2}, "a");
  handle(add{1}, "b");
  const auto repeat = handle(add{5, 2}, "a");
  EXPECT_TRUE(repeat->request.append.events.empty());
  EXPECT_TRUE(repeat->sealed->repeated);
  EXPECT_EQ(repeat->sealed->version, version{2});
  EXPECT_EQ(repeat->sealed->events, 2U);
}

TEST_F(aggregate_state_test, the_same_id_with_another_command_is_an_error) {
  handle(add{5}, "a", 1);
  const auto clash = handle(add{6}, "a", 2);
  ASSERT_FALSE(clash->sealed.ok());
  EXPECT_EQ(clash->sealed.error().code, errc::command_id_reused);
}

TEST_F(aggregate_state_test, knows_a_command_by_the_hash_over_its_whole_content_too) {
  // As it was stored before the hash left out what equals its fallback: `times` is 1 here.
  bytes content;
  for (const char c : std::string_view{"add"}) content.push_back(static_cast<std::byte>(c));
  add command{1};
  ASSERT_TRUE(codec.encode([&](visitor& v) { return visit(v, command); }, content));
  auto events = history(1);
  events[0].metadata.command_hash = codec.hash(content);
  ASSERT_TRUE(state.replay(events));
  EXPECT_TRUE(handle(command, "old-0")->sealed->repeated);
  EXPECT_EQ(handle(add{2}, "old-0")->sealed.error().code, errc::command_id_reused);
}

TEST_F(aggregate_state_test, decides_nothing_at_a_version_that_is_not_expected) {
  handle(add{1}, "a");
  auto asked = ask(explode{}, "b");
  asked->request.expected_version = expected_version::none();
  state.handle(*asked);
  EXPECT_EQ(asked->sealed.error().code, errc::wrong_version);
  EXPECT_EQ(asked->sealed.error().version, version{1});
  EXPECT_TRUE(asked->request.append.events.empty());
  auto repeat = ask(add{1}, "a");
  repeat->request.expected_version = expected_version::none();
  state.handle(*repeat);
  EXPECT_TRUE(repeat->sealed.ok()) << "it was its own effect";
}

TEST_F(aggregate_state_test, a_refusal_leaves_nothing_and_is_decided_anew) {
  EXPECT_EQ(handle(add{-1}, "a")->sealed.error().refusal_code, "negative");
  EXPECT_EQ(state.current(), version{0});
  EXPECT_TRUE(handle(add{1}, "a")->sealed.ok());
}

TEST_F(aggregate_state_test, a_command_without_events_succeeds_and_leaves_nothing) {
  const auto asked = handle(add{5, 0}, "a");
  EXPECT_TRUE(asked->sealed.ok());
  EXPECT_EQ(asked->sealed->events, 0U);
  EXPECT_TRUE(asked->request.append.events.empty());
}

TEST_F(aggregate_state_test, what_has_no_event_is_not_found) {
  EXPECT_EQ(read()->sealed.error().code, errc::not_found);
}

TEST_F(aggregate_state_test, an_event_that_apply_throws_at_is_not_sealed) {
  auto asked = ask(explode{true}, "a");
  EXPECT_THROW(state.handle(*asked), std::runtime_error);
  EXPECT_TRUE(asked->request.append.events.empty());
}

TEST_F(aggregate_state_test, recovers_its_state_its_version_and_its_commands) {
  ASSERT_TRUE(state.replay(history(3)));
  EXPECT_EQ(state.current(), version{3});
  EXPECT_EQ(sum(), 3);
  EXPECT_EQ(handle(add{1}, "old-2", 0)->sealed->repeated, true);
}

TEST_F(aggregate_state_test, forgets_commands_beyond_its_window_unless_asked_for_all) {
  ASSERT_TRUE(state.replay(history(10)));
  auto asked = ask(add{1}, "old-0", 0);
  EXPECT_FALSE(state.search_for(asked->request, {}));
  asked->request.repeats_since = timestamp::min();
  command_memory::progress so_far;
  const auto search = state.search_for(asked->request, so_far);
  ASSERT_TRUE(search);
  EXPECT_EQ(search->command_id, "old-0");
  EXPECT_EQ(search->newest, version{10 - shared.deduplication_window});
  search_result outcome;
  outcome.found = {{1}, 1, asked->request.append.metadata.command_hash};
  ASSERT_TRUE(state.take_search(*asked, *search, outcome, so_far));
  EXPECT_TRUE(asked->sealed->repeated);
  EXPECT_EQ(asked->sealed->version, version{1});
  EXPECT_EQ(sum(), 10);
}

TEST_F(aggregate_state_test, refuses_a_history_with_a_gap) {
  auto events = history(3);
  events.erase(events.begin() + 1);
  EXPECT_EQ(state.replay(events).error().code, errc::damaged);
}

TEST_F(aggregate_state_test, refuses_an_event_it_does_not_know) {
  auto events = history(1);
  events[0].schema_version = 2;
  const auto replayed = state.replay(events);
  ASSERT_FALSE(replayed.ok());
  EXPECT_NE(replayed.error().detail.find("test.counter.added"), std::string::npos);
}

TEST_F(aggregate_state_test, refuses_an_event_it_cannot_read) {
  auto events = history(1);
  events[0].payload.pop_back();
  EXPECT_EQ(state.replay(events).error().code, errc::damaged);
}

class snapshot_test : public aggregate_state_test {
protected:
  snapshot_test() {
    type.state_fingerprint = 7;
    shared.snapshot_every_events = 10;
    shared.snapshot_on_leave_events = 3;
  }
  aggregate_state fresh() { return {shared, type, stream, writer_id{1, 6}}; }
};

TEST_F(snapshot_test, goes_on_from_a_snapshot_as_from_every_event) {
  auto first = fresh();
  ASSERT_TRUE(first.replay(history(20)));
  const auto taken = first.take_snapshot();
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(taken->version, version{20});
  auto second = fresh();
  EXPECT_EQ(second.recover_from(), version{0}) << "asks for a snapshot first";
  ASSERT_TRUE(second.restore(*taken));
  EXPECT_EQ(second.recover_from(), version{21});
  EXPECT_EQ(second.current(), version{20});
  auto again = ask(add{1}, "old-19", 0);
  second.handle(*again);
  EXPECT_TRUE(again->sealed->repeated) << "what was recognised still is";
  auto next = ask(add{1}, "new");
  second.handle(*next);
  EXPECT_EQ(next->sealed->version, version{21});
  const auto once_more = first.take_snapshot();
  EXPECT_EQ(once_more->state, taken->state);
}

TEST_F(snapshot_test, of_another_layout_is_refused_and_changes_nothing) {
  auto first = fresh();
  ASSERT_TRUE(first.replay(history(5)));
  auto taken = *first.take_snapshot();
  taken.fingerprint = 8;
  auto second = fresh();
  EXPECT_FALSE(second.restore(taken));
  EXPECT_EQ(second.current(), version{0});
  EXPECT_EQ(second.recover_from(), version{1}) << "now every event";
  EXPECT_TRUE(second.replay(history(5)));
}

TEST_F(snapshot_test, that_does_not_decode_is_refused_and_changes_nothing) {
  auto first = fresh();
  ASSERT_TRUE(first.replay(history(5)));
  for (auto part : {&snapshot::state, &snapshot::commands}) {
    auto taken = *first.take_snapshot();
    (taken.*part).pop_back();
    auto second = fresh();
    EXPECT_FALSE(second.restore(taken));
    EXPECT_EQ(second.current(), version{0});
  }
}

TEST_F(snapshot_test, is_due_after_so_many_events_since_the_last_and_earlier_on_leaving) {
  auto state_of_nine = fresh();
  ASSERT_TRUE(state_of_nine.replay(history(9)));
  EXPECT_FALSE(state_of_nine.snapshot_due(false));
  EXPECT_TRUE(state_of_nine.snapshot_due(true));
  auto ten = fresh();
  ASSERT_TRUE(ten.replay(history(10)));
  EXPECT_TRUE(ten.snapshot_due(false));
  ASSERT_TRUE(ten.take_snapshot().ok());
  EXPECT_FALSE(ten.snapshot_due(false));
  EXPECT_FALSE(ten.snapshot_due(true));
}

TEST_F(snapshot_test, and_the_events_since_are_what_the_state_weighs) {
  aggregate_state first{shared, type, stream, {1, 7}};
  const auto events = history(2);
  ASSERT_TRUE(first.replay(events));
  const auto of_one = events[0].payload.size();
  EXPECT_EQ(first.weight().bytes(), 2 * of_one);
  auto asked = ask(add{1, 2}, "a");
  first.handle(*asked);
  EXPECT_EQ(first.weight().bytes(), 4 * of_one);
  const auto taken = first.take_snapshot();
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(first.weight().bytes(), taken->state.size());
  aggregate_state second{shared, type, stream, {1, 8}};
  ASSERT_TRUE(second.restore(*taken));
  EXPECT_EQ(second.weight().bytes(), taken->state.size());
  asked = ask(add{1}, "b");
  second.handle(*asked);
  EXPECT_EQ(second.weight().bytes(), taken->state.size() + of_one);
}

TEST_F(snapshot_test, is_never_due_without_a_fingerprint) {
  type.state_fingerprint = 0;
  auto one = fresh();
  EXPECT_EQ(one.recover_from(), version{1});
  ASSERT_TRUE(one.replay(history(50)));
  EXPECT_FALSE(one.snapshot_due(true));
}

TEST_F(snapshot_test, says_from_where_on_its_commands_are_known) {
  shared.deduplication_window = 2;
  auto first = fresh();
  ASSERT_TRUE(first.replay(history(5)));
  auto second = fresh();
  ASSERT_TRUE(second.restore(*first.take_snapshot()));
  auto asked = ask(add{1}, "old-0", 0);
  asked->request.repeats_since = timestamp::min();
  const auto search = second.search_for(asked->request, {});
  ASSERT_TRUE(search);
  EXPECT_EQ(search->newest, version{3});
}

TEST_F(snapshot_test, that_knows_fewer_commands_than_are_to_be_recognised_is_refused) {
  shared.deduplication_window = 2;
  auto first = fresh();
  ASSERT_TRUE(first.replay(history(5)));
  const auto of_two = *first.take_snapshot();
  shared.deduplication_window = 3;
  auto second = fresh();
  EXPECT_FALSE(second.restore(of_two));
  EXPECT_EQ(second.recover_from(), version{1}) << "the events know more";
  for (const std::size_t window : {std::size_t{1}, std::size_t{2}}) {
    shared.deduplication_window = window;
    auto other = fresh();
    EXPECT_TRUE(other.restore(of_two));
  }
  shared.deduplication_window = 5;
  auto all = fresh();
  ASSERT_TRUE(all.replay(history(5)));
  const auto of_all = *all.take_snapshot();
  shared.deduplication_window = 1'000;
  auto third = fresh();
  EXPECT_TRUE(third.restore(of_all)) << "there were no more";
}

struct measured {
  double value = 0;
};
template <class Inspector>
bool inspect(Inspector& f, measured& e) {
  return f.object(e).fields(f.field("value", e.value));
}
struct divide {
  double value = 0;
  double by = 1;
};
template <class Inspector>
bool inspect(Inspector& f, divide& c) {
  return f.object(c).fields(f.field("value", c.value), f.field("by", c.by));
}
/// Knew another event once.
struct gauge {
  static constexpr std::string_view type = "test.gauge";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<measured, "test.gauge.measured", 1>>;
  using commands = acta::commands<divide>;
  using retired = acta::retired<"test.gauge.painted">;
  acta::decision<gauge> decide(const divide& c, const acta::context&) const {
    return measured{c.value / c.by};
  }
  void apply(const measured& event) { last = event; }
  [[nodiscard]] measured view() const { return last; }
  measured last;
};
template <class Inspector>
bool inspect(Inspector& f, gauge& g) {
  return f.object(g).fields(f.field("last", g.last));
}

class gauge_test : public aggregate_state_test {
protected:
  gauge_test() {
    type = describe<gauge>();
    type.events.push_back({"test.gauge.painted", 1, nullptr, nullptr, nullptr, nullptr});
  }
  aggregate_state fresh() { return {shared, type, stream_id{"test.gauge", "x"}, {1, 7}}; }
  ticket_ptr ask_for(divide command, const std::string& id) {
    request asked;
    asked.type = &type;
    asked.command_index = command_index<gauge, divide>();
    asked.command = any_value::of(command);
    asked.append.metadata.command_id = id;
    return ticket::admit(gate, std::move(asked), [](const auto&) {});
  }
};

TEST_F(gauge_test, makes_no_event_that_cannot_be_shown) {
  for (const double value : {0.0, 1.0, -1.0}) {
    auto divided = fresh();
    auto asked = ask_for({value, 0}, "a");
    EXPECT_ANY_THROW(divided.handle(*asked)) << value;
    EXPECT_TRUE(asked->request.append.events.empty());
  }
  auto asked = ask_for({1, 2}, "b");
  auto divided = fresh();
  divided.handle(*asked);
  EXPECT_EQ(asked->sealed->version, version{1});
}

TEST_F(gauge_test, counts_a_retired_event_and_does_not_apply_it) {
  recorded_event painted;
  painted.stream = stream_id{"test.gauge", "x"};
  painted.version = {1};
  painted.type = "test.gauge.painted";
  painted.metadata.command_id = "old";
  auto replayed = fresh();
  ASSERT_TRUE(replayed.replay({painted}));
  EXPECT_EQ(replayed.current(), version{1});
  auto repeated = ask_for({1, 1}, "old");
  replayed.handle(*repeated);
  EXPECT_TRUE(repeated->sealed->repeated) << "its command is remembered";
}

}  // namespace
}  // namespace acta
