// What every journal must do. An adapter passes all of it or is none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/journal/memory_journal.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "tests/support/held_journal.hpp"
#include "tests/support/journal_calls.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::append;
using testing::append_one;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::make_append;
using testing::read_all;
using testing::read_stream;
using testing::recover;
using ::testing::SizeIs;
using testing::stream;

/// Which adapter, and whether its calls pass through a held_journal on their way.
struct kind {
  enum class adapter { memory, memory_of_three_partitions, rocksdb_tail, rocksdb_runs } of;
  bool decorated;
};

class journal_contract : public ::testing::TestWithParam<kind> {
protected:
  void SetUp() override {
    open_adapter();
    if (!GetParam().decorated) return;
    decorated = std::make_unique<testing::held_journal>(*adapter);
    tested = decorated.get();
  }
  void open_adapter() {
    using enum kind::adapter;
    const auto of = GetParam().of;
    if (of == memory || of == memory_of_three_partitions) {
      adapter = std::make_unique<memory_journal>(of == memory ? 1 : 3);
    } else {
      rocksdb_options how;
      how.directory = directory.path();
      // Runs of three events: nearly everything is read from the index, and the rest from the tail.
      if (of == rocksdb_runs) how.index_run_events = 3;
      auto opened = open_rocksdb_journal(how);
      ASSERT_TRUE(opened.ok()) << opened.error().detail;
      adapter = *std::move(opened);
    }
    tested = adapter.get();
    // In the others there is something too, and under the same names.
    const auto all = adapter->partitions();
    partition = all[all.size() / 2];
    for (const auto other : all) {
      if (other == partition) continue;
      ASSERT_EQ(append_one(*tested, in(other, make_append("a", 0, 2))), append_status::stored);
    }
  }

