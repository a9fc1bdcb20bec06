// The files of the embedded journal: two copies of every event, by position and by stream. No
// threads of its own; see rocksdb_journal.cpp for who calls what.
#pragma once

#include <rocksdb/db.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/write_batch.h>

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>

#include "runtime/journal/identity_file.hpp"
#include "runtime/journal/journal_directory.hpp"
#include "runtime/journal/locked_directory.hpp"
#include "runtime/journal/rocksdb_files.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/journal/stream_tail.hpp"

namespace acta::internal {

class rocksdb_store {
public:
  static result<std::unique_ptr<rocksdb_store>> open(const rocksdb_options& how);
  ~rocksdb_store();

  /// What is written with one sync. Properties that come with events are written with them, all or
  /// nothing.
  class batch {
  public:
    /// An event's record, by its position.
    void add(std::uint64_t offset, std::string_view record);
    void add_property(const std::string& name, const std::string& value);
    /// A snapshot, in place of the one before.
    void keep(const stream_id& stream, const snapshot& what);
    void clear();

  private:
    friend class rocksdb_store;
    rocksdb_store* store_ = nullptr;
    rocksdb::WriteBatch writes_;
  };
  [[nodiscard]] batch make_batch();
  /// Writes and syncs. Should a write-ahead log not be there any more as it was written, what
  /// memory holds is moved into tables before this fails.
  result<void> write(batch& writes);

  /// Reads up to `most` events from offset `from` to `until`, both included.
  [[nodiscard]] result<event_page> read_log(std::uint64_t from, std::uint64_t until,
                                            std::size_t most) const;
  [[nodiscard]] result<event_page> read_stream(const stream_id& stream, version from,
                                               std::size_t most) const;
  /// Reads a stream from its newest snapshot on, or without one from the first event.
  [[nodiscard]] result<event_page> read_from_snapshot(const stream_id& stream,
                                                      std::size_t most) const;
  /// The newest durable version of a stream.
  [[nodiscard]] result<version> version_of(const stream_id& stream) const;

  /// Indexes the oldest full segment of the tail. False: there is none.
  result<bool> index_next_run();
  [[nodiscard]] stream_tail& tail() { return tail_; }
  [[nodiscard]] const stream_tail& tail() const { return tail_; }
  /// The newest event's offset when the journal was opened.
  [[nodiscard]] std::uint64_t last_at_open() const { return last_at_open_; }
  [[nodiscard]] const journal_identity& identity() const { return identity_; }

  [[nodiscard]] result<std::map<std::string, std::string>> properties() const;
  result<void> set_properties(const std::map<std::string, std::string>& changed);
  result<void> remove_properties(const std::vector<std::string>& names);

  /// Calls `tell` when work in the background fails, now if it has already. Any thread.
  void on_failure(std::function<void(std::string)> tell) { failures_.listen(std::move(tell)); }

  /// What the syncs of its write-ahead logs have taken so far.
  [[nodiscard]] std::chrono::nanoseconds log_syncs() const { return files_->log_syncs(); }
  /// Fails (storage) if a write-ahead log in use is not as it was written; what it held is moved
  /// into tables then. Fails too if the manifest is not, or CURRENT does not name it; where that
  /// can be undone, it is. After each sync, and now and then while nobody writes.
  result<void> look_at_files();
  /// As above, for the manifest and CURRENT only.
  result<void> look_at_manifest();
  /// Moves what is only in the write-ahead log into tables, before a clean stop: nothing but the
  /// log knows how long the log was, so one that lost its end at rest looks like one that a crash
  /// cut.
  result<void> settle();

  /// See write_backup(); the copy is opened before it is called good.
  result<void> backup(const std::filesystem::path& directory, const backup_options& how) const;

