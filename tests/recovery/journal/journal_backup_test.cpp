// A backup of an open journal: whole, or not there.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/support/faulty_file_system.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;
using namespace testing;
using enum append_status;

class journal_backup : public ::testing::Test {
protected:
  [[nodiscard]] std::filesystem::path at(const char* name) const { return directory.path() / name; }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator{directory.path()}, {}));
  }
  /// What a backup holds; it must be sound.
  std::vector<recorded_event> content_of(const std::filesystem::path& backup) {
    const auto verified = verify_rocksdb_journal(reading(small_runs(backup)));
    EXPECT_TRUE(verified.ok()) << verified.error().detail;
    return expect_consistent(*open(reading(small_runs(backup))));
  }
  std::unique_ptr<embedded_journal> open_on_faulty_files() {
    how.environment = environment.get();
    return open(how);
  }

  temporary_directory directory;
  const std::shared_ptr<faulty_file_system> files =
      std::make_shared<faulty_file_system>(directory.path());
  const std::unique_ptr<rocksdb::Env> environment = rocksdb::NewCompositeEnv(files);
  rocksdb_options how = small_runs(at("journal"));
  filler fill;
};

TEST_F(journal_backup, is_the_same_journal) {
  const auto tested = open(how);
  fill.fill(*tested, 25);
  ASSERT_TRUE(tested->set_properties({{"epoch", "7"}}).ok());
  const auto done = tested->backup(at("backup"));
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_EQ(*done, tested->last(embedded_partition));
  EXPECT_EQ(content_of(at("backup")), read_all(*tested)->events);
  EXPECT_EQ(*open(reading(small_runs(at("backup"))))->properties(), *tested->properties());
  EXPECT_EQ(entries(), 2U) << "nothing else is left beside it";
}

TEST_F(journal_backup, and_its_origin_go_on_apart_from_one_another) {
  const auto tested = open(how);
  fill.fill(*tested, 25);
  const auto before = read_all(*tested)->events;
  ASSERT_TRUE(tested->backup(at("backup")).ok());
  fill.fill(*tested, 60);
  EXPECT_EQ(content_of(at("backup")), before);
  {
    const auto other = open(small_runs(at("backup")));
    EXPECT_EQ(append_one(*other, make_append("other", 0, 9)), stored);
    EXPECT_EQ(expect_consistent(*other).size(), before.size() + 9);
  }
  EXPECT_EQ(expect_consistent(*tested).size(), tested->last(embedded_partition).offset);
  std::filesystem::remove_all(at("backup"));
  EXPECT_EQ(expect_consistent(*tested).size(), tested->last(embedded_partition).offset);
}

TEST_F(journal_backup, made_under_load_holds_all_that_was_answered_before) {
  const auto tested = open(how);
  std::atomic<std::uint64_t> answered{0};
  std::atomic<bool> enough{false};
  std::thread writer{[&] {
    for (std::uint64_t version = 0; !enough; version += 2) {
      if (append_one(*tested, make_append("busy", version, 2)) != stored) break;
      answered = version + 2;
    }
  }};
  std::vector<std::uint64_t> promised;
  for (int i = 0; i < 12; ++i) {
    const auto before = answered.load();
    const auto done = tested->backup(at(("backup-" + std::to_string(i)).c_str()));
    ASSERT_TRUE(done.ok()) << done.error().detail;
    EXPECT_GE(done->offset, before);
    promised.push_back(done->offset);
  }
  enough = true;
  writer.join();
  EXPECT_GT(answered, 0U);
  const auto all = read_all(*tested)->events;
  for (std::size_t i = 0; i < promised.size(); ++i) {
    const auto there = content_of(at(("backup-" + std::to_string(i)).c_str()));
    ASSERT_GE(there.size(), promised[i]);
    EXPECT_EQ(there.size() % 2, 0U) << "half of an append";
    EXPECT_TRUE(std::equal(there.begin(), there.end(), all.begin()));
  }
}

TEST_F(journal_backup, takes_an_empty_directory_and_no_other) {
  const auto tested = open(how);
  fill.fill(*tested, 5);
  std::filesystem::create_directories(at("empty") / "lost+found");  // of a file system of its own
  EXPECT_TRUE(tested->backup(at("empty") / "").ok());
  EXPECT_EQ(content_of(at("empty")).size(), tested->last(embedded_partition).offset);
  for (const auto& taken : {at("empty"), at("journal"), directory.path()}) {
    const auto refused = tested->backup(taken);
    ASSERT_FALSE(refused.ok()) << taken;
    EXPECT_EQ(refused.error().code, errc::storage);
    EXPECT_THAT(refused.error().detail, HasSubstr("it exists"));
  }
  std::ofstream{at("file")} << "a file";
  EXPECT_THAT(tested->backup(at("file")).error().detail, HasSubstr("it exists"));
  EXPECT_THAT(tested->backup(at("none") / "below").error().detail, HasSubstr("No such file"));
  EXPECT_EQ(entries(), 3U);
}

