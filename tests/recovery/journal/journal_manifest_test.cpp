// The manifest, which says what tables and logs a journal has: of an earlier time or without its
// end, at rest; and removed or replaced while the journal is written.
#include <gmock/gmock.h>

#include <fcntl.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "runtime/journal/rocksdb_files.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using namespace testing;
using enum append_status;

fs::path manifest_of(const fs::path& journal) {
  std::string name;
  std::getline(std::ifstream{journal / "CURRENT"}, name);
  return journal / name;
}

class manifest_at_rest : public ::testing::Test {
protected:
  static constexpr auto over = fs::copy_options::overwrite_existing;

  /// Writes events until there are so many, and stops cleanly.
  void write_until(std::uint64_t events) {
    const auto tested = open(how);
    fill.fill(*tested, events);
    written = read_all(*tested)->events;
  }
  void put_manifest_of(const fs::path& from, const fs::path& to) {
    for (const auto& file : {from / "CURRENT", manifest_of(from)})
      fs::copy_file(file, to / file.filename(), over);
  }
  /// Opens what is in `copy` to read and to write: with every event, or not at all.
  void expect_all_or_refused() {
    for (const bool read_only : {true, false}) {
      copy.read_only = read_only;
      const auto found = open_rocksdb_journal(copy);
      if (found) {
        const auto events = read_all(**found);
        ASSERT_TRUE(events.ok());
        ASSERT_EQ(events->events.size(), written.size());
        continue;
      }
      EXPECT_NE(found.error().detail, "");
      if (found.error().detail.find("earlier time than the tables") != std::string::npos) ++refused;
    }
  }
  void expect_refused(const std::string& why) { expect_damaged(copy, {why}); }
  void expect_all_events(const rocksdb_options& of) {
    EXPECT_EQ(expect_consistent(*open(reading(of))), written);
    EXPECT_EQ(expect_consistent(*open(of)), written);
  }

  temporary_directory directory;
  rocksdb_options how = no_runs(directory.path() / "journal");
  rocksdb_options copy = no_runs(directory.path() / "copy");
  filler fill;
  std::vector<recorded_event> written;
  std::size_t refused = 0;
};

TEST_F(manifest_at_rest, that_lost_its_end_does_not_open_with_fewer_events) {
  for (const std::uint64_t events : {10U, 20U, 30U}) write_until(events);
  const auto manifest = manifest_of(how.directory).filename();
  const auto size = fs::file_size(how.directory / manifest);
  for (std::uint64_t left = size; left-- > 0; left -= std::min<std::uint64_t>(left, 6)) {
    copy_files(how.directory, copy.directory);
    fs::resize_file(copy.directory / manifest, left);
    expect_all_or_refused();
  }
  EXPECT_GT(refused, 0U);
}

TEST_F(manifest_at_rest, with_a_wrong_bit_does_not_open_with_fewer_events) {
  for (const std::uint64_t events : {10U, 20U, 30U}) write_until(events);
  const auto manifest = manifest_of(how.directory).filename();
  const auto size = fs::file_size(how.directory / manifest);
  for (std::uint64_t at = 0; at < size; at += 3) {
    copy_files(how.directory, copy.directory);
    flip_bit(copy.directory / manifest, at);
    expect_all_or_refused();
  }
  EXPECT_GT(refused, 0U);
}

TEST_F(manifest_at_rest, of_an_earlier_time_is_refused_and_costs_no_table) {
  write_until(20);
  copy_files(how.directory, directory.path() / "earlier");
  write_until(30);
  copy_files(how.directory, copy.directory);
  put_manifest_of(directory.path() / "earlier", copy.directory);
  const auto tables = files_ending(copy.directory, ".sst");
  expect_refused("events up to position 3");
  const auto left = files_ending(copy.directory, ".sst");
  EXPECT_TRUE(std::includes(left.begin(), left.end(), tables.begin(), tables.end()));
  put_manifest_of(how.directory, copy.directory);
  copy.read_only = false;
  expect_all_events(copy);
}

TEST_F(manifest_at_rest, of_the_time_before_a_property_was_written_is_refused) {
  write_until(20);
  copy_files(how.directory, directory.path() / "earlier");
  ASSERT_TRUE(open(how)->set_properties({{"epoch", "2"}}).ok());
  copy_files(how.directory, copy.directory);
  put_manifest_of(directory.path() / "earlier", copy.directory);
  expect_refused("has newer properties");
}

