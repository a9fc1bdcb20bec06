// Many threads append, read and recover while runs are indexed in the background.
#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using namespace testing;

/// Appends to one stream until `events`; each append knows what it has already got.
void append_all(journal& to, const std::string& id, std::uint64_t events,
                std::atomic<std::uint64_t>& durable) {
  for (std::uint64_t i = 0; i < events; i += 2) {
    ASSERT_EQ(append_one(to, make_append(id, i, 2)), append_status::stored);
    durable = i + 2;
  }
}

/// Reads one stream over and over: it never shrinks, has no gap, and has what was answered.
void read_again_and_again(journal& from, const std::string& id,
                          const std::atomic<std::uint64_t>& durable,
                          const std::atomic<bool>& done) {
  for (std::uint64_t round = 0; !done; ++round) {
    const auto least = durable.load();
    const auto first = round % 3 == 0 ? 1 : least / 2 + 1;
    const auto page = read_stream(from, id, first);
    ASSERT_TRUE(page.ok()) << page.error().detail;
    ASSERT_TRUE(page->complete);
    ASSERT_GE(page->events.size() + first - 1, least);
    for (std::size_t i = 0; i < page->events.size(); ++i)
      ASSERT_EQ(page->events[i].version.value, first + i);
  }
}

TEST(journal_threads, read_what_is_durable_while_it_grows_and_is_indexed) {
  const temporary_directory directory;
  auto how = small_runs(directory.path());
  how.index_run_events = 16;
  how.reader_threads = 3;
  constexpr std::uint64_t events = 600;
  {
    const auto tested = open(how);
    std::atomic<bool> done{false};
    std::atomic<std::uint64_t> durable[3] = {0, 0, 0};
    std::vector<std::thread> writers;
    std::vector<std::thread> readers;
    for (std::size_t i = 0; i < 3; ++i) {
      const auto id = "s" + std::to_string(i);
      writers.emplace_back([&, id, i] { append_all(*tested, id, events, durable[i]); });
      readers.emplace_back([&, id, i] { read_again_and_again(*tested, id, durable[i], done); });
    }
    readers.emplace_back([&] {
      while (!done) {
        const auto last = tested->last(embedded_partition).offset;
        const auto log = read_all(*tested, last / 2 + 1);
        ASSERT_TRUE(log.ok()) << log.error().detail;
        ASSERT_GE(log->events.size() + last / 2, last);
        ASSERT_TRUE(recover(*tested, "s0", {1, 1}, last / 3).ok());
        ASSERT_EQ(tested->read_only_reason(), "");
      }
    });
    for (auto& thread : writers) thread.join();
    done = true;
    for (auto& thread : readers) thread.join();
    EXPECT_EQ(expect_consistent(*tested).size(), 3 * events);
  }
  EXPECT_EQ(*verify_rocksdb_journal(reading(how)), 3 * events);
}

TEST(journal_threads, are_told_what_the_write_and_its_sync_took) {
  const temporary_directory directory;
  const auto tested = open(small_runs(directory.path()));
  const auto appended = [&](std::uint64_t expected) {
    std::promise<append_results> got;
    tested->append({make_append("a", expected)},
                   [&](append_results results) { got.set_value(std::move(results)); });
    return got.get_future().get();
  };
  const auto begun = std::chrono::steady_clock::now();
  const auto written = appended(0);
  const auto elapsed = std::chrono::steady_clock::now() - begun;
  EXPECT_GT(written.sync.count(), 0);
  EXPECT_GT(written.write.count(), 0);
  EXPECT_LE(written.write + written.sync, elapsed);
  const auto refused = appended(7);
  EXPECT_EQ(refused.front().status, append_status::wrong_version);
  EXPECT_LT(refused.sync.count(), 0) << "nothing was written";
}

TEST(journal_threads, get_every_answer_when_it_is_closed_at_once) {
  const temporary_directory directory;
  std::atomic<int> answers{0};
  {
    const auto tested = open(small_runs(directory.path()));
    for (std::uint64_t i = 0; i < 200; ++i) {
      tested->append({make_append("a", i)}, [&](const auto&) { ++answers; });
      tested->read_stream(embedded_partition, stream("a"), {1}, 10,
                          [&](const auto&) { ++answers; });
      tested->recover(embedded_partition, stream("b"), {1, 1}, {1}, 10,
                      [&](const auto&) { ++answers; });
      tested->read_all({0, 1}, 10, [&](const auto&) { ++answers; });
    }
  }
  EXPECT_EQ(answers, 800);
  EXPECT_EQ(open(small_runs(directory.path()))->last(embedded_partition).offset, 200U);
}

