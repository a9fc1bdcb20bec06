// Which journal a directory holds: copies, and parts of others.
#include <gmock/gmock.h>
#include <rocksdb/db.h>

#include "runtime/journal/record.hpp"
#include "runtime/journal/rocksdb_keys.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;
using namespace testing;
using enum append_status;

class journal_identity_of : public ::testing::Test {
protected:
  [[nodiscard]] rocksdb_options at(const char* name) const {
    return no_runs(directory.path() / name);
  }
  journal_identity identity(const rocksdb_options& of) { return open(of)->identity(); }
  /// As expect_damaged(), before RocksDB changes anything.
  static void expect_refused(const rocksdb_options& of, const std::string& because) {
    const auto before = sizes_in(of.directory);
    expect_damaged(of, {because});
    EXPECT_EQ(sizes_in(of.directory), before);
  }
  /// Changes the tables with RocksDB itself, as a program does that knows nothing of identities.
  void change(const rocksdb_options& of,
              const std::function<void(rocksdb::DB&, rocksdb::ColumnFamilyHandle*,
                                       rocksdb::ColumnFamilyHandle*)>& by) {
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto* name : {"default", "log", "streams", "snapshots"})
      families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    rocksdb::Options options;
    options.create_if_missing = options.create_missing_column_families = true;
    ASSERT_TRUE(rocksdb::DB::Open(options, of.directory, families, &handles, &opened).ok());
    by(*opened, handles[0], handles[1]);
    for (auto* handle : handles) opened->DestroyColumnFamilyHandle(handle);
    delete opened;
    std::ofstream{of.directory / "WAL"} << newest_log(of.directory).filename().string();
  }

  static constexpr auto over =
      std::filesystem::copy_options::overwrite_existing | std::filesystem::copy_options::recursive;
  temporary_directory directory;
  rocksdb_options how = at("journal");
  filler fill;
};

TEST_F(journal_identity_of, a_journal_is_its_own_and_stays) {
  const auto first = identity(how);
  EXPECT_NE(first.id, journal_id{});
  EXPECT_EQ(first.histories, (std::vector<history>{{1, 0}}));
  EXPECT_NE(identity(at("other")).id, first.id);
  {
    const auto tested = open(how);
    fill.fill(*tested, 20);
    EXPECT_EQ(tested->identity(), first);
  }
  EXPECT_EQ(identity(how), first) << "closed and opened";
  EXPECT_EQ(identity(reading(how)), first);
  std::filesystem::rename(how.directory, at("moved").directory);
  EXPECT_EQ(identity(at("moved")), first) << "moved within its file system";
}

TEST_F(journal_identity_of, a_copy_gets_a_history_of_its_own_when_it_is_first_opened_to_write) {
  const auto first = identity(how);
  fill.fill(*open(how), 20);
  copy_files(how.directory, at("copy").directory);
  EXPECT_EQ(identity(reading(at("copy"))), first);
  const auto copy = identity(at("copy"));
  EXPECT_EQ(copy.id, first.id);
  ASSERT_EQ(copy.histories.size(), 2U);
  EXPECT_EQ(copy.histories[0], first.histories[0]);
  EXPECT_GT(copy.current(), first.current());
  EXPECT_EQ(copy.histories[1].begins_after, open(how)->last(embedded_partition).offset);
  EXPECT_EQ(identity(at("copy")), copy) << "once";
  EXPECT_EQ(identity(how), first);
  copy_files(how.directory, at("another").directory);
  EXPECT_NE(identity(at("another")).current(), copy.current()) << "no two copies are the same";
}

