// Bytes that changed on the disk: the journal says so, or gives what was written; nothing else.
#include <gmock/gmock.h>

#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;
using namespace testing;

class damaged_journal : public ::testing::Test {
protected:
  /// What is read after flipping each of some bytes of `file`, one at a time.
  template <class Check>
  void flip_some(const std::filesystem::path& file, Check check) {
    const auto size = std::filesystem::file_size(how.directory / file);
    for (std::uint64_t at = 0; at < size; at += 1 + size / 60) {
      copy_files(how.directory, copy.directory);
      flip_bit(copy.directory / file, at);
      const auto found = open_rocksdb_journal(copy);
      if (!found) {
        EXPECT_NE(found.error().detail, "");
        ++refused;
        continue;
      }
      check(**found);
    }
  }
  /// Every event that is given is one that was written, and every gap is an error.
  void expect_true_or_damaged(journal& found) {
    const auto log = read_all(found);
    if (log) {
      ASSERT_LE(log->events.size(), written.size());
      for (std::size_t i = 0; i < log->events.size(); ++i) ASSERT_EQ(log->events[i], written[i]);
      lost += written.size() - log->events.size();
    } else {
      EXPECT_EQ(log.error().code, errc::damaged) << log.error().detail;
      ++refused;
    }
    for (const auto& [s, count] : fill.versions) {
      const auto page = read_stream(found, std::to_string(s));
      if (!page) {
        EXPECT_EQ(page.error().code, errc::damaged) << page.error().detail;
        ++refused;
        continue;
      }
      for (std::size_t i = 0; i < page->events.size(); ++i) {
        ASSERT_EQ(page->events[i].version.value, i + 1);
        ASSERT_EQ(page->events[i], written[page->events[i].position.offset - 1]);
      }
      if (log && log->events.size() == written.size()) {
        EXPECT_EQ(page->events.size(), count);
      }
    }
  }

  temporary_directory directory;
  rocksdb_options how = small_runs(directory.path() / "journal");
  rocksdb_options copy = no_runs(directory.path() / "copy");
  filler fill;
  std::vector<recorded_event> written;
  std::size_t refused = 0;
  std::size_t lost = 0;
};

