// Write-ahead logs that somebody removed, cut, damaged or replaced while no node ran.
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "runtime/journal/repair.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;
using namespace testing;

class log_at_rest : public ::testing::Test {
protected:
  void expect_lost(const std::string& how_lost) { expect_damaged(copy, {how_lost}); }

  temporary_directory directory;
  rocksdb_options how = no_runs(directory.path() / "journal");
  rocksdb_options copy = no_runs(directory.path() / "copy");
  filler fill;
};

TEST_F(log_at_rest, out_of_which_somebody_was_answered_is_not_taken_for_an_empty_one) {
  { const auto made = open(how); }
  const auto tested = open(how);
  fill.fill(*tested, 1);
  const auto log = newest_log(how.directory);
  const auto first_answer = std::filesystem::file_size(log);
  fill.fill(*tested, 20);
  for (const std::uint64_t left : {std::uint64_t{0}, first_answer / 2, first_answer - 1}) {
    copy_files(how.directory, copy.directory);
    std::filesystem::resize_file(copy.directory / log.filename(), left);
    expect_lost(log.filename().string() + " has lost its end");
  }
  copy_files(how.directory, copy.directory);
  std::filesystem::resize_file(copy.directory / log.filename(), 0);
  std::filesystem::resize_file(copy.directory / log.filename(), first_answer + 999);
  expect_lost("has lost its end");  // to zeros
  copy_files(how.directory, copy.directory);
  std::filesystem::remove(copy.directory / log.filename());
  expect_lost("is gone");
}

TEST_F(log_at_rest, that_is_empty_is_no_damage_where_nobody_was_answered_out_of_it) {
  const auto written = [&] {
    const auto tested = open(how);
    fill.fill(*tested, 20);
    return read_all(*tested)->events;
  }();
  // As the versions before wrote the note: they did not say whether something is in the log.
  std::ofstream{how.directory / "WAL"} << newest_log(how.directory).filename().string();
  ASSERT_EQ(std::filesystem::file_size(newest_log(how.directory)), 0U);
  EXPECT_EQ(expect_consistent(*open(reading(how))), written);
  const auto tested = open(how);
  copy_files(how.directory, copy.directory);
  EXPECT_EQ(expect_consistent(*open(copy)), written);
}

TEST_F(log_at_rest, is_damaged_where_a_whole_write_follows_what_looks_torn) {
  const auto tested = open(how);
  fill.fill(*tested, 10);
  const auto log = newest_log(how.directory).filename();
  const auto at = std::filesystem::file_size(how.directory / log);
  fill.fill(*tested, 20);
  // The high byte of a length: the fragment seems to go on behind the end, as one that was torn.
  copy_files(how.directory, copy.directory);
  flip_bit(copy.directory / log, at + 5, 6);
  expect_lost("the next one begins, which no crash leaves");
}

TEST_F(log_at_rest, is_damaged_where_whole_writes_of_another_journal_took_the_place_of_its_own) {
  const auto other = no_runs(directory.path() / "other");
  std::uintmax_t at = 0;
  std::string theirs;
  for (const auto& of : {how, other}) {
    filler same;
    const auto tested = open(of);
    same.fill(*tested, 10);
    const auto log = newest_log(of.directory);
    ASSERT_EQ(at == 0 ? std::filesystem::file_size(log) : at, std::filesystem::file_size(log))
        << "writes of one length";
    at = std::filesystem::file_size(log);
    same.fill(*tested, 20);
    if (of.directory == how.directory)
      copy_files(how.directory, copy.directory);
    else
      theirs = std::string{std::istreambuf_iterator<char>{std::ifstream{log}.rdbuf()}, {}};
  }
  const auto log = newest_log(copy.directory);
  ASSERT_EQ(theirs.size(), std::filesystem::file_size(log));
  std::fstream file{log, std::ios::binary | std::ios::in | std::ios::out};
  file.seekp(static_cast<std::streamoff>(at));
  file << theirs.substr(at) << std::flush;
  expect_lost("byte " + std::to_string(at) + ": a write of journal ");
}