TEST_F(journal_identity_of,
       a_journal_is_no_new_one_where_its_manifest_is_of_before_its_first_table) {
  const auto early = at("early");
  const auto mixed = at("mixed");
  const auto written = [&] {
    const auto tested = open(how);
    fill.fill(*tested, 5);
    copy_files(how.directory, early.directory);
    fill.fill(*tested, 20);
    return read_all(*tested)->events;
  }();
  const auto put_manifest_of = [&](const rocksdb_options& of) {
    for (const auto& entry : std::filesystem::directory_iterator{of.directory})
      if (const auto name = entry.path().filename().string();
          name == "CURRENT" || name.starts_with("MANIFEST-"))
        std::filesystem::copy_file(entry.path(), mixed.directory / name, over);
  };
  copy_files(how.directory, mixed.directory);
  put_manifest_of(early);
  const auto tables = files_ending(mixed.directory, ".sst");
  expect_damaged(mixed, {"has tables, and its manifest names none of them"});
  EXPECT_EQ(files_ending(mixed.directory, ".sst"), tables);
  put_manifest_of(how);
  EXPECT_EQ(expect_consistent(*open(mixed)), written);
}

TEST_F(journal_identity_of, a_copy_of_hard_links_and_its_original_get_histories_of_their_own) {
  const auto first = identity(how);
  std::filesystem::create_directory(at("copy").directory);
  for (const auto& entry : std::filesystem::directory_iterator{how.directory})
    std::filesystem::create_hard_link(entry.path(), at("copy").directory / entry.path().filename());
  const auto copy = identity(at("copy"));
  const auto original = identity(how);
  EXPECT_EQ(copy.id, first.id);
  EXPECT_GT(copy.current(), first.current());
  EXPECT_NE(copy.current(), original.current());
  EXPECT_EQ(identity(at("copy")), copy) << "once";
  EXPECT_EQ(identity(how), original) << "once";
}

TEST_F(journal_identity_of, a_backup_is_that_of_a_copy_also_where_it_is_put_over_the_journal) {
  const auto first = identity(how);
  const auto tested = open(how);
  fill.fill(*tested, 20);
  ASSERT_TRUE(tested->backup(at("backup").directory).ok());
  const auto in_backup = tested->last(embedded_partition).offset;
  EXPECT_EQ(identity(reading(at("backup"))), first);
  for (const bool emptied : {true, false}) {
    copy_files(how.directory, at("restored").directory);
    if (emptied) {
      std::filesystem::remove_all(at("restored").directory);
      std::filesystem::create_directory(at("restored").directory);
    }
    std::filesystem::copy(at("backup").directory, at("restored").directory, over);
    const auto restored = identity(at("restored"));
    EXPECT_EQ(restored.id, first.id);
    ASSERT_EQ(restored.histories.size(), 2U);
    EXPECT_EQ(restored.histories[1].begins_after, in_backup);
  }
}

TEST_F(journal_identity_of, a_copy_that_is_put_over_a_newer_journal_without_its_log_is_refused) {
  {
    const auto tested = open(how);
    fill.fill(*tested, 20);
    copy_files(how.directory, at("copy").directory);
  }
  { fill.fill(*open(how), 40); }
  ASSERT_GT(newest_log(how.directory).filename(), newest_log(at("copy").directory).filename());
  const auto missing = newest_log(at("copy").directory);
  std::filesystem::remove(missing);
  std::filesystem::copy(at("copy").directory, how.directory, over);
  expect_refused(how, missing.filename().string() + " is gone");
}

// Nobody can tell whether the newer events are to be dropped, or the older manifest is a mistake.
TEST_F(journal_identity_of, an_older_copy_that_is_put_over_a_newer_journal_is_refused) {
  fill.fill(*open(how), 20);
  copy_files(how.directory, at("copy").directory);
  std::vector<recorded_event> newest;
  for (int i = 0; i < 3; ++i) {
    const auto tested = open(how);
    fill.fill(*tested, 30 + static_cast<std::uint64_t>(i));
    newest = read_all(*tested)->events;
  }
  copy_files(how.directory, at("newer").directory);
  // Into the same files, where there are some of these names.
  std::filesystem::copy(at("copy").directory, how.directory, over);
  expect_damaged(how, {"put a copy into an empty directory"});
  std::filesystem::copy(at("newer").directory, how.directory, over);
  EXPECT_EQ(expect_consistent(*open(how)), newest);
}

