// Closing and opening again, and opening beside one another.
#include <gmock/gmock.h>

#include <rocksdb/db.h>

#include <thread>

#include "runtime/journal/rocksdb_store.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using namespace testing;
using enum append_status;

class journal_reopen : public ::testing::Test {
protected:
  /// Changes the files with RocksDB itself.
  /// Writes as another program does that was stopped cleanly: into tables, so that no log is left
  /// that does not name this journal.
  void put(const std::string& family, const std::string& key, const std::string& value) {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto* name : {"default", "log", "streams", "snapshots"})
      families.emplace_back(name, options());
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, how.directory, families, &handles, &opened).ok());
    for (auto* handle : handles)
      if (handle->GetName() == family) {
        ASSERT_TRUE(opened->Put({}, handle, key, value).ok());
      }
    ASSERT_TRUE(opened->Flush({}, handles).ok());
    for (auto* handle : handles) opened->DestroyColumnFamilyHandle(handle);
    delete opened;
  }
  static rocksdb::ColumnFamilyOptions options() { return {}; }

  temporary_directory directory;
  rocksdb_options how = small_runs(directory.path() / "journal");
  filler fill;
};

TEST_F(journal_reopen, keeps_everything_with_runs_and_a_tail) {
  std::vector<recorded_event> before;
  position last;
  {
    const auto tested = open(how);
    EXPECT_TRUE(tested->set_properties({{"shards", "16"}, {"epoch", "1"}}).ok());
    EXPECT_TRUE(tested->set_properties({{"epoch", "2"}}).ok());
    fill.fill(*tested, 41);
    last = tested->last(embedded_partition);
    before = expect_consistent(*tested);
  }
  {
    const auto store = *rocksdb_store::open(reading(how));
    EXPECT_NE(store->tail().find(stream("0"), {1}, 100).first, version{1}) << "some are indexed";
    std::size_t in_tail = 0;
    for (const auto& [s, count] : fill.versions)
      in_tail += store->tail().find(stream(std::to_string(s)), {1}, 100).positions.size();
    ASSERT_NE(in_tail, 0U);
    ASSERT_LT(in_tail, 4U) << "closing waits for the runs that are full";
  }
  const auto tested = open(how);
  EXPECT_EQ(tested->last(embedded_partition), last);
  EXPECT_EQ(expect_consistent(*tested), before);
  EXPECT_EQ(*tested->properties(),
            (std::map<std::string, std::string>{{"shards", "16"}, {"epoch", "2"}}));
  EXPECT_EQ(append_one(*tested, make_append("0", fill.versions[0] - 1)), wrong_version);
  ASSERT_TRUE(recover(*tested, "0", {1, 1}).ok());
  EXPECT_EQ(append_one(*tested, make_append("0", fill.versions[0])), stored);
  EXPECT_EQ(tested->last(embedded_partition).offset, last.offset + 1);
}

TEST_F(journal_reopen, keeps_everything_many_times) {
  for (std::uint64_t round = 1; round <= 25; ++round) {
    const auto tested = open(how);
    fill.fill(*tested, round * 3);
    ASSERT_EQ(expect_consistent(*tested).size(), tested->last(embedded_partition).offset);
  }
  const auto verified = verify_rocksdb_journal(reading(how));
  ASSERT_TRUE(verified.ok()) << verified.error().detail;
  EXPECT_GE(*verified, 75U);
}

TEST_F(journal_reopen, may_change_the_size_of_its_runs) {
  for (const std::size_t events : {5U, 1U, 100U, 3U, 1'000U, 2U}) {
    how.index_run_events = events;
    const auto tested = open(how);
    fill.fill(*tested, tested->last(embedded_partition).offset + 20);
    expect_consistent(*tested);
  }
  EXPECT_EQ(*verify_rocksdb_journal(reading(how)), open(how)->last(embedded_partition).offset);
}

TEST_F(journal_reopen, indexes_at_once_what_was_left_over) {
  auto later = how;
  later.index_run_events = 1'000;
  fill.fill(*open(later), 50);
  const auto last = open(how)->last(embedded_partition).offset;
  const auto store = *rocksdb_store::open(reading(how));
  EXPECT_EQ(store->tail().oldest_full().last, 0U) << "opening alone indexes full runs";
  EXPECT_EQ(*store->verify(), last);
}

TEST_F(journal_reopen, indexes_every_run_of_a_large_batch) {
  append(*open(how), {make_append("a", 0, 40)});
  EXPECT_EQ((*rocksdb_store::open(reading(how)))->tail().find(stream("a"), {1}, 1).last,
            version{0});
}

TEST_F(journal_reopen, refuses_a_journal_of_another_format_and_names_it) {
  fill.fill(*open(how), 10);
  put("default", "format", "acta journal 2");
  expect_damaged(how, {"'acta journal 2'", "'acta journal 1'", how.directory.string()});
}

TEST_F(journal_reopen, does_not_make_a_journal_of_another_database) {
  rocksdb::Options all;
  all.create_if_missing = true;
  std::filesystem::create_directories(how.directory);
  rocksdb::DB* other = nullptr;
  ASSERT_TRUE(rocksdb::DB::Open(all, how.directory, &other).ok());
  ASSERT_TRUE(other->Put({}, "what", "ever").ok());
  delete other;
  const auto refused = open_rocksdb_journal(how);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().detail, HasSubstr("is no journal"));
}

