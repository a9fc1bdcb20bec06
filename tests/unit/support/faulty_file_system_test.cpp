// What the faulty file system says of a power cut, and that it fails what it is told to.
#include "tests/support/faulty_file_system.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

class faulty_files : public ::testing::Test {
protected:
  [[nodiscard]] std::string path(const std::string& name) const { return (root / name).string(); }
  std::unique_ptr<rocksdb::FSWritableFile> create(const std::string& name) {
    std::unique_ptr<rocksdb::FSWritableFile> made;
    EXPECT_TRUE(files->NewWritableFile(path(name), {}, &made, nullptr).ok());
    return made;
  }
  /// A file with bytes, synced; its name is not.
  std::unique_ptr<rocksdb::FSWritableFile> create_synced(const std::string& name) {
    auto made = create(name);
    EXPECT_TRUE(made->Append("synced", {}, nullptr).ok());
    EXPECT_TRUE(made->Sync({}, nullptr).ok());
    return made;
  }
  rocksdb::IOStatus sync_directory(const std::string& name = {}) {
    std::unique_ptr<rocksdb::FSDirectory> opened;
    EXPECT_TRUE(files->NewDirectory(path(name), {}, &opened, nullptr).ok());
    return opened->FsyncWithDirOptions({}, nullptr, {});
  }
  static std::string bytes(const std::filesystem::path& file) {
    if (!std::filesystem::exists(file)) return "nothing";
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  /// What a file is after a power cut.
  std::string surviving(const std::string& name, survival beside = survival::nothing,
                        std::uint64_t seed = 0) {
    files->write_survivors(after, beside, seed);
    return bytes(after / name);
  }

  temporary_directory directory;
  const std::filesystem::path root = [this] {
    const auto made = directory.path() / "root";
    std::filesystem::create_directory(made);
    std::ofstream{made / "old"} << "old";
    return made;
  }();
  const std::filesystem::path after = directory.path() / "after";
  std::shared_ptr<faulty_file_system> files = std::make_shared<faulty_file_system>(root);
};

TEST_F(faulty_files, keep_what_was_there_before) { EXPECT_EQ(surviving("old"), "old"); }

TEST_F(faulty_files, keep_what_was_synced_with_its_name_and_lose_the_rest) {
  const auto file = create_synced("a");
  EXPECT_EQ(surviving("a"), "nothing") << "its name is not synced";
  ASSERT_TRUE(sync_directory().ok());
  EXPECT_EQ(surviving("a"), "synced");
  ASSERT_TRUE(file->Append(" and more", {}, nullptr).ok());
  EXPECT_EQ(surviving("a"), "synced");
  EXPECT_EQ(surviving("a", survival::everything), "synced and more");
  EXPECT_EQ(bytes(root / "a"), "synced and more") << "who is not cut off sees all of it";
}

TEST_F(faulty_files, keep_a_name_without_its_bytes) {
  const auto file = create("a");
  ASSERT_TRUE(file->Append("more", {}, nullptr).ok());
  ASSERT_TRUE(sync_directory().ok());
  EXPECT_EQ(surviving("a"), "");
}

TEST_F(faulty_files, undo_a_rename_whose_directory_was_not_synced) {
  const auto file = create_synced("a");
  ASSERT_TRUE(sync_directory().ok());
  ASSERT_TRUE(files->RenameFile(path("a"), path("old"), {}, nullptr).ok());
  EXPECT_EQ(surviving("a"), "synced");
  EXPECT_EQ(surviving("old"), "old");
  ASSERT_TRUE(sync_directory().ok());
  EXPECT_EQ(surviving("a"), "nothing");
  EXPECT_EQ(surviving("old"), "synced");
}

TEST_F(faulty_files, undo_a_removal_whose_directory_was_not_synced) {
  ASSERT_TRUE(files->DeleteFile(path("old"), {}, nullptr).ok());
  EXPECT_EQ(bytes(root / "old"), "nothing");
  EXPECT_EQ(surviving("old"), "old");
  ASSERT_TRUE(sync_directory().ok());
  EXPECT_EQ(surviving("old"), "nothing");
}

TEST_F(faulty_files, keep_both_names_of_one_file) {
  ASSERT_TRUE(files->LinkFile(path("old"), path("new"), {}, nullptr).ok());
  EXPECT_EQ(surviving("new"), "nothing");
  ASSERT_TRUE(sync_directory().ok());
  EXPECT_EQ(surviving("new"), "old");
  EXPECT_EQ(std::filesystem::hard_link_count(after / "new"), 2U);
  create("old");
  EXPECT_EQ(surviving("new"), "") << "made anew under one name, it is empty under both";
}

TEST_F(faulty_files, lose_a_directory_whose_parent_was_not_synced) {
  ASSERT_TRUE(files->CreateDirIfMissing(path("inner"), {}, nullptr).ok());
  const auto file = create_synced("inner/a");
  ASSERT_TRUE(sync_directory("inner").ok());
  EXPECT_EQ(surviving("inner/a"), "nothing");
  ASSERT_TRUE(sync_directory().ok());
  EXPECT_EQ(surviving("inner/a"), "synced");
}

TEST_F(faulty_files, go_on_with_a_file_that_was_there) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(files->ReopenWritableFile(path("old"), {}, &file, nullptr).ok());
  ASSERT_TRUE(file->Append(" more", {}, nullptr).ok());
  EXPECT_EQ(surviving("old"), "old");
  ASSERT_TRUE(file->Fsync({}, nullptr).ok());
  EXPECT_EQ(surviving("old"), "old more");
}

