// An embedded journal with small index runs, what must hold of it, and ways to hurt its files.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <map>
#include <mutex>
#include <optional>

#include "runtime/journal/rocksdb_journal.hpp"
#include "tests/support/journal_calls.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

using namespace internal;

inline rocksdb_options small_runs(const std::filesystem::path& directory) {
  rocksdb_options how;
  how.directory = directory;
  how.index_run_events = 4;
  // Runs as small as these are always late: that slows the tests, and is told of.
  how.most_unindexed_runs = 1'000'000;
  return how;
}

inline rocksdb_options no_runs(const std::filesystem::path& directory) {
  auto how = small_runs(directory);
  how.index_run_events = 1'000'000;
  return how;
}

inline rocksdb_options reading(rocksdb_options how) {
  how.read_only = true;
  return how;
}

/// Opens, or fails the test.
inline std::unique_ptr<embedded_journal> open(const rocksdb_options& how) {
  auto opened = open_rocksdb_journal(how);
  if (opened) return *std::move(opened);
  ADD_FAILURE() << opened.error().detail;
  throw std::runtime_error{opened.error().detail};
}

/// Expects that the journal opens neither to read nor to write, as damaged, and that the error
/// contains each of these texts.
inline void expect_damaged(rocksdb_options of, std::initializer_list<std::string> because) {
  for (const bool read_only : {true, false}) {
    of.read_only = read_only;
    const auto found = open_rocksdb_journal(of);
    ASSERT_FALSE(found.ok());
    EXPECT_EQ(found.error().code, errc::damaged) << found.error().detail;
    for (const auto& text : because)
      EXPECT_NE(found.error().detail.find(text), std::string::npos) << found.error().detail;
  }
}

/// Appends commands of 1, 2, 3, 1, ... events to the streams 0 to 6 in turn, until there are
/// `events` or a few more. `versions` is what each stream has.
class filler {
public:
  void fill(journal& to, std::uint64_t events) {
    while (to.last(embedded_partition).offset < events) {
      const auto s = turn_ % 7;
      const auto count = 1 + turn_ % 3;
      ++turn_;
      ASSERT_EQ(append_one(to, make_append(std::to_string(s), versions[s], count)),
                append_status::stored);
      versions[s] += count;
    }
  }
  std::map<std::uint64_t, std::uint64_t> versions;

private:
  std::uint64_t turn_ = 0;
};

/// All events by position; what each stream has must be the same events, without a gap.
inline std::vector<recorded_event> expect_consistent(journal& tested) {
  const auto log = read_all(tested);
  EXPECT_TRUE(log.ok()) << log.error().detail;
  if (!log) return {};
  EXPECT_TRUE(log->complete);
  EXPECT_EQ(log->events.size(), tested.last(embedded_partition).offset);
  std::map<std::string, std::vector<recorded_event>> streams;
  for (std::size_t i = 0; i < log->events.size(); ++i) {
    const auto& event = log->events[i];
    auto& stream = streams[std::string{event.stream.id()}];
    stream.push_back(event);
    EXPECT_EQ(event.position, (position{embedded_partition, i + 1}));
    EXPECT_EQ(event.version.value, stream.size());
  }
  for (const auto& [id, events] : streams) {
    const auto page = read_stream(tested, id);
    EXPECT_TRUE(page.ok()) << page.error().detail;
    if (page) {
      EXPECT_TRUE(page->complete);
      EXPECT_EQ(page->events, events) << id;
    }
  }
  return log->events;
}

/// The files whose names end so, in the order of their names.
inline std::vector<std::filesystem::path> files_ending(const std::filesystem::path& directory,
                                                       const std::string& end) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator{directory})
    if (entry.path().filename().string().ends_with(end)) found.push_back(entry.path());
  std::sort(found.begin(), found.end());
  return found;
}

/// The newest write-ahead log of a journal, which must have one.
inline std::filesystem::path newest_log(const std::filesystem::path& journal) {
  return files_ending(journal, ".log").back();
}

inline std::map<std::filesystem::path, std::uintmax_t> sizes_in(
    const std::filesystem::path& directory) {
  std::map<std::filesystem::path, std::uintmax_t> sizes;
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator{directory})
    sizes.emplace(entry.path(), entry.file_size(gone));
  return sizes;
}

/// What a journal says unasked.
class heard_notices {
public:
  notice_handler handler() {
    return [this](const notice& told) {
      const std::lock_guard lock{mutex_};
      all_.push_back(told);
    };
  }
  [[nodiscard]] std::vector<notice> all() const {
    const std::lock_guard lock{mutex_};
    return all_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<notice> all_;
};

/// What a crash leaves of a journal that is open and gets no appends. RocksDB may still tidy up;
/// the copy is of a moment at which it did not.
inline void copy_files(const std::filesystem::path& from, const std::filesystem::path& to) {
  for (int tries = 0; tries < 1'000; ++tries) {
    const auto before = sizes_in(from);
    std::filesystem::remove_all(to);
    std::error_code changed;
    std::filesystem::copy(from, to, changed);
    if (!changed && sizes_in(from) == before) return;
  }
  FAIL() << from << " does not come to rest";
}

/// Flips one bit of a byte. Never its highest: RocksDB looks at one such bit in each table before
/// it checks the sum, and Debian's build of it ends the program if the bit is set.
inline void flip_bit(const std::filesystem::path& file, std::uint64_t at,
                     std::optional<unsigned> which = {}) {
  std::fstream bytes{file, std::ios::in | std::ios::out | std::ios::binary};
  bytes.seekg(static_cast<std::streamoff>(at));
  const auto old = static_cast<char>(bytes.get());
  bytes.seekp(static_cast<std::streamoff>(at));
  bytes.put(static_cast<char>(old ^ 1 << which.value_or(at % 7)));
}

}  // namespace acta::testing