TEST_F(journal_backup, is_not_made_within_the_journal) {
  const auto tested = open(how);
  fill.fill(*tested, 5);
  for (const auto& within : {how.directory / "backup", how.directory / "." / "not" / "yet"}) {
    const auto refused = tested->backup(within);
    ASSERT_FALSE(refused.ok()) << within;
    EXPECT_THAT(refused.error().detail, HasSubstr("within the journal"));
  }
  EXPECT_TRUE(tested->backup(how.directory.string() + "-backup").ok());
}

TEST_F(journal_backup, shares_no_file_with_its_origin_unless_it_is_told_to) {
  const auto tested = open(how);
  fill.fill(*tested, 60);
  const auto shared = [](const std::filesystem::path& backup) {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator{backup})
      if (entry.hard_link_count() > 1) ++count;
    return count;
  };
  ASSERT_TRUE(tested->backup(at("backup")).ok());
  EXPECT_EQ(shared(at("backup")), 0U);
  for (const auto& table : files_ending(at("backup"), ".sst")) flip_bit(table, 100);
  EXPECT_EQ(expect_consistent(*open(reading(how))).size(), tested->last(embedded_partition).offset);
  backup_options linking;
  linking.link = true;
  ASSERT_TRUE(tested->backup(at("linked"), linking).ok());
  EXPECT_GT(shared(at("linked")), 0U);
  for (const auto& table : files_ending(at("linked"), ".sst")) {
    const auto origin = how.directory / table.filename();
    const bool same = std::filesystem::equivalent(table, origin);
    EXPECT_TRUE(same || !std::filesystem::exists(origin)) << "or compacted away: " << table;
  }
  EXPECT_EQ(content_of(at("linked")), read_all(*tested)->events);
}

TEST_F(journal_backup, takes_the_time_that_its_rate_asks_for_and_can_be_stopped) {
  const auto tested = open_on_faulty_files();  // on which nothing is cloned
  fill.fill(*tested, 60);
  backup_options slow;
  slow.bytes_per_second = 60'000;
  std::uint64_t bytes = 0;
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(tested->backup(at("backup"), slow).ok());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  for (const auto& [file, size] : sizes_in(at("backup"))) bytes += size;
  EXPECT_GE(took.count(), 0.9 * static_cast<double>(bytes) / 60'000);
  slow.bytes_per_second = 1;
  std::stop_source ending;
  slow.stopped = [&] { return ending.stop_requested(); };
  result<position> stopped{position{}};
  std::thread caller{[&] { stopped = tested->backup(at("stopped"), slow); }};
  while (!std::filesystem::exists(at("stopped") / "BACKUP")) std::this_thread::yield();
  ending.request_stop();
  caller.join();
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().code, errc::storage);
  EXPECT_FALSE(std::filesystem::exists(at("stopped")));
}

TEST_F(journal_backup, is_not_there_where_it_was_stopped_whenever_that_was) {
  const auto tested = open_on_faulty_files();
  fill.fill(*tested, 20);
  int stops_at = 1;
  for (bool stopped = true; stopped; ++stops_at) {
    int looks = 0;
    backup_options how_often;
    how_often.stopped = [&] { return ++looks >= stops_at; };
    const bool done = tested->backup(at("stopped"), how_often).ok();
    stopped = looks >= stops_at;
    EXPECT_EQ(done, !stopped) << "at look " << looks;
    EXPECT_EQ(std::filesystem::exists(at("stopped")), done);
  }
  EXPECT_GT(stops_at, 10) << "after each file, and before CURRENT is moved";
}

/// What a process that was killed leaves: a backup that is told to stop, copied before it does.
class unfinished_backup : public journal_backup {
protected:
  /// Leaves in `backup` what is there while its files are copied.
  void leave_unfinished() {
    std::stop_source ending;
    backup_options slow;
    slow.bytes_per_second = 1;
    slow.stopped = [&] { return ending.stop_requested(); };
    std::thread caller{[&] { (void)tested->backup(at("slow"), slow); }};
    while (!staging_in(at("slow"))) std::this_thread::yield();
    copy_files(at("slow"), at("backup"));
    for (const auto& entry : std::filesystem::directory_iterator{at("slow")})
      if (entry.is_directory())
        std::filesystem::copy(entry.path(), at("backup") / entry.path().filename());
    ending.request_stop();
    caller.join();
  }
  static std::optional<std::filesystem::path> staging_in(const std::filesystem::path& backup) {
    std::error_code not_there;
    for (const auto& entry : std::filesystem::directory_iterator{backup, not_there})
      if (entry.is_directory()) return entry.path();
    return std::nullopt;
  }
  void SetUp() override {
    tested = open(how);
    fill.fill(*tested, 30);
    leave_unfinished();
    ASSERT_TRUE(staging_in(at("backup")));
  }
  std::unique_ptr<embedded_journal> tested;
};

TEST_F(unfinished_backup, is_called_so_by_whoever_opens_it) {
  for (const bool read_only : {true, false}) {
    auto opening = small_runs(at("backup"));
    opening.read_only = read_only;
    const auto opened = open_rocksdb_journal(opening);
    ASSERT_FALSE(opened.ok());
    EXPECT_THAT(opened.error().detail, HasSubstr("is an unfinished backup"));
  }
  EXPECT_TRUE(staging_in(at("backup")));
}

