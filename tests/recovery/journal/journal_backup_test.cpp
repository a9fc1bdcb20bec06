// A backup of an open journal: whole, or not there.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "runtime/journal/memory_journal.hpp"
#include "tests/support/faulty_file_system.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {
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
  std::unique_ptr<journal> open_on_faulty_files() {
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
  EXPECT_EQ(*done, tested->last());
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
  EXPECT_EQ(expect_consistent(*tested).size(), tested->last().offset);
  std::filesystem::remove_all(at("backup"));
  EXPECT_EQ(expect_consistent(*tested).size(), tested->last().offset);
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
  std::filesystem::create_directory(at("empty"));
  EXPECT_TRUE(tested->backup(at("empty") / "").ok());
  EXPECT_EQ(content_of(at("empty")).size(), tested->last().offset);
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

TEST_F(journal_backup, removes_what_a_killed_one_left_and_nothing_else) {
  const auto tested = open(how);
  fill.fill(*tested, 5);
  const auto make = [&](const char* name, const char* within) {
    std::filesystem::create_directories(at(name) / within);
    std::ofstream{at(name) / within / "file"} << "some";
  };
  make("backup.tmp-Left01", "journal");
  make("backup.tmp-Left02", "journal.tmp");
  std::filesystem::create_directory(at("backup.tmp-Left03"));
  make("backup.tmp-AtWork", "journal.tmp");
  make("backup.tmp-person", "mine");
  make("backup.tmp-too-long", "journal");
  make("other.tmp-Left01", "journal");
  std::filesystem::create_directory_symlink(at("other.tmp-Left01"), at("backup.tmp-Linked"));
  const int at_work = ::open(at("backup.tmp-AtWork").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(at_work, LOCK_EX), 0);
  ASSERT_TRUE(tested->backup(at("backup")).ok());
  for (const auto* gone : {"backup.tmp-Left01", "backup.tmp-Left02", "backup.tmp-Left03"})
    EXPECT_FALSE(std::filesystem::exists(at(gone))) << gone;
  for (const auto* kept :
       {"backup.tmp-AtWork/journal.tmp/file", "backup.tmp-person/mine/file",
        "backup.tmp-too-long/journal/file", "other.tmp-Left01/journal/file", "backup.tmp-Linked"})
    EXPECT_TRUE(std::filesystem::exists(at(kept))) << kept;
  ::close(at_work);
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
  EXPECT_EQ(content_of(at("backup")).size(), tested->last().offset);
  EXPECT_EQ(entries(), 2U);
}

TEST_F(journal_backup, that_cannot_be_written_leaves_nothing_and_harms_nobody) {
  const auto tested = open_on_faulty_files();
  fill.fill(*tested, 30);
  for (const auto what : {file_operation::append, file_operation::sync, file_operation::rename}) {
    files->fail_on(what, "backup.tmp-", fault::no_space);
    const auto refused = tested->backup(at("backup"));
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, errc::storage);
    EXPECT_EQ(entries(), 1U) << refused.error().detail;
    files->heal();
    EXPECT_EQ(tested->read_only_reason(), "");
    fill.fill(*tested, tested->last().offset + 20);
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
  EXPECT_EQ(memory_journal{}.backup(at("backup")).error().code, errc::storage);
  EXPECT_EQ(entries(), 1U);
}

}  // namespace
}  // namespace acta