TEST_F(damaged_journal, says_so_when_a_byte_of_its_tables_changed) {
  // More than a block of them: the first one is read by whoever opens the journal.
  std::map<std::string, std::string> properties;
  for (char name = 'a'; name <= 'h'; ++name)
    properties.emplace(std::string(1, name), std::string(3'000, name));
  {
    const auto filled = open(how);
    fill.fill(*filled, 50);
    ASSERT_TRUE(filled->set_properties(properties).ok());
  }
  written = read_all(*open(how))->events;  // opening has made a table of the write-ahead log
  const auto tables = files_ending(how.directory, ".sst");
  ASSERT_GE(tables.size(), 2U);
  std::size_t properties_refused = 0;
  for (const auto& table : tables)
    flip_some(table.filename(), [&](embedded_journal& found) {
      expect_true_or_damaged(found);
      const auto known = found.properties();
      if (known) {
        EXPECT_EQ(*known, properties);
      } else {
        EXPECT_EQ(known.error().code, errc::damaged) << known.error().detail;
        ++properties_refused;
      }
    });
  EXPECT_GT(properties_refused, 0U);
  EXPECT_GT(refused, 60U);
  EXPECT_EQ(lost, 0U);
}

TEST_F(damaged_journal, says_so_when_a_byte_within_its_write_ahead_log_changed) {
  const auto tested = open(no_runs(how.directory));
  // More than one of RocksDB's blocks of 32 KiB: in the last one a wrong length looks like a tear.
  for (std::uint64_t i = 0; i < 40; ++i) {
    auto large = make_append("large", i);
    large.events[0].payload = bytes(2'000, std::byte{42});
    ASSERT_EQ(append_one(*tested, std::move(large)), append_status::stored);
  }
  written = read_all(*tested)->events;
  const auto log = newest_log(how.directory);
  const auto size = std::filesystem::file_size(log);
  ASSERT_GT(size, 65'536U);
  for (std::uint64_t at = 0; at < size - 32'768; at += 487) {
    copy_files(how.directory, copy.directory);
    flip_bit(copy.directory / log.filename(), at);
    const auto found = open_rocksdb_journal(copy);
    ASSERT_FALSE(found.ok()) << "byte " << at;
    ASSERT_EQ(found.error().code, errc::damaged) << found.error().detail;
  }
}

// The newest write has nothing behind it that would miss it: only its checksum tells.
TEST_F(damaged_journal, says_so_when_a_byte_of_its_newest_event_changed) {
  const auto tested = open(no_runs(how.directory));
  fill.fill(*tested, 30);
  auto newest = make_append("newest", 0);
  newest.events[0].payload = bytes(2'000, std::byte{42});
  ASSERT_EQ(append_one(*tested, std::move(newest)), append_status::stored);
  const auto log = newest_log(how.directory);
  const auto size = std::filesystem::file_size(log);
  for (auto at = size - 1'500; at < size - 500; at += 97) {
    copy_files(how.directory, copy.directory);
    flip_bit(copy.directory / log.filename(), at);
    expect_damaged(copy, {});
  }
}

// RocksDB would take the record for a left-over of an earlier use of the file, and for the log's
// end.
TEST_F(damaged_journal, says_so_when_a_record_of_its_write_ahead_log_changed_its_type) {
  const auto tested = open(no_runs(how.directory));
  fill.fill(*tested, 30);
  const auto log = newest_log(how.directory).filename();
  copy_files(how.directory, copy.directory);
  constexpr std::uint64_t type_of_the_first_record = 6;
  flip_bit(copy.directory / log, type_of_the_first_record, 2);
  expect_damaged(copy, {});
}

TEST_F(damaged_journal, gives_nothing_wrong_when_any_byte_of_its_write_ahead_log_changed) {
  const auto tested = open(no_runs(how.directory));
  fill.fill(*tested, 30);
  written = read_all(*tested)->events;
  flip_some(newest_log(how.directory).filename(),
            [&](embedded_journal& found) { expect_true_or_damaged(found); });
  EXPECT_GT(refused, 25U);
}

TEST_F(damaged_journal, does_not_open_without_the_log_that_holds_its_newest_events) {
  const auto tested = open(no_runs(how.directory));
  // The first start's; and, since a backup has moved all before it into tables, a later one's.
  for (const bool later : {false, true}) {
    fill.fill(*tested, tested->last(embedded_partition).offset + 5);
    copy_files(how.directory, copy.directory);
    const auto log = newest_log(copy.directory);
    std::filesystem::remove(log);
    expect_damaged(copy, {copy.directory.string(), log.filename().string() + " is gone"});
    if (!later) {
      ASSERT_TRUE(tested->backup(directory.path() / "backup").ok());
    }
  }
}

TEST_F(damaged_journal, needs_no_log_after_a_clean_stop) {
  const auto log = [&] { return newest_log(how.directory); };
  {
    const auto tested = open(no_runs(how.directory));
    fill.fill(*tested, 5);
    written = read_all(*tested)->events;
    std::filesystem::remove(log());  // nobody notices; but what it held is still in memory
  }
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(expect_consistent(*open(how)), written);
    std::filesystem::remove(log());
  }
  EXPECT_EQ(expect_consistent(*open(reading(how))), written);
}

TEST_F(damaged_journal, does_not_open_without_one_of_its_tables) {
  { fill.fill(*open(how), 50); }
  { const auto again = open(how); }
  for (const auto& table : files_ending(how.directory, ".sst")) {
    copy_files(how.directory, copy.directory);
    std::filesystem::remove(copy.directory / table.filename());
    for (const bool read_only : {true, false}) {
      copy.read_only = read_only;
      EXPECT_FALSE(open_rocksdb_journal(copy).ok()) << table;
    }
  }
}

}  // namespace
}  // namespace acta