TEST_F(unfinished_backup, is_replaced_by_the_next_one_wherever_its_files_are) {
  for (const auto& entry : std::filesystem::directory_iterator{*staging_in(at("backup"))})
    if (entry.path().filename() != "CURRENT")
      std::filesystem::copy(entry.path(), at("backup") / entry.path().filename());
  const auto done = tested->backup(at("backup"));
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_EQ(content_of(at("backup")), read_all(*tested)->events);
  EXPECT_FALSE(staging_in(at("backup")));
  EXPECT_FALSE(std::filesystem::exists(at("backup") / "BACKUP"));
}

TEST_F(unfinished_backup, is_left_alone_with_what_somebody_else_put_there) {
  const auto staging = *staging_in(at("backup"));
  for (const auto& mine : {at("backup") / "mine", staging / "mine"}) {
    std::ofstream{mine} << "mine";
    EXPECT_THAT(tested->backup(at("backup")).error().detail, HasSubstr("it exists"));
    EXPECT_TRUE(std::filesystem::exists(mine));
    std::filesystem::remove(mine);
  }
  std::filesystem::create_directory(at("backup") / "CURRENT");
  EXPECT_THAT(tested->backup(at("backup")).error().detail, HasSubstr("it exists"));
  std::filesystem::remove(at("backup") / "CURRENT");
  std::ofstream{at("backup") / "BACKUP", std::ios::app} << "file ../journal/CURRENT\n";
  EXPECT_THAT(tested->backup(at("backup")).error().detail, HasSubstr("it exists"));
  EXPECT_TRUE(std::filesystem::exists(at("journal") / "CURRENT"));
}

TEST_F(unfinished_backup, of_which_a_power_cut_left_an_empty_mark_is_replaced) {
  std::filesystem::remove_all(at("backup"));
  std::filesystem::create_directory(at("backup"));
  std::ofstream{at("backup") / "BACKUP"};
  EXPECT_TRUE(tested->backup(at("backup")).ok());
  EXPECT_EQ(content_of(at("backup")), read_all(*tested)->events);
}

TEST_F(journal_backup, whose_mark_was_not_removed_is_finished_all_the_same) {
  const auto tested = open(how);
  fill.fill(*tested, 5);
  ASSERT_TRUE(tested->backup(at("backup")).ok());
  std::ofstream{at("backup") / "BACKUP"} << "acta backup, unfinished\nprocess 1\nnonce "
                                         << std::string(32, 'a') << "\nfile CURRENT\n";
  EXPECT_THAT(tested->backup(at("backup")).error().detail, HasSubstr("it exists"));
  EXPECT_EQ(content_of(at("backup")).size(), tested->last(embedded_partition).offset);
  (void)open(small_runs(at("backup")));
  EXPECT_FALSE(std::filesystem::exists(at("backup") / "BACKUP"));
}

TEST_F(journal_backup, made_twice_at_once_into_one_place_is_made_once) {
  const auto tested = open(how);
  fill.fill(*tested, 200);
  std::atomic<int> made{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 4; ++i)
    callers.emplace_back([&] { made += tested->backup(at("backup")).ok() ? 1 : 0; });
  for (auto& one : callers) one.join();
  EXPECT_EQ(made, 1);
  EXPECT_EQ(content_of(at("backup")).size(), tested->last(embedded_partition).offset);
  EXPECT_EQ(entries(), 2U);
}

TEST_F(journal_backup, that_cannot_be_written_leaves_nothing_and_harms_nobody) {
  const auto tested = open_on_faulty_files();
  fill.fill(*tested, 30);
  for (const auto& [what, part] : {std::pair{file_operation::append, "/BACKUP"},
                                   {file_operation::make_directory, "/unfinished-"},
                                   {file_operation::append, "/unfinished-"},
                                   {file_operation::sync, "/unfinished-"},
                                   {file_operation::sync_directory, "/unfinished-"},
                                   {file_operation::rename, "/backup/"},
                                   {file_operation::rename, "/backup/MANIFEST"},
                                   {file_operation::rename, "/backup/CURRENT"}}) {
    files->fail_on(what, part, fault::no_space);
    const auto refused = tested->backup(at("backup"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, errc::storage);
    EXPECT_EQ(entries(), 1U) << refused.error().detail;
    files->heal();
    EXPECT_EQ(tested->read_only_reason(), "");
    fill.fill(*tested, tested->last(embedded_partition).offset + 20);
  }
  EXPECT_TRUE(tested->backup(at("backup")).ok());
  EXPECT_EQ(content_of(at("backup")), expect_consistent(*tested));
}

TEST_F(journal_backup, is_refused_where_nobody_knows_what_is_stored) {
  const auto tested = open_on_faulty_files();
  fill.fill(*tested, 5);
  files->fail_on(file_operation::sync, ".log", fault::error);
  ASSERT_EQ(append_one(*tested, make_append("a", 0)), unknown);
  files->heal();
  EXPECT_EQ(tested->backup(at("backup")).error().code, errc::read_only);
  EXPECT_EQ(entries(), 1U);
}

}  // namespace
}  // namespace acta