TEST_F(journal_identity_of,
       an_older_copy_that_is_put_over_one_that_got_no_event_is_that_of_a_copy) {
  fill.fill(*open(how), 20);
  const auto first = identity(how);
  copy_files(how.directory, at("copy").directory);
  for (int i = 0; i < 3; ++i) (void)identity(how);
  std::filesystem::copy(at("copy").directory, how.directory, over);
  EXPECT_NE(identity(how).current(), first.current());
}

TEST_F(journal_identity_of,
       a_journal_refuses_the_logs_of_a_copy_also_with_all_that_belongs_to_them) {
  { fill.fill(*open(how), 20); }
  copy_files(how.directory, at("copy").directory);
  auto of_copy = fill;
  const auto copy = open(at("copy"));
  of_copy.fill(*copy, 40);
  for (const std::uint64_t events : {30U, 31U, 32U}) fill.fill(*open(how), events);
  const auto tested = open(how);
  fill.fill(*tested, 60);
  copy_files(how.directory, at("mixed").directory);
  const auto theirs = newest_log(at("copy").directory).filename();
  ASSERT_LT(theirs, newest_log(how.directory).filename()) << "by its number RocksDB leaves it out";
  for (const auto& log : files_ending(at("mixed").directory, ".log")) std::filesystem::remove(log);
  for (const auto& name : {theirs, std::filesystem::path{"WAL"}, std::filesystem::path{"JOURNAL"}})
    std::filesystem::copy_file(at("copy").directory / name, at("mixed").directory / name, over);
  for (int times = 0; times < 2; ++times)
    expect_damaged(at("mixed"), {theirs.string() + " is of history"});
}

TEST_F(journal_identity_of, a_journal_refuses_its_own_log_under_a_number_that_RocksDB_leaves_out) {
  { fill.fill(*open(how), 20); }
  const auto tested = open(how);
  fill.fill(*tested, 40);
  copy_files(how.directory, at("copy").directory);
  std::filesystem::rename(newest_log(at("copy").directory), at("copy").directory / "000001.log");
  std::filesystem::remove(at("copy").directory / "WAL");
  for (int times = 0; times < 2; ++times)
    expect_damaged(at("copy"), {"000001.log has writes that the tables lack"});
}

TEST_F(journal_identity_of, a_journal_refuses_a_file_of_a_history_before_that_of_its_tables) {
  { fill.fill(*open(how), 20); }
  copy_files(how.directory, at("copy").directory);
  const auto copy = identity(at("copy"));
  ASSERT_GT(copy.current(), identity(how).current());
  std::filesystem::copy_file(how.directory / "JOURNAL", at("copy").directory / "JOURNAL", over);
  expect_damaged(at("copy"),
                 {"JOURNAL is of history 1; the tables are of " + std::to_string(copy.current())});
}

TEST_F(journal_identity_of, an_older_journal_is_given_with_its_first_opening) {
  fill.fill(*open(how), 20);
  change(how, [](auto& database, auto* properties, auto*) {
    ASSERT_TRUE(database.Delete({}, properties, "identity").ok());
  });
  std::filesystem::remove(how.directory / "JOURNAL");
  EXPECT_EQ(identity(reading(how)), journal_identity{});
  const auto given = identity(how);
  EXPECT_NE(given.id, journal_id{});
  EXPECT_EQ(given.histories, (std::vector<history>{{1, 0}}));
  EXPECT_EQ(identity(how), given);
  const auto tested = open(how);
  EXPECT_EQ(expect_consistent(*tested).size(), tested->last(embedded_partition).offset);
}

TEST_F(journal_identity_of, a_journal_refuses_a_log_of_another) {
  const auto tested = open(how);
  fill.fill(*tested, 20);
  filler another;
  const auto other = open(at("other"));
  another.fill(*other, 60);
  copy_files(how.directory, at("copy").directory);
  const auto log = newest_log(at("copy").directory);
  std::filesystem::copy_file(newest_log(at("other").directory), log,
                             std::filesystem::copy_options::overwrite_existing);
  expect_refused(at("copy"),
                 log.filename().string() + " is of journal " + to_string(other->identity().id));
  // Beside its own, as if it were the next.
  copy_files(how.directory, at("copy").directory);
  std::filesystem::copy_file(newest_log(at("other").directory),
                             at("copy").directory / "009999.log");
  expect_refused(at("copy"), "009999.log is of journal");
}

