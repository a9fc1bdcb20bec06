// Who may read the files of a journal and of its backups.
#include <sys/stat.h>

#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using namespace testing;

mode_t mode_of(const std::filesystem::path& path) {
  struct stat found {};
  EXPECT_EQ(::stat(path.c_str(), &found), 0) << path;
  return found.st_mode & 07777;
}

class journal_modes : public ::testing::TestWithParam<mode_t> {
protected:
  void SetUp() override { before_ = ::umask(GetParam()); }
  void TearDown() override { EXPECT_EQ(::umask(before_), GetParam()) << "the umask is the user's"; }
  /// A journal with tables, an index and a log, open and then closed.
  void use(const rocksdb_options& how) {
    {
      const auto tested = open(how);
      fill_.fill(*tested, 30);
      ASSERT_EQ(append_one(*tested, make_append("more", 0)), append_status::stored);
      tested->save(embedded_partition, stream("more"), {{1}, 1, {}, {}});
      for (const auto* file : {"WAL", "LOG", "LOCK", "CURRENT", "JOURNAL"})
        EXPECT_EQ(mode_of(how.directory / file), expected_) << file;
    }
    // Nothing is made any more: while a file is made, its mode may be less.
    expect_all(how.directory, expected_);
    const auto again = open(how);
    ASSERT_EQ(append_one(*again, make_append("again", 0)), append_status::stored);
    for (const auto& log : files_ending(how.directory, ".log"))
      EXPECT_EQ(mode_of(log), expected_) << log;
    ASSERT_TRUE(again->backup(directory_.path() / "backup").ok());
    EXPECT_EQ(mode_of(directory_.path() / "backup"), 0700U);
    expect_all(directory_.path() / "backup", 0600);
  }
  static void expect_all(const std::filesystem::path& directory, mode_t expected) {
    for (const auto& entry : std::filesystem::directory_iterator{directory})
      EXPECT_EQ(mode_of(entry.path()), expected) << entry.path();
  }

  temporary_directory directory_;
  filler fill_;
  mode_t expected_ = 0600;
  mode_t before_ = 0;
};

INSTANTIATE_TEST_SUITE_P(whatever_the_umask_is, journal_modes,
                         ::testing::Values(mode_t{022}, mode_t{0}, mode_t{077}, mode_t{0777}));

TEST_P(journal_modes, of_a_new_one_let_only_its_owner_in) {
  const auto above = directory_.path() / "above";
  use(small_runs(above / "journal"));
  EXPECT_EQ(mode_of(above / "journal"), 0700U);
  EXPECT_EQ(mode_of(above), 0700U);
}

TEST_P(journal_modes, follow_the_group_bits_of_a_directory_that_was_there) {
  for (const auto& [given, expected] : {std::pair<mode_t, mode_t>{0750, 0640},
                                        {0770, 0660},
                                        {0755, 0640},
                                        {0711, 0600},
                                        {02750, 0640}}) {
    const auto journal = directory_.path() / "journal";
    std::filesystem::create_directory(journal);
    ASSERT_EQ(::chmod(journal.c_str(), given), 0);
    expected_ = expected;
    fill_ = {};
    use(small_runs(journal));
    EXPECT_EQ(mode_of(journal), given);
    std::filesystem::remove_all(journal);
    std::filesystem::remove_all(directory_.path() / "backup");
  }
}

TEST_P(journal_modes, of_a_backup_follow_the_directory_that_it_is_made_in) {
  const auto tested = open(small_runs(directory_.path() / "journal"));
  fill_.fill(*tested, 30);
  const auto place = directory_.path() / "place";
  std::filesystem::create_directory(place);
  ASSERT_EQ(::chmod(place.c_str(), 0750), 0);
  ASSERT_TRUE(tested->backup(place).ok());
  EXPECT_EQ(mode_of(place), 0750U);
  expect_all(place, 0640);
}

}  // namespace
}  // namespace acta