TEST_F(faulty_files, may_keep_any_beginning_of_what_was_not_synced) {
  const auto file = create_synced("a");
  ASSERT_TRUE(sync_directory().ok());
  ASSERT_TRUE(file->Append("12", {}, nullptr).ok());
  const auto later = create("b");
  std::set<std::pair<std::string, std::string>> seen;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const auto a = surviving("a", survival::some, seed);
    seen.emplace(a, bytes(after / "b"));
    EXPECT_EQ(surviving("a", survival::some, seed), a) << "the same with the same seed";
  }
  EXPECT_EQ(seen.size(), 6U) << "three of one, two of the other";
}

TEST_F(faulty_files, fail_the_operation_of_a_number_once) {
  const auto file = create("a");  // 1
  files->fail_at(3, fault::error);
  EXPECT_TRUE(file->Append("1", {}, nullptr).ok());
  EXPECT_FALSE(file->Append("2", {}, nullptr).ok());
  EXPECT_TRUE(file->Append("3", {}, nullptr).ok());
  EXPECT_EQ(bytes(root / "a"), "13");
  EXPECT_EQ(files->operations(), 4U);
  EXPECT_EQ(files->failures(), 1U);
  EXPECT_EQ(files->first_failure(), "append a");
}

TEST_F(faulty_files, fail_from_a_number_on_until_they_are_healed) {
  const auto file = create_synced("a");  // 1, 2, 3
  files->fail_at(5, fault::error, true);
  EXPECT_TRUE(sync_directory().ok());
  EXPECT_FALSE(file->Append("1", {}, nullptr).ok());
  EXPECT_FALSE(file->Sync({}, nullptr).ok());
  EXPECT_FALSE(files->DeleteFile(path("old"), {}, nullptr).ok());
  EXPECT_EQ(bytes(root / "old"), "old");
  files->heal();
  EXPECT_TRUE(files->DeleteFile(path("old"), {}, nullptr).ok());
}

TEST_F(faulty_files, write_half_when_a_write_falls_short) {
  const auto file = create("a");
  files->fail_at(2, fault::short_write);
  EXPECT_TRUE(file->Append("1234", {}, nullptr).IsIOError());
  files->fail_at(3, fault::no_space);
  EXPECT_TRUE(file->Append("5678", {}, nullptr).IsNoSpace());
  EXPECT_EQ(bytes(root / "a"), "1256");
}

TEST_F(faulty_files, fail_what_is_named) {
  const auto file = create("a");
  files->fail_on(file_operation::sync, "root/a", fault::error, 1);
  const auto other = create("b");
  EXPECT_TRUE(file->Append("1", {}, nullptr).ok());
  EXPECT_TRUE(other->Sync({}, nullptr).ok());
  EXPECT_TRUE(file->Sync({}, nullptr).ok()) << "once it passes";
  EXPECT_FALSE(file->Sync({}, nullptr).ok());
}

TEST_F(faulty_files, never_keep_what_a_failed_sync_was_for) {
  const auto file = create_synced("a");  // 1, 2, 3
  ASSERT_TRUE(sync_directory().ok());    // 4
  ASSERT_TRUE(file->Append(" and more", {}, nullptr).ok());
  files->fail_at(6, fault::error);
  EXPECT_FALSE(file->Sync({}, nullptr).ok());
  EXPECT_TRUE(file->Sync({}, nullptr).ok());
  EXPECT_EQ(surviving("a"), "synced") << "a second sync says yes and does nothing";
  EXPECT_EQ(bytes(root / "a"), "synced and more");
}

TEST_F(faulty_files, do_nothing_more_once_the_power_is_cut) {
  const auto file = create_synced("a");  // 1, 2, 3
  ASSERT_TRUE(sync_directory().ok());    // 4
  files->fail_at(5, fault::power_cut);
  EXPECT_FALSE(file->Append("1", {}, nullptr).ok());
  EXPECT_FALSE(file->Append("2", {}, nullptr).ok());
  EXPECT_FALSE(file->Sync({}, nullptr).ok());
  EXPECT_FALSE(files->DeleteFile(path("old"), {}, nullptr).ok());
  EXPECT_FALSE(sync_directory().ok());
  EXPECT_EQ(bytes(root / "a"), "synced");
  EXPECT_EQ(surviving("a"), "synced");
  EXPECT_EQ(surviving("a", survival::everything), "synced1") << "it may have been under way";
  EXPECT_EQ(surviving("old", survival::everything), "old");
}

TEST_F(faulty_files, do_not_say_that_a_sync_came_before_the_power_cut_that_it_met) {
  const auto file = create("a");
  ASSERT_TRUE(sync_directory().ok());
  ASSERT_TRUE(file->Append("1", {}, nullptr).ok());
  files->fail_at(4, fault::power_cut);
  EXPECT_FALSE(file->Sync({}, nullptr).ok());
  EXPECT_EQ(surviving("a"), "");
  EXPECT_EQ(surviving("a", survival::everything), "1");
}

}  // namespace
}  // namespace acta::testing