TEST_F(manifest_at_rest, names_not_every_table_where_a_crash_came_between) {
  write_until(20);
  {
    const auto tested = open(how);
    fill.fill(*tested, 30);
    ASSERT_TRUE(tested->set_properties({{"a", "b"}}).ok());
    written = read_all(*tested)->events;
    copy_files(how.directory, copy.directory);  // what kill -9 leaves
  }
  // As if it had come before the manifest named the tables of what the log holds.
  std::size_t more = 0;
  for (const auto& table : files_ending(how.directory, ".sst"))
    if (!fs::exists(copy.directory / table.filename())) {
      fs::copy_file(table, copy.directory / table.filename());
      ++more;
    }
  ASSERT_EQ(more, 2U);
  // And one of them was not all written.
  const auto half = copy.directory / "000090.sst";
  fs::copy_file(files_ending(how.directory, ".sst").back(), half);
  fs::resize_file(half, fs::file_size(half) / 2);
  expect_all_events(copy);
  EXPECT_FALSE(fs::exists(half)) << "tidied away";
}

TEST_F(manifest_at_rest, need_not_name_the_table_of_a_property_that_was_removed) {
  write_until(20);
  std::map<fs::path, std::uintmax_t> before = sizes_in(how.directory);
  ASSERT_TRUE(open(how)->set_properties({{"schema/a", "b"}}).ok());
  std::vector<fs::path> tables;
  for (const auto& table : files_ending(how.directory, ".sst"))
    if (!before.contains(table)) tables.push_back(table);
  ASSERT_EQ(tables.size(), 1U);
  fs::create_directory(copy.directory);
  fs::copy_file(tables[0], copy.directory / "kept");
  ASSERT_TRUE(open(how)->remove_contracts({"a"}).ok());
  // The input of a compaction, whose removal a power cut took back.
  fs::copy_file(copy.directory / "kept", how.directory / "000090.sst");
  expect_all_events(how);
}

TEST_F(manifest_at_rest, that_is_empty_beside_a_log_with_events_is_damage) {
  const auto tested = open(how);
  fill.fill(*tested, 20);
  copy_files(how.directory, copy.directory);
  fs::resize_file(manifest_of(copy.directory), 0);
  copy.read_only = true;
  const auto found = open_rocksdb_journal(copy);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().code, errc::damaged);
  EXPECT_THAT(found.error().detail, HasSubstr("the write-ahead log has events"));
  copy.read_only = false;
  EXPECT_EQ(open_rocksdb_journal(copy).error().code, errc::damaged);
}

/// CURRENT, which names the manifest, of a journal at rest.
class current_at_rest : public manifest_at_rest {
protected:
  void harm(const std::function<void(const fs::path& current)>& inflict) {
    write_until(20);
    copy_files(how.directory, copy.directory);
    inflict(copy.directory / "CURRENT");
  }
  [[nodiscard]] std::string named() const { return manifest_of(how.directory).filename().string(); }
};

TEST_F(current_at_rest, that_is_harmed_is_told_with_the_command_that_brings_it_back) {
  write_until(10);
  const auto name = named();
  for (const auto& text : {std::string{}, name, name + "\r\n", name + "\n\n", " " + name + "\n",
                           name.substr(0, 4), name + " \n", std::string{"MANIFEST-\n"}}) {
    harm([&](const auto& current) { std::ofstream{current} << text; });
    const auto command = "`printf '" + named() + "\\n' > " + (copy.directory / "CURRENT").string();
    expect_refused(command);
  }
  harm([](const auto& current) { fs::remove(current); });
  expect_refused("and CURRENT is missing. One manifest is there");
  harm([](const auto& current) {
    fs::remove(current);
    fs::create_directory(current);
  });
  expect_refused("CURRENT is no file");
  fs::remove(copy.directory / "CURRENT");
  std::ofstream{copy.directory / "CURRENT"} << named() << '\n';
  expect_all_events(copy);
}

TEST_F(current_at_rest, is_not_guessed_where_more_than_one_manifest_is_there_or_none) {
  harm([&](const auto& current) {
    std::ofstream{current} << "";
    fs::copy_file(manifest_of(how.directory), current.parent_path() / "MANIFEST-000099");
  });
  expect_refused("it is not the name of a manifest and a newline; bring it and the manifest back");
  harm([](const auto& current) { fs::remove(manifest_of(current.parent_path())); });
  expect_refused("which is not there; bring it and the manifest back, or start from a backup");
}