TEST_F(journal_reopen, refuses_a_second_writer_readably) {
  const auto first = open(how);
  const auto second = open_rocksdb_journal(how);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, errc::storage);
  EXPECT_THAT(second.error().detail, HasSubstr("in use"));
  EXPECT_THAT(second.error().detail, HasSubstr(how.directory.string()));
}

TEST_F(journal_reopen, refuses_to_read_where_no_journal_is) {
  const auto refused = open_rocksdb_journal(reading(how));
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().detail, HasSubstr("no journal"));
  EXPECT_FALSE(std::filesystem::exists(how.directory)) << "reading writes nothing";
}

TEST_F(journal_reopen, shows_a_reader_beside_the_writer_what_is_durable) {
  const auto writer = open(how);
  for (const std::uint64_t events : {0U, 3U, 10U, 31U}) {
    fill.fill(*writer, events);
    const auto reader = open(reading(how));
    EXPECT_EQ(reader->last(embedded_partition), writer->last(embedded_partition));
    EXPECT_EQ(expect_consistent(*reader), read_all(*writer)->events);
    EXPECT_EQ(append_one(*reader, make_append("new", 0)), read_only);
    EXPECT_NE(reader->read_only_reason(), "");
    EXPECT_FALSE(reader->set_properties({{"a", "b"}}).ok());
  }
  fill.fill(*writer, 40);
  expect_consistent(*writer);
}

TEST_F(journal_reopen, lets_readers_open_while_it_is_written_and_indexed) {
  const auto writer = open(how);
  std::atomic<bool> done{false};
  std::thread writing{[&] {
    while (!done) fill.fill(*writer, writer->last(embedded_partition).offset + 1);
  }};
  for (int i = 0; i < 30; ++i) {
    const auto known = writer->last(embedded_partition).offset;
    const auto reader = open_rocksdb_journal(reading(how));
    EXPECT_TRUE(reader.ok()) << reader.error().detail;
    if (!reader) break;
    EXPECT_GE((*reader)->last(embedded_partition).offset, known);
    expect_consistent(**reader);
  }
  done = true;
  writing.join();
}

// A crash may strike after an index run became part of the index, and before its own name is gone:
// then both names are one file.
TEST_F(journal_reopen, does_not_write_into_an_index_run_that_a_crash_left_two_names) {
  fill.fill(*open(how), 6);
  for (std::uint64_t events = 10; events < 40; events += 4) {
    const auto runs = files_ending(how.directory, ".sst");
    ASSERT_FALSE(runs.empty());
    for (std::size_t i = 0; i < runs.size(); ++i)
      std::filesystem::create_hard_link(runs[i],
                                        how.directory / ("run-" + std::to_string(i) + ".tmp"));
    const auto tested = open(how);
    fill.fill(*tested, events);
    expect_consistent(*tested);
  }
  EXPECT_EQ(*verify_rocksdb_journal(reading(how)), open(how)->last(embedded_partition).offset);
  EXPECT_THAT(files_ending(how.directory, ".tmp"), SizeIs(0));
}

TEST(journal_files, that_are_left_without_the_one_that_names_them_are_not_begun_anew) {
  const temporary_directory directory;
  const auto how = small_runs(directory.path() / "journal");
  filler fill;
  const auto tested = open(how);
  fill.fill(*tested, 30);
  // Tables are made in the background, and there is none before that.
  while (tested->lag().events >= how.index_run_events) std::this_thread::yield();
  for (const auto* gone : {".log", ".sst"}) {
    auto killed = how;
    killed.directory = directory.path() / ("without" + std::string{gone});
    copy_files(how.directory, killed.directory);
    std::filesystem::remove(killed.directory / "CURRENT");
    ASSERT_THAT(files_ending(killed.directory, gone), Not(SizeIs(0)));
    for (const auto& file : files_ending(killed.directory, gone)) std::filesystem::remove(file);
    const auto before = sizes_in(killed.directory);
    const auto refused = open_rocksdb_journal(killed);
    ASSERT_FALSE(refused.ok()) << "without " << gone;
    EXPECT_EQ(refused.error().code, errc::damaged);
    EXPECT_THAT(refused.error().detail, HasSubstr("CURRENT is missing"));
    EXPECT_EQ(sizes_in(killed.directory), before) << "nothing was tidied away";
  }
}

TEST(journal_files, are_not_put_among_those_of_somebody_else) {
  const temporary_directory directory;
  const auto how = small_runs(directory.path());
  std::filesystem::create_directory(directory.path() / "lost+found");
  const auto thesis = directory.path() / "thesis.txt";
  std::ofstream{thesis} << "my own";
  const auto refused = open_rocksdb_journal(how);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::storage);
  EXPECT_THAT(refused.error().detail, HasSubstr("'thesis.txt'"));
  EXPECT_THAT(sizes_in(directory.path()), SizeIs(2)) << "nothing was made";
  std::filesystem::remove(thesis);
  EXPECT_TRUE(open_rocksdb_journal(how).ok());
  std::ofstream{thesis} << "what comes later is no reason";
  EXPECT_TRUE(open_rocksdb_journal(how).ok());
}

}  // namespace
}  // namespace acta
