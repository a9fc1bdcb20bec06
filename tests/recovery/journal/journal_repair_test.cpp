// The last write of a journal, half there: dropped when somebody says so, and no other.
#include <gmock/gmock.h>

#include "runtime/journal/log_fragments.hpp"
#include "runtime/journal/repair.hpp"
#include "tests/support/faulty_file_system.hpp"
#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;
using namespace testing;
using enum append_status;

append_request large_append(const std::string& id, std::uint64_t expected, std::size_t events) {
  auto made = make_append(id, expected, events);
  std::uint64_t random = expected + 1;
  for (std::size_t i = 0; i < events; ++i) {
    auto& event = made.events[i];
    event.payload.resize(i % 2 == 0 ? 6'000 : 1);
    for (auto& byte : event.payload)
      byte = static_cast<std::byte>((random = random * 6364136223846793005U + 1) >> 56);
  }
  return made;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

class journal_repair : public ::testing::Test {
protected:
  void expect_refusal(const std::string& because) {
    const auto before = bytes_of(copy.directory / log);
    const auto found = find_unfinished_write(copy.directory);
    ASSERT_FALSE(found.ok());
    EXPECT_THAT(found.error().detail, HasSubstr(because));
    const auto dropped = drop_unfinished_write(copy.directory);
    ASSERT_FALSE(dropped.ok());
    EXPECT_EQ(dropped.error().detail, found.error().detail);
    EXPECT_EQ(bytes_of(copy.directory / log), before);
    EXPECT_FALSE(std::filesystem::exists(copy.directory / "repaired-1"));
  }
  /// The journal is open and has answered for some writes; its log, and where each of them begins.
  void write_some() {
    tested = open(how);
    fill.fill(*tested, 9);
    log = newest_log(how.directory).filename();
    for (std::uint64_t i = 0; i < 3; ++i) {
      begins.push_back(std::filesystem::file_size(how.directory / log));
      ASSERT_EQ(append_one(*tested, large_append("large", i * 25, 25)), stored);
    }
    copy_files(how.directory, copy.directory);
  }

  temporary_directory directory;
  rocksdb_options how = no_runs(directory.path() / "journal");
  rocksdb_options copy = no_runs(directory.path() / "copy");
  filler fill;
  std::unique_ptr<embedded_journal> tested;
  std::filesystem::path log;
  std::vector<std::uint64_t> begins;
};

TEST_F(journal_repair, opens_what_a_power_cut_left_with_all_that_was_answered) {
  const auto root = directory.path() / "root";
  std::filesystem::create_directory(root);
  const auto files = std::make_shared<faulty_file_system>(root);
  const auto environment = rocksdb::NewCompositeEnv(files);
  how = no_runs(root / "journal");
  how.environment = environment.get();
  tested = open(how);
  fill.fill(*tested, 9);
  ASSERT_EQ(append_one(*tested, large_append("large", 0, 25)), stored);
  const auto answered = read_all(*tested)->events;
  const auto number = tested->identity().current();
  files->fail_on(file_operation::sync, ".log", fault::power_cut);
  ASSERT_EQ(append_one(*tested, large_append("large", 25, 25)), unknown);
  std::size_t refused = 0;
  std::size_t readable = 0;
  for (std::uint64_t seed = 0; seed < 16; ++seed) {
    files->write_survivors(directory.path() / "after", survival::scattered, seed);
    const auto left = no_runs(directory.path() / "after" / "journal");
    const auto opened = open_rocksdb_journal(reading(left));
    if (opened) continue;  // the first sector is gone, and with it all that RocksDB looks at
    ++refused;
    EXPECT_THAT(opened.error().detail, HasSubstr("`repair --dry-run`"));
    const auto found = find_unfinished_write(left.directory);
    ASSERT_TRUE(found.ok()) << found.error().detail;
    readable += found->readable.size();
    const auto before = bytes_of(found->log);
    const auto kept = drop_unfinished_write(left.directory);
    ASSERT_TRUE(kept.ok()) << kept.error().detail;
    EXPECT_EQ(bytes_of(*kept / found->log.filename()), before);
    const auto repaired = open(left);
    ASSERT_EQ(expect_consistent(*repaired), answered) << seed;
    EXPECT_NE(repaired->identity().current(), number);
    EXPECT_EQ(append_one(*repaired, make_append("after", 0)), stored);
  }
  EXPECT_GT(refused, 4U);
  EXPECT_GT(readable, 0U);
}

TEST_F(journal_repair, drops_the_last_write_alone_and_says_what_can_be_read_of_it) {
  write_some();
  const auto before = read_all(*tested)->events;
  flip_bit(copy.directory / log, begins.back() + 7 + 200);  // within its first event
  ASSERT_FALSE(open_rocksdb_journal(reading(copy)).ok());
  const auto found = find_unfinished_write(copy.directory);
  ASSERT_TRUE(found.ok()) << found.error().detail;
  EXPECT_EQ(found->log, copy.directory / log);
  EXPECT_EQ(found->begin, begins.back());
  EXPECT_EQ(found->end, std::filesystem::file_size(copy.directory / log));
  const auto& left = found->readable;
  ASSERT_EQ(left.size(), 24U);
  EXPECT_TRUE(std::equal(left.begin(), left.end(), before.end() - 24));
  ASSERT_TRUE(drop_unfinished_write(copy.directory).ok());
  EXPECT_EQ(expect_consistent(*open(copy)).size(), before.size() - 25);
}

TEST_F(journal_repair, takes_off_what_was_appended_of_the_log_itself) {
  write_some();
  const auto before = read_all(*tested)->events;
  const auto all = bytes_of(how.directory / log);
  std::size_t refused = 0;
  for (const std::size_t size : {100UL, 116UL, 300UL, begins[1] + 3, begins[2] + 40, all.size()}) {
    copy_files(how.directory, copy.directory);
    std::ofstream{copy.directory / log, std::ios::app | std::ios::binary} << all.substr(0, size);
    if (auto opened = open_rocksdb_journal(reading(copy))) {
      EXPECT_EQ(expect_consistent(**opened), before) << size << ": no write of it is whole";
      continue;
    }
    ++refused;
    EXPECT_THAT(open_rocksdb_journal(copy).error().detail, HasSubstr("appended")) << size;
    const auto found = find_unfinished_write(copy.directory);
    ASSERT_TRUE(found.ok()) << size << ": " << found.error().detail;
    EXPECT_EQ(found->begin, all.size()) << size;
    const auto dropped = drop_unfinished_write(copy.directory);
    ASSERT_TRUE(dropped.ok()) << size << ": " << dropped.error().detail;
    EXPECT_EQ(expect_consistent(*open(copy)), before) << size;
  }
  EXPECT_GE(refused, 5U);
}

TEST_F(journal_repair, refuses_where_a_later_write_proves_that_the_damaged_one_was_synced) {
  write_some();
  for (const auto at : {begins[1] + 3, begins[1] + 5, begins[1] + 7 + 40, begins[1] + 40'000}) {
    copy_files(how.directory, copy.directory);
    flip_bit(copy.directory / log, at);
    expect_refusal("another begins");
  }
}

TEST_F(journal_repair, refuses_where_a_later_write_is_not_whole_either) {
  write_some();
  const auto small = tested->last(embedded_partition).offset;
  for (std::uint64_t i = 0; i < 3; ++i) {
    begins.push_back(std::filesystem::file_size(how.directory / log));
    ASSERT_EQ(append_one(*tested, make_append("small", i)), stored);
  }
  ASSERT_EQ(tested->last(embedded_partition).offset, small + 3);
  const auto end = std::filesystem::file_size(how.directory / log);
  for (const std::size_t second_last : {1U, 4U}) {  // a large write, a small one
    const auto last = begins[second_last + 1];
    const auto end_of_last = second_last + 2 < begins.size() ? begins[second_last + 2] : end;
    // The content of the one, or its length.
    for (const auto first_harm : {begins[second_last] + 60, begins[second_last] + 5})
      for (const auto left : {(last + end_of_last) / 2, end_of_last - 1, end_of_last}) {
        copy_files(how.directory, copy.directory);
        std::filesystem::resize_file(copy.directory / log, left);
        flip_bit(copy.directory / log, first_harm);
        if (left == end_of_last) flip_bit(copy.directory / log, (last + end_of_last) / 2);
        expect_refusal("another begins");
        EXPECT_FALSE(open_rocksdb_journal(copy).ok());
      }
  }
}

TEST_F(journal_repair, finds_the_header_of_a_write_that_two_blocks_share) {
  tested = open(how);
  fill.fill(*tested, 9);
  log = newest_log(how.directory).filename();
  const auto size = [&] { return std::filesystem::file_size(how.directory / log); };
  // So that 30 bytes of a block are left, of which a header takes 7: the next write needs two.
  const auto begin = size();
  auto filling = make_append("filling", 0);
  filling.events[0].payload.resize(100);
  ASSERT_EQ(append_one(*tested, filling), stored);
  const auto beside_payload = size() - begin - 100;
  const auto left = log_format::block_bytes - size() % log_format::block_bytes;
  auto exact = make_append("exact", 0);
  exact.events[0].payload.resize(left - beside_payload - 30);
  ASSERT_EQ(append_one(*tested, exact), stored);
  const auto last = size();
  const auto in_block = log_format::block_bytes - last % log_format::block_bytes;
  ASSERT_GT(in_block, log_format::header_bytes);
  ASSERT_LT(in_block, log_format::header_bytes + 39U);
  ASSERT_EQ(append_one(*tested, make_append("last", 0)), stored);
  copy_files(how.directory, copy.directory);
  flip_bit(copy.directory / log, last - 10);
  std::filesystem::resize_file(copy.directory / log, size() - 1);
  flip_bit(copy.directory / log, last + 1);  // not even its first fragment checks
  expect_refusal("another begins");
}

TEST_F(journal_repair, refuses_what_is_known_to_have_been_answered) {
  { fill.fill(*open(how), 9); }
  tested = open(how);
  ASSERT_EQ(append_one(*tested, large_append("first in its log", 0, 3)), stored);
  copy_files(how.directory, copy.directory);
  log = newest_log(copy.directory).filename();
  flip_bit(copy.directory / log, 100);
  expect_refusal("WAL says that one of");
}

TEST_F(journal_repair, refuses_where_a_newer_log_was_begun) {
  write_some();
  flip_bit(copy.directory / log, begins.back() + 100);
  std::ofstream{copy.directory / "009999.log"};
  expect_refusal("009999.log was begun after it");
}

TEST_F(journal_repair, has_nothing_to_do_where_every_write_is_whole) {
  write_some();
  expect_refusal("every write is whole");
}

TEST_F(journal_repair, leaves_alone_a_journal_that_is_in_use) {
  write_some();
  EXPECT_THAT(drop_unfinished_write(how.directory).error().detail, HasSubstr("in use"));
}

TEST_F(journal_repair, drops_nothing_where_that_would_not_help) {
  write_some();
  flip_bit(copy.directory / log, begins.back() + 100);
  const auto before = bytes_of(copy.directory / log);
  std::filesystem::remove(copy.directory / "CURRENT");
  const auto refused = drop_unfinished_write(copy.directory);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().detail, HasSubstr("does not open either"));
  EXPECT_EQ(bytes_of(copy.directory / log), before);
}

}  // namespace
}  // namespace acta