// As an earlier version wrote it: in place of the journal's own, beside it, and after a clean stop.
TEST_F(journal_identity_of, a_journal_refuses_a_log_that_says_nothing_where_its_own_would) {
  const auto without_header = at("other").directory / "009999.log";
  change(at("other"), [](auto& database, auto* properties, auto*) {
    ASSERT_TRUE(database.Put({}, properties, "a", "b").ok());
  });
  std::filesystem::rename(newest_log(at("other").directory), without_header);
  ASSERT_GT(std::filesystem::file_size(without_header), 0U);
  {
    const auto tested = open(how);
    fill.fill(*tested, 20);
    copy_files(how.directory, at("killed").directory);
  }
  copy_files(how.directory, at("stopped").directory);
  for (const auto* left : {"killed", "stopped"}) {
    copy_files(at(left).directory, at("copy").directory);
    std::filesystem::copy_file(without_header, at("copy").directory / "009999.log");
    expect_refused(at("copy"), "009999.log does not say whose it is");
    const auto own = newest_log(at(left).directory).filename();
    copy_files(at(left).directory, at("copy").directory);
    std::filesystem::copy_file(without_header, at("copy").directory / own,
                               std::filesystem::copy_options::overwrite_existing);
    expect_refused(at("copy"), own.string() + " does not say whose it is");
  }
}

TEST_F(journal_identity_of, a_journal_refuses_a_log_of_a_history_that_is_not_its_own) {
  const auto tested = open(how);
  fill.fill(*tested, 20);
  copy_files(how.directory, at("copy").directory);
  const auto copy = open(at("copy"));
  auto versions = fill;
  versions.fill(*copy, 40);
  fill.fill(*tested, 25);
  copy_files(how.directory, at("mixed").directory);
  std::filesystem::copy_file(newest_log(at("copy").directory),
                             at("mixed").directory / "009999.log");
  expect_refused(at("mixed"), "009999.log is of journal");
  expect_refused(at("mixed"), "history " + std::to_string(copy->identity().current()));
}

TEST_F(journal_identity_of, a_journal_refuses_tables_of_another) {
  { fill.fill(*open(how), 20); }
  filler another;
  { another.fill(*open(at("other")), 60); }
  std::filesystem::copy_file(how.directory / "JOURNAL", at("other").directory / "JOURNAL",
                             std::filesystem::copy_options::overwrite_existing);
  expect_damaged(at("other"), {"the tables are of"});
}

// A log that says nothing of itself, as those of earlier versions.
TEST_F(journal_identity_of, events_that_do_not_follow_their_stream_are_damage) {
  how = small_runs(how.directory);
  { fill.fill(*open(how), 20); }
  const auto next = open(how)->last(embedded_partition).offset + 1;
  for (const auto& [id, wrong] : std::vector<std::pair<std::string, std::uint64_t>>{
           {"0", fill.versions[0] - 1}, {"0", fill.versions[0] + 1}, {"new", 1}}) {
    copy_files(how.directory, at("copy").directory);
    change(at("copy"), [&, id = id, wrong = wrong](auto& database, auto*, auto* log) {
      std::string record;
      const auto append = make_append(id, wrong);
      encode_record(record, {0, next}, append.stream, {wrong + 1}, append.metadata,
                    append.events[0]);
      ASSERT_TRUE(database.Put({}, log, log_key(next), record).ok());
    });
    expect_damaged(at("copy"), {"test/" + id + " has version " + std::to_string(wrong + 1)});
  }
}

TEST_F(journal_identity_of, a_file_that_says_something_else_is_damage) {
  { fill.fill(*open(how), 5); }
  std::ofstream{how.directory / "JOURNAL"} << "nothing";
  expect_damaged(how, {"JOURNAL cannot be understood"});
  std::filesystem::remove(how.directory / "JOURNAL");
  EXPECT_EQ(identity(how).histories.size(), 2U) << "nobody knows any more whether it is a copy";
}

}  // namespace
}  // namespace acta
