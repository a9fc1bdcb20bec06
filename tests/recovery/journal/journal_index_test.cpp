// An index by stream that is made too slowly: what waits for it, and what does not.
#include <gmock/gmock.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <condition_variable>
#include <future>
#include <thread>

#include "tests/support/journal_files.hpp"

namespace acta {

using namespace internal;
namespace {

using namespace testing;
using namespace std::chrono_literals;
using enum append_status;

/// Keeps the indexer waiting for its first file.
class held_runs final : public rocksdb::FileSystemWrapper {
public:
  held_runs() : FileSystemWrapper{rocksdb::FileSystem::Default()} {}
  const char* Name() const override { return "acta.held_runs"; }

  /// From now on its files are made, or cannot be.
  void release(rocksdb::IOStatus with = rocksdb::IOStatus::OK()) {
    {
      const std::lock_guard lock{mutex_};
      held_ = false;
      status_ = std::move(with);
    }
    changed_.notify_all();
  }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& how,
                                    std::unique_ptr<rocksdb::FSWritableFile>* made,
                                    rocksdb::IODebugContext* why) override {
    if (path.find("run-") != std::string::npos) {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, [this] { return !held_; });
      if (!status_.ok()) return status_;
    }
    return target()->NewWritableFile(path, how, made, why);
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = true;
  rocksdb::IOStatus status_;
};

/// One run of 4 events may wait. Four are written, and the fifth waits for the index.
class journal_index_test : public ::testing::Test {
protected:
  ~journal_index_test() override { files->release(); }
  void SetUp() override {
    how.environment = environment.get();
    how.most_unindexed_runs = 1;
    how.tell = [this](const notice& told) {
      if (told.event == "journal_index_lags" && notices++ == 0) told_of_lag.set_value();
    };
    tested = open(how);
    for (std::uint64_t version = 0; version < 4; ++version)
      ASSERT_EQ(append_one(*tested, make_append("a", version)), stored);
    tested->append({make_append("a", 4)},
                   [this](const auto& results) { fifth.set_value(results.at(0).status); });
    ASSERT_EQ(told_of_lag.get_future().wait_for(30s), std::future_status::ready)
        << "the writer says that it waits";
  }

  temporary_directory directory;
  std::shared_ptr<held_runs> files = std::make_shared<held_runs>();
  std::unique_ptr<rocksdb::Env> environment = rocksdb::NewCompositeEnv(files);
  rocksdb_options how = small_runs(directory.path() / "journal");
  std::atomic<int> notices{0};
  std::promise<void> told_of_lag;
  std::promise<append_status> fifth;
  std::unique_ptr<embedded_journal> tested;
};

TEST_F(journal_index_test,
       that_is_late_keeps_writes_waiting_and_no_reads_and_its_tail_has_a_bound) {
  EXPECT_EQ(tested->last(embedded_partition).offset, 4U);
  EXPECT_EQ(read_all(*tested)->events.size(), 4U);
  EXPECT_EQ(read_stream(*tested, "a")->events.size(), 4U);
  EXPECT_EQ(tested->lag().events, 4U);
  files->release();
  EXPECT_EQ(fifth.get_future().get(), stored) << "nothing failed";
  for (std::uint64_t version = 5; version < 40; ++version) {
    ASSERT_EQ(append_one(*tested, make_append("a", version)), stored);
    EXPECT_LE(tested->lag().events, 4U);
  }
  EXPECT_GT(tested->lag().waited, 0ns);
  EXPECT_EQ(notices, 1) << "once";
  tested.reset();
  EXPECT_EQ(*verify_rocksdb_journal(reading(how)), 40U);
}

TEST_F(journal_index_test, does_not_keep_a_writer_from_its_end) {
  std::thread closing{[this] { tested.reset(); }};
  EXPECT_EQ(fifth.get_future().get(), stored) << "before the index is made";
  files->release();
  closing.join();
  EXPECT_EQ(*verify_rocksdb_journal(reading(how)), 5U);
}

TEST_F(journal_index_test, that_fails_lets_go_of_the_writer_which_stores_nothing_more) {
  files->release(rocksdb::IOStatus::IOError("told to fail"));
  EXPECT_EQ(fifth.get_future().get(), read_only);
  EXPECT_EQ(read_all(*tested)->events.size(), 4U);
  EXPECT_EQ(notices, 1);
}

}  // namespace
}  // namespace acta