TEST_F(log_at_rest, is_not_taken_for_an_older_one_of_the_same_journal) {
  rocksdb_options older = no_runs(directory.path() / "older");
  {
    const auto tested = open(how);
    fill.fill(*tested, 40);
    copy_files(how.directory, older.directory);
  }
  { fill.fill(*open(how), 50); }
  const auto put_older = [&] {
    std::filesystem::copy_file(newest_log(older.directory), newest_log(copy.directory),
                               std::filesystem::copy_options::overwrite_existing);
  };
  {
    const auto tested = open(how);
    fill.fill(*tested, 60);
    copy_files(how.directory, copy.directory);
    put_older();
    expect_lost("begins otherwise than WAL says");
  }
  // After a clean stop no note says what is in the log, which should be empty.
  copy_files(how.directory, copy.directory);
  put_older();
  const auto found = open_rocksdb_journal(reading(copy));
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, errc::damaged);
  EXPECT_THAT(found.error().detail, HasSubstr("is of an earlier time than the tables"));
}

TEST_F(log_at_rest, is_damaged_where_its_first_answered_bytes_changed) {
  const auto tested = open(how);
  fill.fill(*tested, 20);
  const auto log = newest_log(how.directory).filename();
  copy_files(how.directory, copy.directory);
  flip_bit(copy.directory / log, 60);  // after the header, which says whose the write is
  expect_lost(log.string() + " begins otherwise than WAL says");
}

TEST_F(log_at_rest, opens_with_a_note_of_a_version_that_knew_no_hash) {
  const auto tested = open(how);
  fill.fill(*tested, 20);
  const auto written = read_all(*tested)->events;
  copy_files(how.directory, copy.directory);
  std::string name;
  std::string holds;
  {
    std::ifstream note{copy.directory / "WAL"};
    std::getline(note, name);
    std::getline(note, holds);
  }
  std::ofstream{copy.directory / "WAL"} << name << "\n" << holds << "\n";
  EXPECT_EQ(expect_consistent(*open(reading(copy))), written);
  EXPECT_EQ(expect_consistent(*open(copy)), written);
}

TEST_F(log_at_rest, has_a_note_that_is_a_file_or_is_not_read_over) {
  { fill.fill(*open(how), 20); }
  copy_files(how.directory, copy.directory);
  std::filesystem::create_symlink("nothing", copy.directory / "WAL");
  expect_lost("WAL is no file, but a directory, a link");
  std::filesystem::remove(copy.directory / "WAL");
  std::filesystem::create_directory(copy.directory / "WAL");
  expect_lost("WAL is no file, but a directory");
  EXPECT_EQ(find_unfinished_write(copy.directory).error().code, errc::damaged);
}

TEST_F(log_at_rest, has_a_note_that_is_damaged_where_it_is_empty_or_cut) {
  const auto tested = open(how);
  fill.fill(*tested, 20);
  copy_files(how.directory, copy.directory);
  const auto note = copy.directory / "WAL";
  std::string text;
  std::getline(std::ifstream{note}, text, '\0');
  std::filesystem::remove(newest_log(copy.directory));
  for (std::size_t bytes = 0; bytes < text.size(); ++bytes) {
    std::ofstream{note} << text.substr(0, bytes);
    SCOPED_TRACE(text.substr(0, bytes));
    expect_lost("start from a backup");
    EXPECT_FALSE(drop_unfinished_write(copy.directory).ok());
  }
  std::ofstream{note} << "";
  EXPECT_EQ(find_unfinished_write(copy.directory).error().code, errc::damaged);
}

TEST_F(log_at_rest, is_no_directory_and_neither_is_a_table_or_a_manifest) {
  { fill.fill(*open(how), 20); }
  for (const auto* name : {"000099.log", "000099.sst", "MANIFEST-000099", "run-9.tmp"}) {
    copy_files(how.directory, copy.directory);
    std::filesystem::create_directory(copy.directory / name);
    expect_damaged(copy, {name + std::string{" is no file"}, "move it away"});
  }
}

}  // namespace
}  // namespace acta
