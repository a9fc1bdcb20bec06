// Crashes: a copy of the files while they are open, a torn write, a process that is killed.
#include <gmock/gmock.h>

#include <csignal>
#include <thread>

#include "tests/support/faulty_file_system.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using namespace testing;
using enum append_status;

class crashed_journal : public ::testing::Test {
protected:
  temporary_directory directory;
  rocksdb_options how = small_runs(directory.path() / "journal");
  // No runs: nothing happens in the background, so that a copy is of one moment.
  rocksdb_options quiet = no_runs(directory.path() / "journal");
  rocksdb_options copy = small_runs(directory.path() / "copy");
  filler fill;
};

TEST_F(crashed_journal, has_everything_that_was_answered) {
  fill.fill(*open(how), 30);
  const auto tested = open(quiet);
  for (int round = 0; round < 10; ++round) {
    fill.fill(*tested, tested->last(embedded_partition).offset + 3);
    copy_files(how.directory, copy.directory);
    const auto found = open(copy);
    EXPECT_EQ(expect_consistent(*found), read_all(*tested)->events);
    auto versions = fill;
    versions.fill(*found, found->last(embedded_partition).offset + 5);
    expect_consistent(*found);
  }
}

TEST_F(crashed_journal, loses_at_most_the_torn_batch_and_that_whole) {
  fill.fill(*open(how), 30);
  const auto tested = open(quiet);
  fill.fill(*tested, 40);
  const auto before = tested->last(embedded_partition).offset;
  const auto log = newest_log(how.directory).filename();
  const auto size_before = std::filesystem::file_size(how.directory / log);
  ASSERT_EQ(append(*tested, {make_append("torn", 0, 5), make_append("torn too", 0, 4)})[1].status,
            stored);
  const auto size = std::filesystem::file_size(how.directory / log);
  ASSERT_GT(size, size_before);
  for (auto cut = size_before; cut <= size; cut += cut + 1 == size ? 1 : (size - cut + 7) / 8) {
    copy_files(how.directory, copy.directory);
    std::filesystem::resize_file(copy.directory / log, cut);
    copy.tell = {};  // what it had in the round before is gone
    { const auto reader = open(reading(copy)); }
    heard_notices heard;
    copy.tell = heard.handler();
    const auto found = open(copy);
    ASSERT_THAT(heard.all(), SizeIs(cut == size_before || cut == size ? 0 : 1)) << cut;
    for (const auto& told : heard.all()) {
      EXPECT_EQ(told.event, "log_tail_dropped");
      EXPECT_FALSE(told.failed);
      EXPECT_THAT(told.reason, HasSubstr(log.string() + ": its last " +
                                         std::to_string(cut - size_before) + " bytes"));
    }
    EXPECT_EQ(expect_consistent(*found).size(), cut == size ? before + 9 : before) << cut;
    EXPECT_EQ(append_one(*found, make_append("torn", cut == size ? 5 : 0)), stored);
    expect_consistent(*found);
    if (cut == size) break;
  }
}

TEST_F(crashed_journal, opens_with_a_tail_of_zeros) {
  const auto tested = open(quiet);
  fill.fill(*tested, 20);
  copy_files(how.directory, copy.directory);
  const auto log = newest_log(copy.directory);
  std::filesystem::resize_file(log, std::filesystem::file_size(log) + 10'000);
  EXPECT_EQ(expect_consistent(*open(copy)), read_all(*tested)->events);
}

TEST_F(crashed_journal, survives_a_crash_between_making_the_files_and_the_first_event) {
  { const auto made = open(quiet); }
  const auto tested = open(quiet);
  copy_files(how.directory, copy.directory);
  for (const auto& log : files_ending(copy.directory, ".log")) std::filesystem::resize_file(log, 0);
  const auto found = open(copy);
  EXPECT_EQ(found->last(embedded_partition), (position{embedded_partition, 0}));
  EXPECT_EQ(append_one(*found, make_append("a", 0)), stored);
}

TEST_F(crashed_journal, is_not_there_yet_until_its_first_start_came_to_its_end) {
  bool complete = false;
  std::size_t not_yet = 0;
  for (std::uint64_t operation = 1; !complete; ++operation) {
    const temporary_directory here;
    std::filesystem::create_directory(here.path() / "before");
    const auto files = std::make_shared<faulty_file_system>(here.path() / "before");
    const auto environment = rocksdb::NewCompositeEnv(files);
    files->fail_at(operation, fault::power_cut);
    auto starting = quiet;
    starting.directory = here.path() / "before" / "journal";
    starting.environment = environment.get();
    static_cast<void>(open_rocksdb_journal(starting));
    complete = files->failures() == 0;
    for (const auto beside : {survival::nothing, survival::everything}) {
      SCOPED_TRACE(files->first_failure());
      const auto after = here.path() / (beside == survival::nothing ? "nothing" : "everything");
      files->write_survivors(after, beside);
      const auto left = no_runs(after / "journal");
      const auto read = open_rocksdb_journal(reading(left));
      if (!read) {
        ++not_yet;
        EXPECT_EQ(read.error().code, errc::storage) << read.error().detail;
        EXPECT_THAT(read.error().detail,
                    HasSubstr("there is no journal in " + left.directory.string()));
      }
      const auto again = open(left);
      EXPECT_EQ(append_one(*again, make_append("a", 0)), stored);
    }
  }
  EXPECT_GT(not_yet, 50U);
}

TEST_F(crashed_journal, does_not_open_with_a_log_that_ends_before_its_index) {
  const auto tested = open(how);
  fill.fill(*tested, 30);
  // A run is in the index when its first name is gone; the second is there before.
  while (files_ending(how.directory, ".sst").empty() ||
         !files_ending(how.directory, ".tmp").empty())
    std::this_thread::yield();
  copy_files(how.directory, copy.directory);
  for (const auto& log : files_ending(copy.directory, ".log")) std::filesystem::resize_file(log, 0);
  const auto found = open_rocksdb_journal(copy);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, errc::damaged);
}

