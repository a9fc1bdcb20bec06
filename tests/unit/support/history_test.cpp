// The checker is told histories that must not be, one of each kind, and names them.
#include "tests/support/history.hpp"

#include <gmock/gmock.h>

namespace acta::testing {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The first byte of an event is its amount.
std::int64_t first_byte(const recorded_event& event) {
  return static_cast<std::int64_t>(event.payload.at(0));
}

class histories : public ::testing::Test {
protected:
  const stream_id a{"test", "a"};
  const stream_id b{"test", "b"};

  static std::vector<new_event> events(std::size_t count, int amount = 1) {
    return {count, new_event{"happened", 1, {static_cast<std::byte>(amount)}}};
  }
  history::call_id send(const stream_id& stream, const std::string& id, std::size_t count = 1) {
    return told.sends(stream, id, events(count));
  }
  void acknowledge(history::call_id call, std::uint64_t at, std::size_t count = 1,
                   bool repeated = false) {
    told.answered(call, acknowledgement{{at}, count, repeated});
  }
  void refuse(history::call_id call, errc why) {
    told.answered(call, result<acknowledgement>{error{why, ""}});
  }
  /// A command that is sent, stored and acknowledged.
  void happens(const stream_id& stream, const std::string& id, std::size_t count = 1) {
    const auto call = send(stream, id, count);
    store(stream, id, count);
    acknowledge(call, versions[stream], count);
  }
  void store(const stream_id& stream, const std::string& id, std::size_t count = 1,
             int amount = 1) {
    event_metadata metadata;
    metadata.command_id = id;
    for (auto& made : events(count, amount))
      log.push_back({{0, log.size() + 1},
                     stream,
                     {++versions[stream]},
                     metadata,
                     made.type,
                     made.schema_version,
                     made.payload});
  }
  void see(const stream_id& stream, std::uint64_t version, std::int64_t sum) {
    told.answered(told.reads(stream), seen_view{{version}, sum});
  }
  [[nodiscard]] std::vector<std::string> violations() const { return check(told, log, first_byte); }
  void expect_only(const std::string& what) const {
    EXPECT_THAT(violations(), ElementsAre(HasSubstr(what)));
  }