  /// Compares both copies of every event, and looks at every snapshot; returns how many events
  /// there are.
  [[nodiscard]] result<std::uint64_t> verify() const;
  [[nodiscard]] result<void> for_each_snapshot(
      const std::function<result<void>(const stream_id&, const snapshot&)>& visit) const;

private:
  explicit rocksdb_store(const rocksdb_options& how);
  static result<std::unique_ptr<rocksdb_store>> open_once(const rocksdb_options& how);
  result<void> open_database();
  /// Reads the format and which journal this is.
  result<void> check_format();
  /// Makes sure that the journal has an identity and, if it is a copy, a history of its own; and
  /// writes down what is not written yet.
  result<void> begin_history();
  result<void> check_identity();
  /// Fails (damaged) if a log is of a history that the tables do not know.
  [[nodiscard]] result<void> check_history_of_logs() const;
  /// Fails (damaged) if a log has whole writes that RocksDB left out.
  [[nodiscard]] result<void> check_logs_were_read() const;
  [[nodiscard]] result<void> check_log_follows_tables() const;
  result<void> remove_old_logs();
  /// Writes and syncs what begins with the log's header, and does not fail before the promise that
  /// it is kept holds.
  result<void> write(rocksdb::WriteBatch& writes);
  result<void> check_after_sync();
  result<void> look_at_logs();
  [[nodiscard]] error not_begun() const;
  [[nodiscard]] bool is_empty() const;
  result<void> remove_unfinished_runs();
  result<void> load_tail();
  class tail_check;
  result<void> read_index(const stream_id& stream, version from, version before, std::size_t most,
                          event_page& page) const;
  result<void> read_tail(std::span<const std::uint64_t> positions, std::size_t most,
                         event_page& page) const;
  [[nodiscard]] result<std::uint64_t> indexed_up_to() const;
  [[nodiscard]] std::unique_ptr<rocksdb::Iterator> index_iterator() const;
  /// The newest version of a stream in the index; 0: it is not there.
  [[nodiscard]] result<version> indexed_version(rocksdb::Iterator& at,
                                                const stream_id& stream) const;
  [[nodiscard]] result<void> verify_index() const;
  /// The records of events that follow one another, in blocks that need not grow.
  struct log_part {
    void add(std::string_view record);
    std::uint64_t first = 0;
    std::vector<std::string_view> records;
    std::deque<std::string> blocks;
  };
  result<log_part> collect(stream_tail::range run) const;
  result<void> ingest(const log_part& part, std::uint64_t up_to);

  /// Keeps the first failure until somebody listens: it may come while the journal is opened.
  class failure_box {
  public:
    void tell(std::string why) {
      const std::lock_guard lock{mutex_};
      if (first_.empty()) first_ = std::move(why);
      if (listener_) listener_(first_);
    }
    void listen(std::function<void(std::string)> listener) {
      const std::lock_guard lock{mutex_};
      listener_ = std::move(listener);
      if (listener_ && !first_.empty()) listener_(first_);
    }

  private:
    std::mutex mutex_;
    std::string first_;
    std::function<void(std::string)> listener_;
  };

  rocksdb_options how_;
  std::optional<locked_directory> lock_;  // of a writer
  failure_box failures_;                  // outlives the database, whose threads tell it
  std::shared_ptr<journal_files> files_;
  std::unique_ptr<rocksdb::Env> environment_;
  std::unique_ptr<rocksdb::DB> database_;
  rocksdb::ColumnFamilyHandle* properties_family_ = nullptr;
  rocksdb::ColumnFamilyHandle* log_ = nullptr;
  rocksdb::ColumnFamilyHandle* streams_ = nullptr;
  rocksdb::ColumnFamilyHandle* snapshots_ = nullptr;  // null: a reader of a journal without them
  rocksdb::ColumnFamilyOptions streams_options_;
  stream_tail tail_;
  std::uint64_t last_at_open_ = 0;
  std::uint64_t runs_written_ = 0;
  std::optional<identity_file> file_;  // as it was found
  log_findings logs_found_;
  bool has_format_ = false;
  journal_identity identity_;
  std::string log_header_;  // what every write begins with
};

}  // namespace acta::internal