  static append_request in(partition_id of, append_request made) {
    made.partition = of;
    return made;
  }
  [[nodiscard]] append_request make(const std::string& id, std::uint64_t expected,
                                    std::size_t events = 1, writer_id writer = {1, 1}) const {
    return in(partition, make_append(id, expected, events, writer));
  }
  [[nodiscard]] position at(std::uint64_t offset) const { return {partition, offset}; }
  [[nodiscard]] position last() const { return tested->last(partition); }
  result<event_page> stream_of(const std::string& id, std::uint64_t first = 1,
                               std::size_t most = 10'000) {
    return read_stream(*tested, id, first, most, partition);
  }
  result<event_page> log(std::uint64_t first = 1, std::size_t most = 1'000'000) {
    return read_all(*tested, first, most, partition);
  }
  result<event_page> recovery(const std::string& id, writer_id writer, std::uint64_t first = 1) {
    return recover(*tested, id, writer, first, 10'000, partition);
  }
  void leave(const std::string& id, writer_id writer) {
    tested->leave(partition, stream(id), writer);
  }
  void save(const std::string& id, const snapshot& what) {
    tested->save(partition, stream(id), what);
  }

  std::vector<append_status> statuses(std::vector<append_request> batch) {
    std::vector<append_status> all;
    for (const auto& one : append(*tested, std::move(batch))) all.push_back(one.status);
    return all;
  }

  testing::temporary_directory directory;
  std::unique_ptr<journal_adapter> adapter;
  std::unique_ptr<testing::held_journal> decorated;
  journal* tested = nullptr;
  partition_id partition{};
};

template <class... Requests>
std::vector<append_request> batch(Requests... requests) {
  std::vector<append_request> made;
  (made.push_back(std::move(requests)), ...);
  return made;
}

append_request bringing(const event_contract& of, append_request made) {
  for (auto& event : made.events) event.contract = &of;
  return made;
}

using names = std::map<std::string, std::string>;

using enum append_status;

TEST_P(journal_contract, starts_empty) {
  EXPECT_EQ(last(), at(0));
  EXPECT_EQ(tested->read_only_reason(), "");
  const auto page = log();
  EXPECT_THAT(page->events, IsEmpty());
  EXPECT_TRUE(page->complete);
}

TEST_P(journal_contract, a_stream_that_is_not_there_is_empty_and_complete) {
  const auto page = stream_of("nobody");
  ASSERT_TRUE(page.ok()) << page.error().detail;
  EXPECT_THAT(page->events, IsEmpty());
  EXPECT_TRUE(page->complete);
}

TEST_P(journal_contract, stores_every_field_of_an_event) {
  auto request = make("a", 0);
  request.metadata = {timestamp{std::chrono::microseconds{-7}},
                      "command",
                      0xfedc'ba98'7654'3210,
                      "correlation",
                      "causation",
                      "principal \xc3\xa9",
                      "00-trace-01"};
  request.events[0] = {"test.\xe2\x82\xac", 300, {std::byte{0}, std::byte{255}}};
  const auto expected = request;
  ASSERT_EQ(append_one(*tested, std::move(request)), stored);
  const recorded_event whole{
      at(1), expected.stream,           {1}, expected.metadata, expected.events[0].type,
      300,   expected.events[0].payload};
  EXPECT_THAT(stream_of("a")->events, ElementsAre(whole));
  EXPECT_THAT(log()->events, ElementsAre(whole));
}

TEST_P(journal_contract, refuses_another_expected_version_alone) {
  EXPECT_EQ(append_one(*tested, make("a", 0, 2)), stored);
  EXPECT_THAT(statuses(batch(make("a", 1), make("b", 0))), ElementsAre(wrong_version, stored));
  EXPECT_EQ(append_one(*tested, make("c", 1)), wrong_version);
  ASSERT_TRUE(recovery("a", {1, 1}).ok());
  EXPECT_EQ(append_one(*tested, make("a", 2)), stored);
  EXPECT_EQ(last(), at(4));
}

TEST_P(journal_contract, fails_the_later_appends_of_a_stream_with_a_refused_one) {
  EXPECT_THAT(statuses(batch(make("a", 5), make("a", 6), make("b", 0))),
              ElementsAre(wrong_version, wrong_version, stored));
}

// The right version alone is not enough: the second command was decided on top of the first.
TEST_P(journal_contract, stores_nothing_of_a_refused_writer_until_it_has_recovered) {
  constexpr writer_id first{1, 1};
  constexpr writer_id second{1, 2};
  ASSERT_TRUE(recovery("a", first).ok());
  ASSERT_EQ(append_one(*tested, make("a", 0, 1, first)), stored);
  leave("a", first);
  ASSERT_TRUE(recovery("a", second).ok());
  ASSERT_EQ(append_one(*tested, make("a", 1, 1, second)), stored);
  leave("a", second);
  EXPECT_THAT(statuses(batch(make("a", 1, 1, first), make("a", 2, 1, first))),
              ElementsAre(wrong_version, wrong_version));
  EXPECT_EQ(append_one(*tested, make("a", 2, 1, first)), wrong_version);
  ASSERT_TRUE(recovery("a", first).ok());
  EXPECT_EQ(append_one(*tested, make("a", 2, 1, first)), stored);
  EXPECT_EQ(last(), at(3));
}

TEST_P(journal_contract, takes_several_appends_of_one_stream_in_one_batch) {
  EXPECT_THAT(statuses(batch(make("a", 0, 2), make("b", 0), make("a", 2, 3))),
              ElementsAre(stored, stored, stored));
  const auto page = stream_of("a");
  ASSERT_THAT(page->events, SizeIs(5));
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(page->events[i].version.value, i + 1);
}

TEST_P(journal_contract, gives_dense_positions_in_the_order_of_appends) {
  const auto results = append(*tested, batch(make("a", 0, 2), make("x", 9), make("b", 0, 3)));
  EXPECT_EQ(results[0].first, at(1));
  EXPECT_EQ(results[2].first, at(3));
  for (std::uint64_t i = 0; i < 20; ++i) append_one(*tested, make("c", i));
  const auto page = log();
  ASSERT_THAT(page->events, SizeIs(25));
  for (std::size_t i = 0; i < 25; ++i) EXPECT_EQ(page->events[i].position, at(i + 1));
  EXPECT_EQ(last(), at(25));
}

TEST_P(journal_contract, refuses_an_older_writer_once_a_newer_one_is_registered) {
  EXPECT_EQ(append_one(*tested, make("a", 0, 1, {1, 1})), stored);
  EXPECT_THAT(recovery("a", {1, 2})->events, SizeIs(1));
  EXPECT_EQ(append_one(*tested, make("a", 1, 1, {1, 1})), stale_writer);
  EXPECT_EQ(append_one(*tested, make("a", 1, 1, {1, 2})), stored);
  EXPECT_EQ(recovery("a", {1, 1}).error().code, errc::conflict);
  EXPECT_EQ(append_one(*tested, make("a", 2, 1, {2, 0})), stored)
      << "a later epoch beats any incarnation";
  EXPECT_EQ(append_one(*tested, make("a", 3, 1, {1, 9})), stale_writer);
}

TEST_P(journal_contract, forgets_a_writer_that_left) {
  EXPECT_EQ(append_one(*tested, make("a", 0, 2, {1, 5})), stored);
  leave("a", {1, 4});
  EXPECT_EQ(append_one(*tested, make("a", 2, 1, {1, 4})), stale_writer);
  EXPECT_FALSE(recovery("a", {1, 4}).ok());
  leave("a", {1, 5});
  EXPECT_TRUE(recovery("a", {1, 4}).ok());
  EXPECT_EQ(append_one(*tested, make("a", 2, 1, {1, 4})), stored);
}

TEST_P(journal_contract, recovers_what_was_appended_before_without_waiting_for_it) {
  std::promise<void> appended;
  for (std::uint64_t i = 0; i < 50; ++i)
    tested->append(batch(make("a", i)), [&, i](const auto&) {
      if (i == 49) appended.set_value();
    });
  EXPECT_THAT(recovery("a", {1, 2})->events, SizeIs(50));
  appended.get_future().get();
}

TEST_P(journal_contract, finds_a_command_of_a_stream_with_all_of_its_events) {
  for (std::uint64_t i = 0; i < 40; ++i) {
    auto one = make("a", 2 * i, 2);
    one.metadata.command_id = "c" + std::to_string(i);
    one.metadata.command_hash = i;
    one.metadata.time = timestamp{std::chrono::seconds{i}};
    ASSERT_EQ(append_one(*tested, std::move(one)), stored);
    auto other = make("b", i);
    other.metadata.command_id = "c" + std::to_string(100 + i);
    ASSERT_EQ(append_one(*tested, std::move(other)), stored);
  }
  const auto find = [&](const std::string& id, std::uint64_t newest, timestamp since) {
    std::promise<result<search_result>> promise;
    tested->find_command(partition, {stream("a"), id, {newest}, since, 100},
                         [&](auto outcome) { promise.set_value(std::move(outcome)); });
    return promise.get_future().get();
  };
  for (const std::uint64_t i : {0U, 1U, 20U, 38U, 39U}) {
    const auto outcome = find("c" + std::to_string(i), 80, timestamp::min());
    ASSERT_TRUE(outcome.ok()) << outcome.error().detail;
    EXPECT_EQ(outcome->found, (search_result::command{{2 * i + 2}, 2, i}));
  }
  EXPECT_FALSE(find("c100", 80, timestamp::min())->found) << "it is another stream's";
  EXPECT_FALSE(find("c39", 78, timestamp::min())->found) << "it is newer than where it begins";
  EXPECT_FALSE(find("c10", 80, timestamp{std::chrono::seconds{20}})->found) << "it is too old";
  EXPECT_TRUE(find("c20", 80, timestamp{std::chrono::seconds{20}})->found);
  EXPECT_FALSE(find("c1", 0, timestamp::min())->found);
}

TEST_P(journal_contract, reads_a_stream_in_pages_from_any_version) {
  for (std::uint64_t i = 0; i < 10; ++i) {
    append_one(*tested, make("a", i));
    append_one(*tested, make("other", i));
  }
  for (std::uint64_t first = 1; first <= 11; ++first)
    for (std::size_t most = 1; most <= 11; ++most) {
      const auto page = stream_of("a", first, most);
      ASSERT_TRUE(page.ok()) << page.error().detail;
      const auto left = 11 - first;
      ASSERT_EQ(page->events.size(), std::min<std::size_t>(most, left));
      ASSERT_EQ(page->complete, most >= left) << first << " " << most;
      if (left > 0) {
        ASSERT_EQ(page->events[0].version.value, first);
      }
    }
}

TEST_P(journal_contract, reads_the_log_in_pages_from_any_position) {
  append(*tested, batch(make("a", 0, 10)));
  for (std::uint64_t first = 1; first <= 11; ++first) {
    const auto page = log(first, 4);
    ASSERT_EQ(page->events.size(), std::min<std::size_t>(4, 11 - first));
    ASSERT_EQ(page->complete, first >= 7);
  }
  EXPECT_THAT(log(0, 100)->events, SizeIs(10));
}

TEST_P(journal_contract, ends_a_page_early_whose_events_are_large) {
  const std::size_t size = most_page_bytes / 4;
  for (std::uint64_t i = 0; i < 10; ++i) {
    auto large = make("a", i);
    large.events[0].payload.resize(size);
    append_one(*tested, std::move(large));
  }
  std::vector<std::size_t> of_stream, of_log;
  for (std::uint64_t next = 1; next <= 10;) {
    const auto page = stream_of("a", next);
    const auto rest = log(next);
    of_stream.push_back(page->events.size());
    of_log.push_back(rest->events.size());
    next += page->events.size();
    EXPECT_EQ(page->complete, next > 10);
    EXPECT_EQ(rest->complete, next > 10);
  }
  EXPECT_THAT(of_stream, ElementsAre(4, 4, 2));
  EXPECT_EQ(of_log, of_stream);
}

TEST_P(journal_contract, keeps_streams_apart_whose_ids_begin_alike) {
  for (const char* id : {"1", "10", "1/2", "1 ", "\xc3\xa9", "~"})
    EXPECT_EQ(append_one(*tested, make(id, 0, 2)), stored);
  for (const char* id : {"1", "10", "1/2", "1 ", "\xc3\xa9", "~"}) {
    const auto page = stream_of(id);
    ASSERT_THAT(page->events, SizeIs(2)) << id;
    EXPECT_EQ(page->events[0].stream.id(), id);
  }
}

TEST_P(journal_contract, stores_large_and_empty_payloads) {
  auto large = make("large", 0);
  large.events[0].payload = bytes(1 << 20, std::byte{7});
  auto empty = make("empty", 0);
  empty.events[0].payload.clear();
  EXPECT_THAT(statuses(batch(std::move(large), std::move(empty))), ElementsAre(stored, stored));
  EXPECT_EQ(stream_of("large")->events[0].payload, bytes(1 << 20, std::byte{7}));
  EXPECT_THAT(stream_of("empty")->events[0].payload, IsEmpty());
}

TEST_P(journal_contract, remembers_its_properties) {
  EXPECT_TRUE(adapter->set_properties({{"shards", "16"}, {"a/b/1", "{}"}}).ok());
  EXPECT_TRUE(adapter->set_properties({{"shards", "17"}}).ok());
  EXPECT_EQ(*adapter->properties(), (names{{"shards", "17"}, {"a/b/1", "{}"}}));
  EXPECT_EQ(*adapter->contracts(), names{}) << "a property is no contract";
}

TEST_P(journal_contract, stores_a_contract_with_the_first_event_that_brings_it_and_once) {
  const event_contract of{"test/test.happened/1", "{}", false};
  EXPECT_EQ(append_one(*tested, make("none", 0)), stored);
  EXPECT_EQ(*adapter->contracts(), names{});
  EXPECT_THAT(statuses(batch(bringing(of, make("a", 0, 2)), bringing(of, make("b", 0)))),
              ElementsAre(stored, stored));
  EXPECT_TRUE(of.stored);
  EXPECT_EQ(*adapter->contracts(), (names{{of.name, of.schema}}));
  EXPECT_EQ(*adapter->properties(), names{}) << "a contract is no property";
  EXPECT_TRUE(adapter->remove_contracts({of.name}).ok());
  EXPECT_EQ(append_one(*tested, bringing(of, make("a", 2))), stored);
  EXPECT_EQ(*adapter->contracts(), names{}) << "not written again";
}

TEST_P(journal_contract, stores_no_contract_of_a_refused_event) {
  const event_contract of{"test/test.happened/1", "{}", false};
  const event_contract other{"test/test.happened/2", "[]", false};
  EXPECT_THAT(statuses(batch(bringing(of, make("a", 5)), bringing(other, make("b", 0)))),
              ElementsAre(wrong_version, stored));
  EXPECT_FALSE(of.stored);
  EXPECT_EQ(*adapter->contracts(), (names{{other.name, other.schema}}));
  EXPECT_EQ(append_one(*tested, bringing(of, make("c", 0))), stored);
  EXPECT_TRUE(of.stored);
  EXPECT_EQ(adapter->contracts()->size(), 2U);
}

TEST_P(journal_contract, forgets_contracts) {
  const event_contract one{"test/test.happened/1", "{}", false};
  const event_contract two{"test/test.happened/2", "[]", false};
  const event_contract three{"test/test.happened/3", "{}", false};
  EXPECT_TRUE(adapter->set_properties({{one.name, "of this name"}}).ok());
  EXPECT_THAT(statuses(batch(bringing(one, make("a", 0)), bringing(two, make("b", 0)),
                             bringing(three, make("c", 0)))),
              ElementsAre(stored, stored, stored));
  EXPECT_TRUE(adapter->remove_contracts({one.name, three.name, "never stored"}).ok());
  EXPECT_EQ(*adapter->contracts(), (names{{two.name, two.schema}}));
  EXPECT_EQ(*adapter->properties(), (names{{one.name, "of this name"}}));
}

TEST_P(journal_contract, maps_every_shard_to_one_of_its_partitions) {
  const auto all = adapter->partitions();
  for (std::size_t shard = 0; shard < 16; ++shard) {
    EXPECT_THAT(all, Contains(adapter->partition_of(shard)));
    EXPECT_EQ(adapter->partition_of(shard), adapter->partition_of(shard)) << "always the same";
  }
}

TEST_P(journal_contract, a_partition_that_is_not_there_is_empty_and_takes_no_append) {
  const auto all = adapter->partitions();
  const auto beyond = *std::max_element(all.begin(), all.end()) + 1;
  EXPECT_THAT(statuses(batch(in(beyond, make_append("x", 0)), make("x", 0))),
              ElementsAre(fenced, stored));
  EXPECT_EQ(tested->last(beyond), (position{beyond, 0}));
  EXPECT_THAT(read_all(*tested, 1, 10, beyond)->events, IsEmpty());
  EXPECT_THAT(read_stream(*tested, "x", 1, 10, beyond)->events, IsEmpty());
  EXPECT_THAT(recover(*tested, "x", {1, 1}, 0, 10, beyond)->events, IsEmpty());
}

TEST_P(journal_contract, agrees_with_itself_after_many_appends_to_many_streams) {
  std::uint64_t versions[37] = {};
  std::uint64_t random = 1;
  for (int round = 0; round < 200; ++round) {
    std::vector<append_request> many;
    for (int i = 0; i < 7; ++i) {
      random = random * 6364136223846793005U + 1442695040888963407U;
      const auto s = (random >> 33) % 37;
      const auto events = 1 + (random >> 50) % 3;
      many.push_back(make(std::to_string(s), versions[s], events));
      versions[s] += events;
    }
    for (const auto status : statuses(std::move(many))) ASSERT_EQ(status, stored);
  }
  const auto whole = log();
  std::map<std::string, std::vector<recorded_event>> by_stream;
  for (const auto& event : whole->events)
    by_stream[std::string{event.stream.id()}].push_back(event);
  for (const auto& [id, events] : by_stream) {
    const auto page = stream_of(id);
    ASSERT_TRUE(page.ok()) << page.error().detail;
    ASSERT_EQ(page->events, events);
    ASSERT_EQ(events.size(), versions[std::stoul(id)]);
  }
}

TEST_P(journal_contract, recovers_from_the_newest_snapshot_and_the_events_after_it) {
  append_one(*tested, make("a", 0, 5));
  save("a", snapshot{{2}, 7, {std::byte{1}}, {std::byte{2}}});
  const snapshot newest{{4}, 0xfedc'ba98'7654'3210, {std::byte{3}, std::byte{0}}, {}};
  save("a", newest);
  const auto page = recovery("a", {1, 2}, 0);
  ASSERT_TRUE(page.ok()) << page.error().detail;
  ASSERT_TRUE(page->snapshot);
  ASSERT_TRUE(page->snapshot->ok()) << page->snapshot->error().detail;
  EXPECT_EQ(**page->snapshot, newest);
  ASSERT_THAT(page->events, SizeIs(1));
  EXPECT_EQ(page->events[0].version, version{5});
}

TEST_P(journal_contract, recovers_from_the_first_event_without_a_snapshot_or_when_told_to) {
  append_one(*tested, make("a", 0, 2));
  const auto without = recovery("a", {1, 2}, 0);
  EXPECT_FALSE(without->snapshot);
  EXPECT_THAT(without->events, SizeIs(2));
  save("a", snapshot{{2}, 7, {}, {}});
  const auto told = recovery("a", {1, 3}, 1);
  EXPECT_FALSE(told->snapshot);
  EXPECT_THAT(told->events, SizeIs(2));
}

TEST_P(journal_contract, a_snapshot_of_the_last_version_leaves_no_event_to_read) {
  append_one(*tested, make("a", 0, 2));
  save("a", snapshot{{2}, 7, {}, {}});
  const auto page = recovery("a", {1, 2}, 0);
  ASSERT_TRUE(page.ok());
  EXPECT_TRUE(page->snapshot);
  EXPECT_THAT(page->events, IsEmpty());
  EXPECT_TRUE(page->complete);
}

TEST_P(journal_contract, a_snapshot_beyond_the_end_of_its_stream_is_damage) {
  append_one(*tested, make("a", 0, 2));
  append_one(*tested, make("b", 0, 5));
  save("a", snapshot{{3}, 7, {}, {}});
  const auto page = recovery("a", {1, 2}, 0);
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().code, errc::damaged);
  EXPECT_NE(page.error().detail.find("test/a has a snapshot of version 3"), std::string::npos);
}

std::vector<kind> all_kinds() {
  std::vector<kind> all;
  using enum kind::adapter;
  for (const auto of : {memory, memory_of_three_partitions, rocksdb_tail, rocksdb_runs})
    for (const bool decorated : {false, true}) all.push_back({of, decorated});
  return all;
}

std::string name_of(const ::testing::TestParamInfo<kind>& tested) {
  static const std::map<kind::adapter, std::string> adapters{
      {kind::adapter::memory, "memory"},
      {kind::adapter::memory_of_three_partitions, "memory_of_three_partitions"},
      {kind::adapter::rocksdb_tail, "rocksdb_tail"},
      {kind::adapter::rocksdb_runs, "rocksdb_runs"}};
  return adapters.at(tested.param.of) + (tested.param.decorated ? "_decorated" : "");
}

INSTANTIATE_TEST_SUITE_P(, journal_contract, ::testing::ValuesIn(all_kinds()), name_of);

}  // namespace
}  // namespace acta
