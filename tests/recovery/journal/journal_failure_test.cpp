// Writes that fail: what is answered, what is shown, and what is there after reopening.
#include <gmock/gmock.h>

#include <chrono>
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

/// One way in which the write of a batch can fail.
struct failure {
  const char* name;
  file_operation what;
  fault how;
};

class failing_journal : public ::testing::TestWithParam<failure> {
protected:
  void SetUp() override {
    files = std::make_shared<faulty_file_system>(directory.path());
    environment = rocksdb::NewCompositeEnv(files);
    how.environment = environment.get();
  }
  /// Not at once: it is the indexer's to say.
  static bool becomes_read_only(journal& tested) {
    for (int i = 0; i < 1'000 && tested.read_only_reason().empty(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    return !tested.read_only_reason().empty();
  }
  /// Everything that was answered is there, and of a batch that was not, all or nothing.
  void expect_recovered(std::uint64_t answered, std::uint64_t unanswered) {
    files->heal();
    const auto tested = open(how);
    const auto events = expect_consistent(*tested).size();
    EXPECT_TRUE(events == answered || events == answered + unanswered) << events;
    EXPECT_EQ(tested->read_only_reason(), "");
    EXPECT_EQ(append_one(*tested, make_append("after", 0)), stored);
    EXPECT_EQ(*verify_rocksdb_journal(reading(how)), events + 1);
  }

  /// Appends until files named so have failed in the background: nothing may be lost.
  void expect_stopped_by_background_failure(const std::string& part) {
    std::uint64_t answered = 0;
    std::uint64_t unanswered = 0;
    {
      const auto tested = open(how);
      fill.fill(*tested, 10);
      files->fail_on(GetParam().what, part, GetParam().how);
      std::uint64_t version = 0;
      auto last = stored;
      for (; last == stored && version < 10'000; version += last == stored)
        last = append_one(*tested, make_append("a", version));
      ASSERT_TRUE(last == read_only || last == unknown) << "it is heard of";
      unanswered = last == unknown ? 1 : 0;
      EXPECT_NE(tested->read_only_reason(), "");
      EXPECT_GE(files->failures(), 1U);
      answered = tested->last(embedded_partition).offset;
      EXPECT_EQ(expect_consistent(*tested).size(), answered);
    }
    expect_recovered(answered, unanswered);
  }

  temporary_directory directory;
  std::shared_ptr<faulty_file_system> files;
  std::unique_ptr<rocksdb::Env> environment;
  rocksdb_options how = small_runs(directory.path() / "journal");
  filler fill;
};

TEST_P(failing_journal, answers_unknown_and_takes_no_more_writes) {
  const auto tested = open(how);
  fill.fill(*tested, 21);
  const auto durable = read_all(*tested)->events;
  files->fail_on(GetParam().what, ".log", GetParam().how);
  std::vector<append_request> batch{make_append("a", 0, 3), make_append("b", 7),
                                    make_append("c", 0, 2)};
  const auto results = append(*tested, std::move(batch));
  EXPECT_EQ(results[0].status, unknown);
  EXPECT_EQ(results[0].first, position{});
  EXPECT_EQ(results[1].status, wrong_version) << "refused is refused";
  EXPECT_EQ(results[2].status, unknown);
  EXPECT_THAT(tested->read_only_reason(), HasSubstr("told to fail"));
  EXPECT_THAT(tested->read_only_reason(), HasSubstr("a write failed"));
  EXPECT_EQ(files->failures(), 1U) << "never tried again";
  files->heal();
  EXPECT_EQ(append_one(*tested, make_append("a", 0)), read_only);
  EXPECT_EQ(append_one(*tested, make_append("0", fill.versions[0])), read_only);
  EXPECT_EQ(tested->set_properties({{"a", "b"}}).error().code, errc::read_only);
  EXPECT_EQ(tested->last(embedded_partition).offset, durable.size());
  EXPECT_EQ(expect_consistent(*tested), durable);
  for (const auto* id : {"a", "c"}) {
    EXPECT_EQ(read_stream(*tested, id)->events.size(), 0U) << "not shown: nobody knows";
    EXPECT_EQ(recover(*tested, id, {9, 9})->events.size(), 0U);
  }
}

TEST_P(failing_journal, says_so_once_with_the_reason) {
  heard_notices heard;
  how.tell = heard.handler();
  {
    const auto tested = open(how);
    fill.fill(*tested, 21);
    EXPECT_THAT(heard.all(), SizeIs(0));
    files->fail_on(GetParam().what, ".log", GetParam().how);
    for (int i = 0; i < 3; ++i) EXPECT_NE(append_one(*tested, make_append("a", 0)), stored);
    EXPECT_FALSE(tested->set_properties({{"a", "b"}}).ok());
    ASSERT_THAT(heard.all(), SizeIs(1));
    EXPECT_EQ(heard.all()[0].event, "journal_read_only");
    EXPECT_EQ(heard.all()[0].reason, tested->read_only_reason());
    EXPECT_TRUE(heard.all()[0].failed);
  }
  EXPECT_THAT(heard.all(), SizeIs(1));
  const auto reader = open(reading(how));
  const auto after = heard.all();
  for (std::size_t i = 1; i < after.size(); ++i)
    EXPECT_EQ(after[i].event, "log_tail_dropped") << "it was asked to be read-only";
}

TEST_P(failing_journal, is_whole_again_after_reopening) {
  std::uint64_t answered = 0;
  {
    const auto tested = open(how);
    fill.fill(*tested, 22);
    answered = tested->last(embedded_partition).offset;
    files->fail_on(GetParam().what, ".log", GetParam().how);
    EXPECT_EQ(append_one(*tested, make_append("a", 0, 3)), unknown);
  }
  expect_recovered(answered, 3);
}

TEST_P(failing_journal, is_whole_again_after_failing_at_any_write) {
  for (std::size_t passing = 0; passing < 9; passing += 2) {
    std::uint64_t answered = 0;
    std::uint64_t unanswered = 0;
    const temporary_directory here;
    how = small_runs(here.path() / "journal");
    how.environment = environment.get();
    {
      const auto tested = open(how);
      files->fail_on(GetParam().what, ".log", GetParam().how, passing);
      std::uint64_t version = 0;
      while (append_one(*tested, make_append("a", version, 3)) == stored) version += 3;
      answered = version;
      unanswered = 3;
      EXPECT_EQ(tested->last(embedded_partition).offset, answered);
    }
    expect_recovered(answered, unanswered);
  }
}

TEST_P(failing_journal, has_after_reopening_a_contract_with_its_event_or_neither) {
  const event_contract of{"test/test.happened/1", "{}", false};
  {
    const auto tested = open(how);
    fill.fill(*tested, 21);
    files->fail_on(GetParam().what, ".log", GetParam().how);
    auto first = make_append("a", 0);
    first.events[0].contract = &of;
    EXPECT_EQ(append_one(*tested, std::move(first)), unknown);
    EXPECT_FALSE(of.stored) << "nobody knows";
  }
  files->heal();
  const auto tested = open(how);
  EXPECT_EQ(tested->contracts()->contains(of.name), read_stream(*tested, "a")->events.size() == 1);
}

TEST_P(failing_journal, says_so_when_a_property_cannot_be_written) {
  const auto tested = open(how);
  EXPECT_TRUE(tested->set_properties({{"epoch", "1"}}).ok());
  files->fail_on(GetParam().what, ".log", GetParam().how);
  EXPECT_EQ(tested->set_properties({{"epoch", "2"}}).error().code, errc::storage);
  files->heal();
  EXPECT_EQ(append_one(*tested, make_append("a", 0)), read_only);
}

TEST_P(failing_journal, loses_nothing_when_an_index_run_cannot_be_written) {
  std::uint64_t answered = 0;
  {
    const auto tested = open(how);
    fill.fill(*tested, 23);
    files->fail_on(GetParam().what, "run-", GetParam().how);
    std::uint64_t version = 0;
    while (append_one(*tested, make_append("a", version)) == stored && version < 1'000) ++version;
    answered = tested->last(embedded_partition).offset;
    ASSERT_TRUE(becomes_read_only(*tested));
    EXPECT_THAT(tested->read_only_reason(), HasSubstr("indexing failed"));
    EXPECT_EQ(files->failures(), 1U) << "never tried again";
    EXPECT_EQ(expect_consistent(*tested).size(), answered);
    EXPECT_EQ(append_one(*tested, make_append("b", 0)), read_only);
  }
  expect_recovered(answered, 0);
}

TEST_P(failing_journal, loses_nothing_when_the_index_cannot_be_compacted) {
  expect_stopped_by_background_failure(".sst");
}

TEST_P(failing_journal, loses_nothing_when_the_manifest_cannot_be_written) {
  expect_stopped_by_background_failure("MANIFEST");
}

INSTANTIATE_TEST_SUITE_P(
    , failing_journal,
    ::testing::Values(failure{"append", file_operation::append, fault::short_write},
                      failure{"append_no_space", file_operation::append, fault::no_space},
                      failure{"sync", file_operation::sync, fault::error},
                      failure{"sync_no_space", file_operation::sync, fault::no_space}),
    [](const auto& tested) { return tested.param.name; });

// What a crash left may be another name of a file of the index; the next run would overwrite it.
TEST(journal_runs, keep_it_closed_when_what_a_crash_left_of_them_cannot_be_removed) {
  const temporary_directory directory;
  const auto files = std::make_shared<faulty_file_system>(directory.path());
  const auto environment = rocksdb::NewCompositeEnv(files);
  auto how = small_runs(directory.path() / "journal");
  how.environment = environment.get();
  filler fill;
  fill.fill(*open(how), 6);
  std::filesystem::create_hard_link(files_ending(how.directory, ".sst").front(),
                                    how.directory / "run-0.tmp");
  files->fail_on(file_operation::remove, "run-0.tmp", fault::error);
  const auto refused = open_rocksdb_journal(how);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::storage);
  files->heal();
  fill.fill(*open(how), 20);
  EXPECT_EQ(*verify_rocksdb_journal(reading(how)), expect_consistent(*open(how)).size());
}

// Debian's RocksDB ends the program if the disk fills up while it opens.
TEST(journal_space, that_is_missing_keeps_it_closed_to_writers) {
  const temporary_directory directory;
  const auto files = std::make_shared<faulty_file_system>(directory.path());
  const auto environment = rocksdb::NewCompositeEnv(files);
  auto how = small_runs(directory.path() / "journal");
  how.environment = environment.get();
  files->claim_free(1'000'000);
  EXPECT_THAT(open_rocksdb_journal(how).error().detail, HasSubstr("no space: 1000000 bytes"));
  files->claim_free({});
  ASSERT_EQ(append_one(*open(how), make_append("a", 0, 5)), stored);
  files->claim_free(1'000'000);
  const auto refused = open_rocksdb_journal(how);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::storage);
  EXPECT_THAT(refused.error().detail, HasSubstr(how.directory.string() + ": no space"));
  EXPECT_EQ(expect_consistent(*open(reading(how))).size(), 5U);
  files->claim_free({});
  EXPECT_EQ(expect_consistent(*open(how)).size(), 5U);
}

/// As an operator does who restores a backup, or tidies up, before the old node is stopped.
TEST(moved_journal, takes_no_more_writes_and_leaves_alone_what_is_in_its_place) {
  const temporary_directory directory;
  const auto how = small_runs(directory.path() / "journal");
  const auto moved = small_runs(directory.path() / "moved");
  filler fill;
  filler another;
  std::uint64_t in_first = 0;
  std::uint64_t in_second = 0;
  {
    const auto first = open(how);
    fill.fill(*first, 50);
    in_first = first->last(embedded_partition).offset;
    std::filesystem::rename(how.directory, moved.directory);
    auto in_its_place = how;  // another name: RocksDB locks names within a process
    in_its_place.directory = directory.path() / "." / "journal";
    const auto second = open(in_its_place);
    another.fill(*second, 40);
    EXPECT_NE(append_one(*first, make_append("late", 0)), stored);
    EXPECT_NE(first->read_only_reason(), "") << "the indexer may have noticed first, in its words";
    EXPECT_EQ(append_one(*second, make_append("late", 0)), stored);
    in_second = second->last(embedded_partition).offset;
  }
  EXPECT_EQ(*verify_rocksdb_journal(reading(how)), in_second);
  EXPECT_EQ(*verify_rocksdb_journal(reading(moved)), in_first);
}

TEST(moved_journal, is_noticed_when_it_was_deleted) {
  const temporary_directory directory;
  const auto how = no_runs(directory.path() / "journal");
  const auto tested = open(how);
  EXPECT_EQ(append_one(*tested, make_append("a", 0)), stored);
  std::filesystem::remove(how.directory / "CURRENT");
  EXPECT_EQ(append_one(*tested, make_append("a", 1)), unknown);
  EXPECT_THAT(tested->read_only_reason(), HasSubstr("moved, replaced or deleted"));
  EXPECT_EQ(append_one(*tested, make_append("a", 1)), read_only);
}

TEST(journal_sync, comes_before_every_answer) {
  const temporary_directory directory;
  const auto files = std::make_shared<faulty_file_system>(directory.path());
  const auto environment = rocksdb::NewCompositeEnv(files);
  auto how = small_runs(directory.path());
  how.environment = environment.get();
  const auto tested = open(how);
  for (std::uint64_t i = 0; i < 50; ++i) {
    // The answer comes on the writer's thread, which writes nothing meanwhile.
    std::promise<std::size_t> unsynced;
    tested->append({make_append("a", i)},
                   [&](const auto&) { unsynced.set_value(files->unsynced_log_bytes()); });
    ASSERT_EQ(unsynced.get_future().get(), 0U);
  }
  EXPECT_TRUE(tested->set_properties({{"epoch", "1"}}).ok());
  EXPECT_EQ(files->unsynced_log_bytes(), 0U);
}

}  // namespace
}  // namespace acta
