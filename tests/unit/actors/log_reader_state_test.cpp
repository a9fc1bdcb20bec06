// How a follower reads the log, without actors.
#include "actors/journal/log_reader_state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Events at these offsets.
event_page page(std::initializer_list<std::uint64_t> offsets, bool complete) {
  event_page made;
  for (const auto offset : offsets) {
    recorded_event event;
    event.position = {0, offset};
    made.add(std::move(event));
  }
  made.complete = complete;
  return made;
}

/// What a reader did, in order.
class log_reader_state_test : public ::testing::Test, protected log_reading {
protected:
  ~log_reader_state_test() override = default;
  void read(position from) override { did.push_back("read " + std::to_string(from.offset)); }
  void handle(std::vector<recorded_event> events) override {
    std::string all = "handle";
    for (const auto& event : events) all += " " + std::to_string(event.position.offset);
    did.push_back(all);
    if (handles_at_once) state->page_handled({});
  }
  void watch(position after) override { did.push_back("watch " + std::to_string(after.offset)); }
  void pause() override { did.emplace_back("pause"); }
  void end(const error& why) override { did.push_back("end: " + std::string{to_string(why.code)}); }

  log_reader_state& begin(std::uint64_t from) {
    log_reading& me = *this;
    state.emplace(position{0, from}, me);
    state->start();
    return *state;
  }
  /// One that has read all there is, up to 3.
  log_reader_state& watching() {
    auto& reader = begin(1);
    reader.page_read(page({1, 2, 3}, true));
    reader.page_handled({});
    done();
    return reader;
  }
  /// What was done since the last call.
  std::vector<std::string> done() { return std::exchange(did, {}); }

  std::optional<log_reader_state> state;
  bool handles_at_once = false;
  std::vector<std::string> did;
};

TEST_F(log_reader_state_test, reads_page_after_page_and_watches_at_the_end) {
  auto& reader = begin(1);
  reader.page_read(page({1, 2}, false));
  reader.page_handled({});
  reader.page_read(page({3}, true));
  reader.page_handled({});
  EXPECT_THAT(done(), ElementsAre("read 1", "handle 1 2", "read 3", "handle 3", "watch 3"));
}

TEST_F(log_reader_state_test, reads_the_next_page_when_the_one_before_is_handled) {
  auto& reader = begin(1);
  reader.page_read(page({1, 2}, false));
  EXPECT_THAT(done(), ElementsAre("read 1", "handle 1 2"));
  reader.advanced();
  reader.pause_is_over();
  EXPECT_THAT(done(), IsEmpty()) << "an older watch and an older pause mean nothing";
  reader.page_handled({});
  EXPECT_THAT(done(), ElementsAre("read 3"));
}

TEST_F(log_reader_state_test, goes_on_with_a_page_that_is_handled_at_once) {
  handles_at_once = true;
  auto& reader = begin(1);
  reader.page_read(page({1}, false));
  reader.page_read(page({2}, true));
  EXPECT_THAT(done(), ElementsAre("read 1", "handle 1", "read 2", "handle 2", "watch 2"));
}

TEST_F(log_reader_state_test, watches_before_its_first_event_where_there_is_none_yet) {
  for (const auto& [from, after] : {std::pair{7, 6}, std::pair{1, 0}, std::pair{0, 0}}) {
    begin(static_cast<std::uint64_t>(from)).page_read(page({}, true));
    EXPECT_THAT(done(),
                ElementsAre("read " + std::to_string(from), "watch " + std::to_string(after)));
  }
}

TEST_F(log_reader_state_test, reads_once_however_often_it_is_told_of_more) {
  auto& reader = watching();
  reader.advanced();
  reader.advanced();
  EXPECT_THAT(done(), ElementsAre("read 4"));
  reader.page_read(page({}, true));
  EXPECT_THAT(done(), ElementsAre("watch 3")) << "there was no more after all";
}

TEST_F(log_reader_state_test, pauses_and_reads_again_when_the_journal_actor_ends) {
  auto& reader = watching();
  reader.journal_ended();
  EXPECT_THAT(done(), ElementsAre("pause"));
  reader.pause_is_over();
  EXPECT_THAT(done(), ElementsAre("read 4"));
}

TEST_F(log_reader_state_test, does_not_care_for_a_journal_actor_that_it_does_not_watch) {
  auto& reader = begin(1);
  reader.journal_ended();
  reader.page_read(page({1}, true));
  reader.journal_ended();
  EXPECT_THAT(done(), ElementsAre("read 1", "handle 1"));
  reader.page_handled({});
  EXPECT_THAT(done(), ElementsAre("watch 1"));
}

TEST_F(log_reader_state_test, ends_where_the_log_cannot_be_read) {
  auto& reader = begin(1);
  reader.page_read(page({1}, false));
  reader.page_handled({});
  done();
  reader.page_read(error{errc::damaged, "a checksum"});
  reader.advanced();
  reader.journal_ended();
  reader.pause_is_over();
  EXPECT_THAT(done(), ElementsAre("end: damaged"));
}

TEST_F(log_reader_state_test, ends_when_its_follower_fails) {
  auto& reader = begin(1);
  reader.page_read(page({1}, false));
  done();
  reader.page_handled(error{errc::dropped, "a handler threw"});
  reader.advanced();
  EXPECT_THAT(done(), ElementsAre("end: dropped"));
}

}  // namespace
}  // namespace acta