  history told;
  std::vector<recorded_event> log;
  std::map<stream_id, std::uint64_t> versions;
};

TEST_F(histories, that_are_right_pass) {
  see(a, 0, 0);
  happens(a, "1", 2);
  happens(b, "1");
  see(a, 2, 2);
  const auto lost = send(a, "lost");
  const auto kept = send(a, "kept", 2);
  refuse(lost, errc::outcome_unknown);
  refuse(kept, errc::outcome_unknown);
  store(a, "kept", 2);
  acknowledge(send(a, "kept", 2), 4, 2, true);
  acknowledge(send(a, "1", 2), 2, 2, true);
  const auto later = send(b, "2");
  refuse(later, errc::read_only);
  happens(b, "2");
  see(a, 4, 4);
  acknowledge(send(a, "without events", 0), 4, 0);
  for (const auto& event : log) told.shown(event);
  EXPECT_THAT(violations(), IsEmpty());
  EXPECT_THAT(check_balances({{a, 4}, {b, 2}}, log, first_byte), IsEmpty());
}

TEST_F(histories, of_nothing_pass) { EXPECT_THAT(violations(), IsEmpty()); }

TEST_F(histories, with_an_acknowledged_effect_that_is_lost_do_not) {
  acknowledge(send(a, "1"), 1);
  expect_only("test/a 1 was acknowledged, and is lost");
}

TEST_F(histories, with_an_effect_that_is_there_twice_do_not) {
  happens(a, "1", 2);
  store(a, "1", 2);
  EXPECT_THAT(violations(), Contains("test/a 1 took effect twice"));
}

TEST_F(histories, with_an_unknown_effect_that_is_there_twice_do_not) {
  refuse(send(a, "1"), errc::outcome_unknown);
  store(a, "1");
  store(a, "1");
  expect_only("test/a 1 took effect twice");
}

TEST_F(histories, with_an_effect_that_is_there_in_part_do_not) {
  refuse(send(a, "1", 2), errc::outcome_unknown);
  store(a, "1");
  expect_only("test/a 1 is there in part");
}

TEST_F(histories, with_an_effect_that_another_divides_do_not) {
  refuse(send(a, "1", 2), errc::outcome_unknown);
  store(a, "1");
  happens(b, "2");
  store(a, "1");
  expect_only("test/a 1 is not in one piece");
}

TEST_F(histories, with_an_effect_at_another_version_do_not) {
  const auto call = send(a, "1");
  store(a, "1");
  acknowledge(call, 2);
  expect_only("test/a 1 was acknowledged at version 2, and is at 1");
}

TEST_F(histories, with_an_effect_of_another_size_than_was_answered_do_not) {
  const auto call = send(a, "1", 2);
  store(a, "1", 2);
  acknowledge(call, 2, 1);
  expect_only("test/a 1 was answered as 1 events, and is 2");
}

TEST_F(histories, with_other_bytes_than_were_sent_do_not) {
  const auto call = send(a, "1");
  store(a, "1", 1, 2);
  acknowledge(call, 1);
  expect_only("test/a 1 has other bytes than were sent");
}

TEST_F(histories, with_a_decision_that_rests_on_what_is_not_there_do_not) {
  // It makes what the stream's length is; when it decided, it saw an event that was not stored.
  const auto call = told.sends(a, "1", [this](const auto& before) {
    return events(1, static_cast<int>(before.size()) + 1);
  });
  store(a, "1", 1, 2);
  acknowledge(call, 1);
  expect_only("test/a 1 has other bytes than were sent");
}

TEST_F(histories, with_a_refused_effect_that_is_there_do_not) {
  for (const auto why : {errc::refused, errc::conflict, errc::read_only, errc::overloaded}) {
    const auto id = std::string{to_string(why)};
    told = {};
    log.clear();
    versions.clear();
    refuse(send(a, id), why);
    store(a, id);
    expect_only("test/a " + id + " was refused, and is there");
  }
}

TEST_F(histories, with_an_event_that_nobody_sent_do_not) {
  store(a, "1");
  expect_only("test/a has an event that nobody sent, of 1");
}

TEST_F(histories, with_a_gap_in_the_versions_do_not) {
  happens(a, "1");
  ++versions[a];
  happens(a, "2");
  EXPECT_THAT(violations(), Contains("a gap in the versions of test/a: 3 stands where 2 should"));
}

TEST_F(histories, with_a_gap_in_the_positions_do_not) {
  happens(a, "1");
  happens(a, "2");
  log[1].position.offset = 3;
  expect_only("a gap in the positions: 3 stands where 2 should");
}

TEST_F(histories, with_an_effect_before_what_was_acknowledged_when_it_was_sent_do_not) {
  const auto first = send(a, "1");
  acknowledge(first, 1);
  const auto second = send(b, "2");
  acknowledge(second, 1);
  store(b, "2");
  store(a, "1");
  expect_only("test/b 2 stands before test/a 1, which was acknowledged before it was sent");
}

TEST_F(histories, with_a_repeat_that_was_answered_otherwise_do_not) {
  happens(a, "1");
  happens(a, "2");
  acknowledge(send(a, "1"), 2, 1, true);
  EXPECT_THAT(violations(), Contains("test/a 1 was answered with version 1, and then 2"));
}

TEST_F(histories, with_a_repeat_that_was_answered_as_new_do_not) {
  happens(a, "1");
  acknowledge(send(a, "1"), 1);
  expect_only("test/a 1 was answered twice as if it were new");
}

TEST_F(histories, with_a_call_that_was_not_answered_do_not) {
  send(a, "1");
  expect_only("call 1 to test/a was never answered");
  told = {};
  told.reads(b);
  expect_only("call 1 to test/b was never answered");
}

TEST_F(histories, with_a_call_that_was_answered_twice_do_not) {
  const auto call = send(a, "1");
  refuse(call, errc::overloaded);
  refuse(call, errc::overloaded);
  expect_only("call 1 to test/a was answered twice");
}

TEST_F(histories, with_a_view_that_is_no_sum_of_first_events_do_not) {
  happens(a, "1", 2);
  see(a, 2, 1);
  expect_only("a view of test/a at version 2 is not the sum of its events");
}

TEST_F(histories, with_a_view_of_what_is_absent_that_is_not_empty_do_not) {
  see(a, 0, 1);
  expect_only("a view of test/a at version 0 is not the sum of its events");
}

TEST_F(histories, with_a_view_that_lacks_what_was_acknowledged_before_do_not) {
  happens(a, "1", 2);
  see(a, 1, 1);
  expect_only("a view of test/a at version 1 lacks version 2, which was known before");
}

TEST_F(histories, with_a_view_that_lacks_what_was_seen_before_do_not) {
  refuse(send(a, "1", 2), errc::outcome_unknown);
  store(a, "1", 2);
  see(a, 2, 2);
  see(a, 0, 0);
  expect_only("a view of test/a at version 0 lacks version 2, which was known before");
}

TEST_F(histories, with_a_view_that_lacks_what_another_node_wrote_do_pass) {
  const auto call = told.sends(a, "1", events(1), history::sender::elsewhere);
  store(a, "1");
  acknowledge(call, 1);
  see(a, 0, 0);
  EXPECT_THAT(violations(), IsEmpty());
}

TEST_F(histories, with_a_view_of_what_was_under_way_do_pass_either_way) {
  const auto call = send(a, "1");
  store(a, "1");
  see(a, 0, 0);
  see(a, 1, 1);
  acknowledge(call, 1);
  EXPECT_THAT(violations(), IsEmpty());
}

TEST_F(histories, with_a_view_of_what_is_not_there_in_the_end_do_not) {
  refuse(send(a, "1"), errc::outcome_unknown);
  see(a, 1, 1);
  expect_only("a view of test/a at version 1 shows what is not there in the end");
}

TEST_F(histories, with_an_event_that_was_shown_and_is_not_there_in_the_end_do_not) {
  happens(a, "1");
  auto other = log[0];
  other.position.offset = 2;
  told.shown(other);
  expect_only("position 2 was shown otherwise than it is in the end");
}

TEST_F(histories, with_an_event_that_was_shown_otherwise_do_not) {
  happens(a, "1");
  auto other = log[0];
  other.payload[0] = std::byte{2};
  told.shown(other);
  expect_only("position 1 was shown otherwise than it is in the end");
}

TEST_F(histories, whose_balances_are_not_the_sum_of_their_events_do_not_pass) {
  happens(a, "1", 2);
  happens(b, "2");
  EXPECT_THAT(check_balances({{a, 3}, {b, 1}}, log, first_byte),
              ElementsAre("the view of test/a is 1 more than its events",
                          "all events sum up to -1 more than all views"));
  EXPECT_THAT(check_balances({{a, 2}}, log, first_byte),
              ElementsAre("the view of test/b is -1 more than its events",
                          "all events sum up to 1 more than all views"));
  EXPECT_THAT(check_balances({{a, 1}, {b, 2}}, log, first_byte),
              ElementsAre("the view of test/a is -1 more than its events",
                          "the view of test/b is 1 more than its events"));
}

TEST_F(histories, an_event_and_its_contract_are_there_together) {
  store(a, "c");
  const std::map<std::string, std::string> both{{"test/happened/1", "{}"}};
  EXPECT_THAT(check_contracts_of_events(both, log), IsEmpty());
  EXPECT_THAT(check_contracts_of_events({}, log),
              ElementsAre("an event without its contract test/happened/1"));
  EXPECT_THAT(check_contracts_of_events(both, {}),
              ElementsAre("a contract without an event, test/happened/1"));
  EXPECT_THAT(check_contracts_of_events({}, {}), IsEmpty());
}

}  // namespace
}  // namespace acta::testing