/// What somebody does to the manifest of a journal that is written.
struct manifest_harm {
  const char* name;
  std::function<void(const fs::path& journal)> inflict;
  bool put_back;  ///< The journal undoes it.
};

const manifest_harm manifest_harms[] = {
    {"removed", [](const auto& journal) { fs::remove(manifest_of(journal)); }, true},
    {"renamed",
     [](const auto& journal) {
       fs::rename(manifest_of(journal), manifest_of(journal).string() + ".1");
     },
     true},
    {"not_named",
     [](const auto& journal) { std::ofstream{journal / "CURRENT"} << "MANIFEST-000099\n"; }, true},
    {"named_without_a_newline",
     [](const auto& journal) {
       fs::resize_file(journal / "CURRENT", fs::file_size(journal / "CURRENT") - 1);
     },
     true},
    {"named_with_a_byte_behind_it",
     [](const auto& journal) {
       std::ofstream{journal / "CURRENT", std::ios::app} << '\n';
     },
     true},
    {"not_named_and_removed",
     [](const auto& journal) {
       fs::remove(manifest_of(journal));
       std::ofstream{journal / "CURRENT"} << "";
     },
     true},
    {"appended_to",
     [](const auto& journal) {
       std::ofstream{manifest_of(journal), std::ios::app} << std::string(1'000, 'x');
     },
     true},
    {"emptied", [](const auto& journal) { fs::resize_file(manifest_of(journal), 0); }, false},
    {"replaced",
     [](const auto& journal) {
       const auto manifest = manifest_of(journal).string();
       fs::copy_file(manifest, manifest + ".copy");
       fs::rename(manifest + ".copy", manifest);
     },
     false},
};

class harmed_manifest : public ::testing::TestWithParam<manifest_harm> {
protected:
  void expect_what_was_answered(const rocksdb_options& left) {
    const auto found = open_rocksdb_journal(left);
    if (!GetParam().put_back && !found) return;
    ASSERT_TRUE(found.ok()) << found.error().detail;
    const auto events = expect_consistent(**found);
    ASSERT_GE(events.size(), answered.size());
    EXPECT_LE(events.size(), answered.size() + 1) << "the unknown one may be there";
    EXPECT_TRUE(std::equal(answered.begin(), answered.end(), events.begin()));
  }
  [[nodiscard]] std::string what_came_of_it() const {
    return GetParam().put_back ? "it was put back" : "does not open";
  }

  temporary_directory directory;
  rocksdb_options how = no_runs(directory.path() / "journal");
  rocksdb_options copy = no_runs(directory.path() / "copy");
  filler fill;
  std::vector<recorded_event> answered;
};

TEST_P(harmed_manifest, is_noticed_before_the_next_answer) {
  {
    const auto tested = open(how);
    fill.fill(*tested, 20);
    answered = read_all(*tested)->events;
    GetParam().inflict(how.directory);
    EXPECT_EQ(append_one(*tested, make_append("late", 0)), unknown);
    EXPECT_THAT(tested->read_only_reason(), HasSubstr(what_came_of_it()));
    EXPECT_EQ(append_one(*tested, make_append("later", 0)), read_only);
    EXPECT_EQ(read_all(*tested)->events, answered) << "reads go on";
    copy_files(how.directory, copy.directory);  // what kill -9 leaves
  }
  expect_what_was_answered(copy);
  expect_what_was_answered(how);
}

TEST_P(harmed_manifest, is_noticed_while_nobody_writes) {
  const auto tested = open(how);
  fill.fill(*tested, 20);
  answered = read_all(*tested)->events;
  GetParam().inflict(how.directory);
  while (tested->read_only_reason().empty()) std::this_thread::yield();
  EXPECT_THAT(tested->read_only_reason(), HasSubstr(what_came_of_it()));
  copy_files(how.directory, copy.directory);
  expect_what_was_answered(copy);
}

TEST_P(harmed_manifest, is_told_of_when_the_journal_is_closed) {
  heard_notices heard;
  how.tell = heard.handler();
  {
    const auto tested = open(how);
    fill.fill(*tested, 20);
    answered = read_all(*tested)->events;
    GetParam().inflict(how.directory);
  }
  ASSERT_EQ(heard.all().size(), 1U);
  EXPECT_TRUE(heard.all()[0].failed);
  EXPECT_EQ(heard.all()[0].event, "journal_read_only");
  expect_what_was_answered(how);
}

INSTANTIATE_TEST_SUITE_P(, harmed_manifest, ::testing::ValuesIn(manifest_harms),
                         [](const auto& tested) { return tested.param.name; });

class followed_manifest : public ::testing::Test {
protected:
  void begin(const std::string& name) {
    ASSERT_TRUE(
        files.NewWritableFile(directory.path() / name, as_rocksdb, &manifest, nullptr).ok());
    ASSERT_TRUE(manifest->Append("of " + name, {}, nullptr).ok());
  }
  void name(const std::string& name) {
    std::ofstream{directory.path() / "new.dbtmp"} << name << "\n";
    ASSERT_TRUE(
        files.RenameFile(directory.path() / "new.dbtmp", directory.path() / "CURRENT", {}, nullptr)
            .ok());
  }
  void SetUp() override {
    as_rocksdb.use_mmap_writes = false;
    files.guard(directory.path());
    begin("MANIFEST-000001");
    name("MANIFEST-000001");
  }
  temporary_directory directory;
  rocksdb::FileOptions as_rocksdb;
  journal_files files{rocksdb::FileSystem::Default()};
  std::unique_ptr<rocksdb::FSWritableFile> manifest;
};

TEST_F(followed_manifest, may_give_way_to_another_of_RocksDB) {
  EXPECT_TRUE(files.manifest_in_place().ok());
  begin("MANIFEST-000002");
  EXPECT_TRUE(files.manifest_in_place().ok()) << "CURRENT still names the one before";
  name("MANIFEST-000002");
  EXPECT_TRUE(files.manifest_in_place().ok());
  ASSERT_TRUE(files.DeleteFile(directory.path() / "MANIFEST-000001", {}, nullptr).ok());
  EXPECT_TRUE(files.manifest_in_place().ok());
  fs::remove(directory.path() / "MANIFEST-000002");
  EXPECT_THAT(files.manifest_in_place().ToString(), HasSubstr("MANIFEST-000002 was removed"));
}

/// All descriptors of this process are taken for as long as this lives.
class no_descriptors {
public:
  no_descriptors() {
    for (int one = ::open("/dev/null", O_RDONLY); one >= 0; one = ::open("/dev/null", O_RDONLY))
      all_.push_back(one);
  }
  no_descriptors(const no_descriptors&) = delete;
  no_descriptors& operator=(const no_descriptors&) = delete;
  ~no_descriptors() {
    for (const auto one : all_) ::close(one);
  }

private:
  std::vector<int> all_;
};

TEST_F(followed_manifest, is_not_lost_because_nobody_can_look_for_want_of_descriptors) {
  {
    const no_descriptors while_this_lives;
    EXPECT_TRUE(files.manifest_in_place().ok());
  }
  std::ofstream{directory.path() / "CURRENT"} << "MANIFEST-000007\n";
  {
    const no_descriptors while_this_lives;
    EXPECT_FALSE(files.rescue_manifest().ok()) << "what is there now cannot be seen";
  }
  EXPECT_THAT(files.manifest_in_place().ToString(), HasSubstr("does not name"));
}

TEST_F(followed_manifest, is_put_back_with_all_that_was_written_and_no_table_is_deleted_then) {
  fs::remove(directory.path() / "MANIFEST-000001");
  ASSERT_TRUE(manifest->Append(", and more", {}, nullptr).ok());
  const auto table = directory.path() / "000001.sst";
  std::ofstream{table} << "events";
  ASSERT_TRUE(files.rescue_manifest().ok());
  std::string text;
  std::getline(std::ifstream{directory.path() / "MANIFEST-000001"}, text);
  EXPECT_EQ(text, "of MANIFEST-000001, and more");
  ASSERT_TRUE(files.DeleteFile(table, {}, nullptr).ok());
  EXPECT_TRUE(fs::exists(table));
}

TEST_F(followed_manifest, is_not_put_back_where_somebody_put_another_journal) {
  begin("MANIFEST-000002");  // theirs
  std::ofstream{directory.path() / "CURRENT"} << "MANIFEST-000002\n";
  EXPECT_THAT(files.manifest_in_place().ToString(), HasSubstr("does not name MANIFEST-000001"));
  EXPECT_FALSE(files.rescue_manifest().ok());
  std::string text;
  std::getline(std::ifstream{directory.path() / "CURRENT"}, text);
  EXPECT_EQ(text, "MANIFEST-000002");
}

}  // namespace
}  // namespace acta