TEST_F(crashed_journal, is_found_after_a_power_cut_with_the_directories_that_were_made_for_it) {
  const auto root = directory.path() / "root";
  std::filesystem::create_directory(root);
  const auto files = std::make_shared<faulty_file_system>(root);
  const auto environment = rocksdb::NewCompositeEnv(files);
  quiet.directory = root / "made" / "for" / "it";
  quiet.environment = environment.get();
  const auto tested = open(quiet);
  fill.fill(*tested, 10);
  files->write_survivors(directory.path() / "after", survival::nothing);
  EXPECT_EQ(
      expect_consistent(*open(small_runs(directory.path() / "after" / "made" / "for" / "it"))),
      read_all(*tested)->events);
}

// The manifest says that a log is complete, and later that it is not needed any more.
TEST_F(crashed_journal, opens_after_a_crash_of_the_start_that_followed_a_crash_within_a_flush) {
  std::size_t cuts = 0;
  for (bool was_cut = true; was_cut; ++cuts) {
    const temporary_directory here;
    std::filesystem::create_directory(here.path() / "before");
    const auto files = std::make_shared<faulty_file_system>(here.path() / "before");
    const auto environment = rocksdb::NewCompositeEnv(files);
    auto stopping = quiet;
    stopping.directory = here.path() / "before" / "journal";
    stopping.environment = environment.get();
    std::vector<recorded_event> written;
    {
      const auto tested = open(stopping);
      filler some;
      some.fill(*tested, 20);
      written = read_all(*tested)->events;
      files->fail_on(file_operation::append, "MANIFEST", fault::power_cut, cuts);
    }
    was_cut = files->failures() > 0;
    SCOPED_TRACE(cuts);
    files->write_survivors(here.path() / "after", survival::everything);
    const auto left = no_runs(here.path() / "after" / "journal");
    for (int start = 0; start < 3; ++start) {
      const auto again = open(left);
      EXPECT_EQ(read_all(*again)->events, written);
      copy_files(left.directory, copy.directory);
      EXPECT_EQ(expect_consistent(*open(reading(copy))), written);
      EXPECT_EQ(expect_consistent(*open(copy)), written);
    }
  }
  EXPECT_GT(cuts, 4U);
}

// The program runs itself again for the part that is killed; the environment tells it where.
TEST_F(crashed_journal, has_everything_that_was_answered_before_the_process_was_killed) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  if (!std::getenv("ACTA_KILLED_JOURNAL"))
    ::setenv("ACTA_KILLED_JOURNAL", how.directory.c_str(), 1);
  how.directory = std::getenv("ACTA_KILLED_JOURNAL");
  const auto answered_file = how.directory.string() + ".answered";
  EXPECT_EXIT(
      {
        const auto tested = open(how);
        std::ofstream answered{answered_file};
        for (std::uint64_t i = 0;; ++i) {
          std::promise<void> one;
          tested->append({make_append("a", i * 3, 3)}, [&, i](const auto& results) {
            if (results[0].status == stored) answered << i * 3 + 3 << std::endl;
            if (i == 150) std::raise(SIGKILL);
            one.set_value();
          });
          one.get_future().get();
        }
      },
      ::testing::KilledBySignal(SIGKILL), "");
  ::unsetenv("ACTA_KILLED_JOURNAL");
  std::uint64_t answered = 0;
  for (std::ifstream in{answered_file}; in >> answered;) {
  }
  EXPECT_EQ(expect_consistent(*open(how)).size(), 453U);
  EXPECT_EQ(*verify_rocksdb_journal(reading(how)), 453U);
}

}  // namespace
}  // namespace acta