TEST(journal_threads, read_what_a_recovery_waits_for_before_pages_that_were_asked_for_earlier) {
  const temporary_directory directory;
  auto how = small_runs(directory.path());
  how.reader_threads = 1;
  const auto tested = open(how);
  for (const auto* id : {"a", "b"})
    ASSERT_EQ(append_one(*tested, make_append(id, 0)), append_status::stored);
  std::promise<void> reader_is_busy, go_on, all_read;
  tested->read_stream(embedded_partition, stream("a"), {1}, 1, [&](const auto&) {
    reader_is_busy.set_value();
    go_on.get_future().wait();
  });
  reader_is_busy.get_future().wait();
  std::vector<std::string> order;  // of the one reader
  for (int i = 0; i < 3; ++i)
    tested->read_stream(embedded_partition, stream("a"), {1}, 1, [&](const auto&) {
      order.emplace_back("page");
      if (order.size() == 4) all_read.set_value();
    });
  tested->recover(embedded_partition, stream("b"), {1, 2}, {}, 10,
                  [&](const auto&) { order.emplace_back("recovery"); });
  // Behind the recovery in the writer's queue: its read is asked for by then.
  ASSERT_EQ(append_one(*tested, make_append("c", 0)), append_status::stored);
  go_on.set_value();
  all_read.get_future().wait();
  EXPECT_THAT(order, ::testing::ElementsAre("recovery", "page", "page", "page"));
}

TEST(journal_threads, refuse_a_page_beyond_their_limit_at_once_and_nothing_that_is_not_a_page) {
  const temporary_directory directory;
  auto how = small_runs(directory.path());
  how.reader_threads = 1;
  how.most_pages = 3;
  const auto tested = open(how);
  ASSERT_EQ(append_one(*tested, make_append("a", 0)), append_status::stored);
  std::promise<void> reader_is_busy, go_on;
  std::vector<std::string> answers;
  const auto note = [&](const std::string& what) {
    return [&answers, what](const auto& read) {
      answers.push_back(what + (read.ok() ? "" : " refused"));
    };
  };
  tested->read_stream(embedded_partition, stream("a"), {1}, 1, [&](const auto&) {
    reader_is_busy.set_value();
    go_on.get_future().wait();
  });
  reader_is_busy.get_future().wait();
  for (int i = 0; i < 4; ++i)
    tested->read_stream(embedded_partition, stream("a"), {1}, 1, note("page"));
  EXPECT_THAT(answers, ::testing::ElementsAre("page refused", "page refused"))
      << "two wait behind the one that is read";
  answers.clear();
  for (int i = 0; i < 3; ++i) tested->read_all({embedded_partition, 1}, 10, note("log"));
  tested->read_all({embedded_partition, 1}, 10, note("log"));
  EXPECT_THAT(answers, ::testing::ElementsAre("log refused")) << "pages of the log count apart";
  answers.clear();
  // More than there are permits: whoever recovers or searches is bounded elsewhere.
  std::atomic<int> recovered{0};
  for (std::uint64_t i = 0; i < 10; ++i)
    tested->recover(embedded_partition, stream("a"), {1, 1 + i}, {1}, 10,
                    [&](const auto& page) { recovered += page.ok() ? 1 : 0; });
  // Behind the recoveries in the writer's queue: their reads are asked for by then.
  ASSERT_EQ(append_one(*tested, make_append("c", 0)), append_status::stored);
  std::promise<void> searched;
  command_search what;
  what.stream = stream("a");
  what.command_id = "none";
  what.newest = {1};
  for (int i = 0; i < 9; ++i)
    tested->find_command(embedded_partition, what, [&](const auto& found) {
      EXPECT_TRUE(found.ok());
      ++recovered;
    });
  tested->find_command(embedded_partition, what, [&](const auto&) { searched.set_value(); });
  go_on.set_value();
  searched.get_future().wait();
  EXPECT_EQ(recovered, 19);
  EXPECT_THAT(answers, ::testing::ElementsAre("page", "page", "log", "log", "log"));
}

TEST(journal_threads, a_view_beside_a_busy_writer_shows_one_moment) {
  const temporary_directory directory;
  const auto how = small_runs(directory.path() / "journal");
  const auto tested = open(how);
  std::atomic<bool> enough{false};
  std::thread writer{[&] {
    for (std::uint64_t version = 0; !enough; ++version) {
      ASSERT_EQ(append_one(*tested, make_append("busy", version)), append_status::stored);
      if (version % 7 == 6)
        tested->save(embedded_partition, stream("busy"), {{version + 1}, 1, {}, {}});
    }
  }};
  std::size_t snapshots = 0;
  for (int i = 0; i < 30; ++i) {
    const auto view = open_rocksdb_view(how);
    ASSERT_TRUE(view.ok()) << view.error().detail;
    const auto verified = (*view)->verify();
    EXPECT_TRUE(verified.ok()) << verified.error().detail;
    const auto last = read_stream((*view)->events(), "busy")->events.size();
    const auto checked = (*view)->for_each_snapshot([&](const stream_id&, const snapshot& kept) {
      ++snapshots;
      EXPECT_LE(kept.version.value, last);
      return result<void>{};
    });
    EXPECT_TRUE(checked.ok()) << checked.error().detail;
  }
  enough = true;
  writer.join();
  EXPECT_GT(snapshots, 0U);
}

}  // namespace
}  // namespace acta
