// Write-ahead logs that somebody removes, renames, cuts, replaces or appends to while they are
// written; and how large they become.
#include <gmock/gmock.h>

#include <fstream>
#include <thread>

#include "runtime/journal/rocksdb_files.hpp"
#include "runtime/journal/write_ahead_log.hpp"
#include "tests/support/faulty_file_system.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;
using namespace testing;
using enum append_status;

/// What a tidy-up job does to a log.
struct harm {
  const char* name;
  std::function<void(const std::filesystem::path&)> inflict;
};

const harm harms[] = {
    {"removed", [](const auto& log) { std::filesystem::remove(log); }},
    {"renamed", [](const auto& log) { std::filesystem::rename(log, log.string() + ".1"); }},
    {"emptied", [](const auto& log) { std::filesystem::resize_file(log, 0); }},
    {"cut",
     [](const auto& log) {
       std::filesystem::resize_file(log, std::filesystem::file_size(log) - 1);
     }},
    {"halved",
     [](const auto& log) {
       std::filesystem::resize_file(log, std::filesystem::file_size(log) / 2);
     }},
    {"replaced",
     [](const auto& log) {
       std::filesystem::copy_file(log, log.string() + ".copy");
       std::filesystem::rename(log.string() + ".copy", log);
     }},
    {"appended_to",
     [](const auto& log) {
       std::ofstream{log, std::ios::binary | std::ios::app} << std::string(100'000, 'x');
     }},
};

class harmed_log : public ::testing::TestWithParam<harm> {
protected:
  temporary_directory directory;
  rocksdb_options how = no_runs(directory.path() / "journal");
  rocksdb_options copy = no_runs(directory.path() / "copy");
  filler fill;
};

TEST_P(harmed_log, while_it_is_written_is_noticed_before_the_next_answer_and_costs_no_event) {
  std::vector<recorded_event> answered;
  {
    const auto tested = open(how);
    fill.fill(*tested, 20);
    answered = read_all(*tested)->events;
    const auto log = newest_log(how.directory);
    GetParam().inflict(log);
    EXPECT_EQ(append_one(*tested, make_append("late", 0)), unknown);
    EXPECT_THAT(tested->read_only_reason(), HasSubstr(log.filename().string() + " "));
    EXPECT_THAT(tested->read_only_reason(), HasSubstr("is in tables now"));
    EXPECT_EQ(append_one(*tested, make_append("later", 0)), read_only);
    EXPECT_EQ(read_all(*tested)->events, answered) << "reads go on";
    copy_files(how.directory, copy.directory);  // what kill -9 leaves
  }
  for (const auto& left : {copy, how}) {
    const auto events = expect_consistent(*open(left));
    ASSERT_GE(events.size(), answered.size());
    EXPECT_LE(events.size(), answered.size() + 1) << "the unknown one may be there";
    EXPECT_TRUE(std::equal(answered.begin(), answered.end(), events.begin()));
  }
}

TEST_P(harmed_log, while_nobody_writes_is_noticed_all_the_same_and_costs_no_event) {
  const auto tested = open(how);
  fill.fill(*tested, 20);
  const auto answered = read_all(*tested)->events;
  GetParam().inflict(newest_log(how.directory));
  while (tested->read_only_reason().empty()) std::this_thread::yield();
  EXPECT_THAT(tested->read_only_reason(), HasSubstr("is in tables now"));
  copy_files(how.directory, copy.directory);  // what kill -9 leaves
  EXPECT_EQ(expect_consistent(*open(copy)), answered);
}

TEST_P(harmed_log, is_noticed_by_the_write_of_a_property_too) {
  const auto tested = open(how);
  fill.fill(*tested, 3);
  GetParam().inflict(newest_log(how.directory));
  EXPECT_FALSE(tested->set_properties({{"a", "b"}}).ok());
  EXPECT_EQ(append_one(*tested, make_append("late", 0)), read_only);
}

/// Harms a log as soon as it is synced, and copies the journal when a file whose name ends so is
/// made or removed: what kill -9 leaves there.
class killed_file_system final : public rocksdb::FileSystemWrapper {
public:
  killed_file_system(std::filesystem::path from, std::filesystem::path to)
      : FileSystemWrapper{rocksdb::FileSystem::Default()},
        from_{std::move(from)},
        to_{std::move(to)} {}
  const char* Name() const override { return "acta.killed_file_system"; }
  void die_at(std::string end) { end_ = std::move(end); }
  [[nodiscard]] bool died() const { return died_; }
  void after_sync(std::function<void()> harm) { harm_ = std::move(harm); }

  using status = rocksdb::IOStatus;
  status NewWritableFile(const std::string& path, const rocksdb::FileOptions& how,
                         std::unique_ptr<rocksdb::FSWritableFile>* file,
                         rocksdb::IODebugContext* debug) override {
    look_at(path);
    auto done = target()->NewWritableFile(path, how, file, debug);
    if (done.ok() && path.ends_with(log_extension))
      *file = std::make_unique<log>(*this, std::move(*file));
    return done;
  }
  status DeleteFile(const std::string& path, const rocksdb::IOOptions& how,
                    rocksdb::IODebugContext* debug) override {
    look_at(path);
    return target()->DeleteFile(path, how, debug);
  }

private:
  class log final : public rocksdb::FSWritableFileOwnerWrapper {
  public:
    log(killed_file_system& of, std::unique_ptr<rocksdb::FSWritableFile>&& file)
        : FSWritableFileOwnerWrapper{std::move(file)}, of_{of} {}
    status Sync(const rocksdb::IOOptions& how, rocksdb::IODebugContext* debug) override {
      auto done = target()->Sync(how, debug);
      if (auto harm = std::exchange(of_.harm_, {})) harm();
      return done;
    }

  private:
    killed_file_system& of_;
  };

  void look_at(const std::string& path) {
    if (end_.empty() || !path.ends_with(end_)) return;
    end_.clear();
    copy_files(from_, to_);
    died_ = true;
  }
  const std::filesystem::path from_;
  const std::filesystem::path to_;
  std::function<void()> harm_;
  std::string end_;
  bool died_ = false;
};

class killed_rescue : public harmed_log {
protected:
  /// What was answered until then.
  std::vector<recorded_event> die_at(const char* end) {
    const auto files = std::make_shared<killed_file_system>(how.directory, copy.directory);
    const auto environment = rocksdb::NewCompositeEnv(files);
    how.environment = environment.get();
    const auto tested = open(how);
    fill.fill(*tested, 20);
    auto answered = read_all(*tested)->events;
    files->after_sync([&] { GetParam().inflict(newest_log(how.directory)); });
    files->die_at(end);
    EXPECT_EQ(append_one(*tested, make_append("late", 0)), unknown);
    EXPECT_TRUE(files->died());
    return answered;
  }
};

TEST_P(killed_rescue, before_tables_have_what_the_log_held_does_not_open_with_fewer_events) {
  // RocksDB writes down how long the old log is between these two.
  for (const auto* moment : {".log", ".sst"}) {
    const auto answered = die_at(moment);
    for (const bool read_only : {true, false}) {
      copy.read_only = read_only;
      const auto found = open_rocksdb_journal(copy);
      if (found.ok())
        EXPECT_GE(read_all(**found)->events.size(), answered.size()) << moment;
      else
        EXPECT_EQ(found.error().code, errc::damaged);
    }
    std::filesystem::remove_all(how.directory);
    std::filesystem::remove_all(copy.directory);
    fill = {};
  }
}

TEST_P(killed_rescue, after_tables_have_what_the_log_held_opens) {
  const auto answered = die_at("/WAL");
  for (const bool read_only : {true, false}) {
    copy.read_only = read_only;
    const auto events = expect_consistent(*open(copy));
    ASSERT_GE(events.size(), answered.size());
    EXPECT_TRUE(std::equal(answered.begin(), answered.end(), events.begin()));
  }
}

INSTANTIATE_TEST_SUITE_P(, killed_rescue, ::testing::ValuesIn(harms),
                         [](const auto& tested) { return tested.param.name; });

INSTANTIATE_TEST_SUITE_P(, harmed_log, ::testing::ValuesIn(harms),
                         [](const auto& tested) { return tested.param.name; });

TEST(older_log, that_is_gone_is_noticed_while_RocksDB_still_needs_it) {
  const temporary_directory directory;
  journal_files files{rocksdb::FileSystem::Default()};
  files.guard(directory.path());
  std::vector<std::unique_ptr<rocksdb::FSWritableFile>> logs(2);
  for (std::size_t i = 0; i < logs.size(); ++i) {
    const auto path = directory.path() / ("00000" + std::to_string(i + 1) + ".log");
    ASSERT_TRUE(files.NewWritableFile(path, {}, &logs[i], nullptr).ok());
    ASSERT_TRUE(logs[i]->Append("some", {}, nullptr).ok());
  }
  EXPECT_TRUE(files.logs_in_place().ok());
  std::filesystem::create_hard_link(directory.path() / "000002.log", directory.path() / "second");
  EXPECT_TRUE(files.logs_in_place().ok()) << "another name harms nobody";
  std::filesystem::rename(directory.path() / "000001.log", directory.path() / "tidied");
  EXPECT_THAT(files.logs_in_place().ToString(), HasSubstr("000001.log was removed"));
  std::filesystem::rename(directory.path() / "tidied", directory.path() / "000001.log");
  EXPECT_TRUE(files.logs_in_place().ok());
  ASSERT_TRUE(files.DeleteFile(directory.path() / "000001.log", {}, nullptr).ok());
  EXPECT_TRUE(files.logs_in_place().ok()) << "RocksDB itself removes what it needs no more";
}

TEST(newer_log, does_not_take_the_place_of_one_that_is_lost_in_the_note) {
  const temporary_directory directory;
  journal_files files{rocksdb::FileSystem::Default()};
  files.guard(directory.path());
  rocksdb::FileOptions as_rocksdb;
  as_rocksdb.use_mmap_writes = false;
  std::unique_ptr<rocksdb::FSWritableFile> log;
  const auto make = [&](const char* name) {
    return files.NewWritableFile(directory.path() / name, as_rocksdb, &log, nullptr).ok();
  };
  const auto noted = [&] { return read_log_note(directory.path())->value(); };
  ASSERT_TRUE(make("000001.log"));
  ASSERT_TRUE(log->Append("some", {}, nullptr).ok() && log->Sync({}, nullptr).ok());
  ASSERT_TRUE(files.note_first_answer().ok());
  std::filesystem::rename(directory.path() / "000001.log", directory.path() / "tidied");
  ASSERT_TRUE(make("000002.log"));
  EXPECT_EQ(noted().name, "000001.log");
  EXPECT_EQ(noted().bytes, 4U);
  std::filesystem::rename(directory.path() / "tidied", directory.path() / "000001.log");
  ASSERT_TRUE(make("000003.log"));
  EXPECT_EQ(noted().name, "000003.log");
  EXPECT_EQ(noted().bytes, 0U);
}

TEST(log_that_ends_in_zeros, is_known_to_be_cut_after_it_was_written_on) {
  const temporary_directory directory;
  journal_files files{rocksdb::FileSystem::Default()};
  files.guard(directory.path());
  rocksdb::FileOptions as_rocksdb;
  as_rocksdb.use_mmap_writes = false;
  std::unique_ptr<rocksdb::FSWritableFile> log;
  const auto path = directory.path() / "000001.log";
  ASSERT_TRUE(files.NewWritableFile(path, as_rocksdb, &log, nullptr).ok());
  ASSERT_TRUE(log->Append("some" + std::string(40, '\0'), {}, nullptr).ok());
  ASSERT_TRUE(log->Append(std::string(40, '\0'), {}, nullptr).ok());
  EXPECT_TRUE(files.logs_in_place().ok());
  std::filesystem::resize_file(path, 3);
  ASSERT_TRUE(log->Append("more", {}, nullptr).ok());
  ASSERT_EQ(std::filesystem::file_size(path), 88U) << "as if nothing had happened";
  EXPECT_THAT(files.logs_in_place().ToString(), HasSubstr("was cut"));
}

TEST(journal_logs, take_at_most_256_MiB) {
  const temporary_directory directory;
  const auto tested = open(no_runs(directory.path() / "journal"));
  ASSERT_TRUE(tested->set_properties({{"seldom", "written"}}).ok());
  std::uint64_t random = 1;
  std::uintmax_t most = 0;
  std::uintmax_t written = 0;
  for (std::uint64_t i = 0; written < 320 * 1024 * 1024; ++i) {
    auto large = make_append("large", i);
    large.events[0].payload.resize(4 * 1024 * 1024);
    for (auto& byte : large.events[0].payload)
      byte = static_cast<std::byte>((random = random * 6364136223846793005U + 1) >> 56);
    written += large.events[0].payload.size();
    ASSERT_EQ(append_one(*tested, std::move(large)), stored);
    std::uintmax_t now = 0;
    for (const auto& [file, size] : sizes_in(directory.path() / "journal"))
      if (file.extension() == ".log") now += size;
    most = std::max(most, now);
  }
  EXPECT_LE(most, std::uintmax_t{256} * 1024 * 1024);
}

TEST(journal_writes, are_each_synced_before_the_next) {
  const temporary_directory directory;
  const auto files = std::make_shared<faulty_file_system>(directory.path());
  const auto environment = rocksdb::NewCompositeEnv(files);
  auto how = no_runs(directory.path() / "journal");
  how.environment = environment.get();
  const snapshot kept{{2}, 7, bytes(2'000, std::byte{1}), {}};
  const auto tested = open(how);
  ASSERT_EQ(append_one(*tested, make_append("a", 0, 2)), stored);
  tested->save(embedded_partition, stream("a"), kept);
  EXPECT_EQ(recover(*tested, "b", {1, 2})->events.size(), 0U);  // comes behind it
  EXPECT_EQ(files->unsynced_log_bytes(), 0U);
  // With the next events, in one write.
  const auto before = files->operations();
  ASSERT_EQ(append_one(*tested, make_append("b", 0, 1, {1, 2})), stored);
  const auto one_write = files->operations() - before;
  EXPECT_EQ(**recover(*tested, "a", {1, 2}, 0)->snapshot, kept);
  EXPECT_EQ(files->operations() - before, one_write);
  // Or by itself, for whoever asks.
  tested->save(embedded_partition, stream("a"), snapshot{{1}, 8, {}, {}});
  EXPECT_EQ((*recover(*tested, "a", {1, 3}, 0)->snapshot)->fingerprint, 8U);
  EXPECT_EQ(files->unsynced_log_bytes(), 0U);
  // Many without an event between them do not stay in memory.
  for (int i = 0; i < 2'000; ++i) tested->save(embedded_partition, stream(std::to_string(i)), kept);
  for (const auto* behind : {"c", "d"})
    EXPECT_EQ(recover(*tested, behind, {1, 2})->events.size(), 0U);
  files->write_survivors(directory.path() / "after", survival::nothing);
  std::size_t count = 0;
  ASSERT_TRUE(
      for_each_snapshot(reading(no_runs(directory.path() / "after" / "journal")), [&](const auto&,
                                                                                      const auto&) {
        ++count;
        return result<void>{};
      }).ok());
  EXPECT_GT(count, 500U);
}

TEST(journal_writes, keep_the_snapshots_that_come_last_when_it_is_closed) {
  const temporary_directory directory;
  const auto how = no_runs(directory.path() / "journal");
  const snapshot kept{{2}, 7, {std::byte{1}}, {}};
  {
    const auto tested = open(how);
    ASSERT_EQ(append_one(*tested, make_append("a", 0, 2)), stored);
    tested->save(embedded_partition, stream("a"), kept);
  }
  EXPECT_EQ(**recover(*open(how), "a", {2, 1}, 0)->snapshot, kept);
}

}  // namespace
}  // namespace acta
