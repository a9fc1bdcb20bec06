// The threads of the embedded journal: one writer, which owns the order of everything, a few
// readers, and an indexer in the background.
#include "runtime/journal/rocksdb_journal.hpp"

#include <thread>
#include <unordered_map>
#include <variant>

#include "actors/base/permits.hpp"
#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/contract_property.hpp"
#include "runtime/journal/history_search.hpp"
#include "runtime/journal/index_backlog.hpp"
#include "runtime/journal/new_contracts.hpp"
#include "runtime/journal/record.hpp"
#include "runtime/journal/rocksdb_store.hpp"
#include "runtime/journal/work_queue.hpp"
#include "runtime/journal/writer_table.hpp"

namespace acta::internal {

namespace {

class rocksdb_journal final : public embedded_journal {
public:
  rocksdb_journal(const rocksdb_options& how, std::unique_ptr<rocksdb_store> store)
      : tell_{how.tell},
        store_{std::move(store)},
        last_{store_->last_at_open()},
        stream_pages_{how.most_pages},
        log_pages_{how.most_pages},
        backlog_{how.index_run_events, how.most_unindexed_runs} {
    backlog_.add(0, store_->tail().full_segments());
    store_->on_failure(
        [this](const std::string& why) { fail("work in the background failed: " + why); });
    if (how.read_only) {
      stop_writing("it was opened read-only");
    } else {
      indexer_ = std::thread{[this] { index(); }};
    }
    writer_ = std::thread{[this] { write(); }};
    for (std::size_t i = 0; i < how.reader_threads; ++i)
      readers_.emplace_back([this] {
        while (auto read = reads_.take_one()) (*read)();
      });
  }

  ~rocksdb_journal() override {
    writes_.close();
    backlog_.release();
    writer_.join();
    closing_ = true;
    reads_.close();
    for (auto& reader : readers_) reader.join();
    backlog_.close();
    if (indexer_.joinable()) indexer_.join();
    // Should it fail, the log still has it all.
    if (read_only_reason().empty()) (void)store_->settle();
    // Without the manifest neither log nor tables would be found.
    if (read_only_reason().empty())
      if (const auto there = store_->look_at_manifest(); !there) fail(there.error().detail);
    store_->on_failure({});
  }

  using journal::append;
  void append(std::vector<append_ptr> batch, append_done done) override {
    writes_.push(append_job{std::move(batch), {}, std::move(done)});
  }
  void recover(partition_id in, const stream_id& stream, writer_id writer, version from,
               std::size_t max_events, read_done done) override {
    if (in != embedded_partition) return done(event_page{});
    writes_.push(recover_job{stream, writer, from, max_events, std::move(done)});
  }
  void leave(partition_id in, const stream_id& stream, writer_id writer) override {
    if (in != embedded_partition) return;
    writes_.push(leave_job{stream, writer});
  }
  void save(partition_id in, const stream_id& stream, snapshot what) override {
    if (in != embedded_partition) return;
    writes_.push(save_job{stream, std::move(what)});
  }
  void find_command(partition_id in, command_search what, search_done done) override {
    auto search = std::make_shared<history_search>(std::move(what));
    if (in != embedded_partition && search->next()) return done(search->take({}).error());
    go_on(std::move(search), std::move(done));
  }
  void read_stream(partition_id in, const stream_id& stream, version from, std::size_t max_events,
                   read_done done) override {
    if (in != embedded_partition) return done(event_page{});
    read_page(stream_pages_, std::move(done), [this, stream, from, max_events] {
      return store_->read_stream(stream, from, max_events);
    });
  }
  void read_all(position from, std::size_t max_events, read_done done) override {
    if (from.partition != embedded_partition) return done(event_page{});
    read_page(log_pages_, std::move(done), [this, from, max_events] {
      return store_->read_log(from.offset, last_.load(), max_events);
    });
  }
  [[nodiscard]] position last(partition_id of) const override {
    return {of, of == embedded_partition ? last_.load() : 0};
  }
  [[nodiscard]] std::string_view system() const override { return "rocksdb"; }
  [[nodiscard]] std::string read_only_reason() const override {
    if (!read_only_.load(std::memory_order_acquire)) return {};
    const std::lock_guard lock{mutex_};
    return read_only_reason_;
  }
  [[nodiscard]] journal_identity identity() const override { return store_->identity(); }
  [[nodiscard]] std::vector<partition_id> partitions() const override {
    return {embedded_partition};
  }
  [[nodiscard]] partition_id partition_of(std::size_t) const override { return embedded_partition; }
  [[nodiscard]] result<std::map<std::string, std::string>> properties() const override {
    auto all = store_->properties();
    return all ? without_contracts(*std::move(all)) : all;
  }
  result<void> set_properties(const std::map<std::string, std::string>& changed) override {
    return write_properties([&] { return store_->set_properties(changed); });
  }
  [[nodiscard]] result<std::map<std::string, std::string>> contracts() const override {
    const auto all = store_->properties();
    return all ? contracts_among(*all) : all;
  }
  result<void> remove_contracts(const std::vector<std::string>& names) override {
    std::vector<std::string> properties;
    for (const auto& name : names) properties.push_back(contract_property(name));
    return write_properties([&] { return store_->remove_properties(properties); });
  }
  [[nodiscard]] index_lag lag() const override {
    return {store_->tail().events(), backlog_.waited()};
  }
  using embedded_journal::backup;
  result<position> backup(const std::filesystem::path& directory,
                          const backup_options& how) override {
    if (auto why = read_only_reason(); !why.empty()) return error{errc::read_only, std::move(why)};
    const auto certain = last(embedded_partition);
    if (auto done = store_->backup(directory, how); !done) return done.error();
    return certain;
  }

private:
  struct append_job {
    std::vector<append_ptr> batch;
    append_results results;
    append_done done;
  };
  struct recover_job {
    stream_id stream;
    writer_id writer;
    version from;
    std::size_t max_events;
    read_done done;
  };
  struct leave_job {
    stream_id stream;
    writer_id writer;
  };
  struct save_job {
    stream_id stream;
    snapshot what;
  };
  using job = std::variant<append_job, recover_job, leave_job, save_job>;

  /// Behind the pages that were asked for before, unless they are too many.
  template <class Read>
  void read_page(permits& of, read_done done, Read read) {
    auto permit = of.take();
    if (!permit)
      return done(error{errc::overloaded, "too many pages of the journal are being read at once"});
    reads_.push([permit = std::move(permit), done = std::move(done), read = std::move(read)] {
      done(read());
    });
  }

  template <class Write>
  result<void> write_properties(Write write) {
    if (auto why = read_only_reason(); !why.empty()) return error{errc::read_only, std::move(why)};
    auto written = write();
    if (!written) fail("a write failed: " + written.error().detail);
    return written;
  }

  /// While nobody writes: a file that is harmed then is lost with the process.
  void look_at_files() {
    if (read_only_.load(std::memory_order_relaxed)) return;
    if (const auto there = store_->look_at_files(); !there) fail(there.error().detail);
  }

  void write() {
    const auto take = [this] {
      return writes_.take_all(look_interval, [this] { look_at_files(); });
    };
    for (auto jobs = take(); !jobs.empty(); jobs = take()) {
      std::vector<append_job> group;
      for (auto& next : jobs) {
        if (auto* appends = std::get_if<append_job>(&next)) {
          group.push_back(std::move(*appends));
          continue;
        }
        // Its events were durable before it came: it goes with whatever is written next.
        if (auto* kept = std::get_if<save_job>(&next)) {
          keep(*kept);
          continue;
        }
        // It was asked after these appends, and sees them settled.
        commit(group);
        if (auto* asked = std::get_if<recover_job>(&next)) recover_now(*asked);
        if (auto* gone = std::get_if<leave_job>(&next)) writers_.leave(gone->stream, gone->writer);
      }
      commit(group);
      if (saved_bytes_ > most_saved_bytes) write_saved();
    }
    write_saved();
  }

  void keep(save_job& kept) {
    if (read_only_.load(std::memory_order_relaxed)) return;
    saved_bytes_ += kept.stream.text().size() + kept.what.state.size() + kept.what.commands.size();
    saved_.insert_or_assign(kept.stream, std::move(kept.what));
  }
  /// Into the next write.
  void add_saved() {
    for (const auto& [stream, what] : saved_) writes_to_store_.keep(stream, what);
    saved_.clear();
    saved_bytes_ = 0;
  }
  /// With a sync, as every write: so only the last one can be torn by a crash.
  void write_saved() {
    if (saved_.empty() || read_only_.load(std::memory_order_relaxed)) return;
    writes_to_store_.clear();
    add_saved();
    if (auto saved = store_->write(writes_to_store_); !saved)
      fail("a write failed: " + saved.error().detail);
  }

  /// Waits while the index is too far behind. Before what is written is checked: meanwhile the
  /// journal may become read-only.
  void keep_pace() {
    if (!backlog_.behind()) return;
    if (!std::exchange(told_of_lag_, true) && tell_)
      tell_({false, "journal_index_lags",
             "events are written faster than the index by stream is made; writes wait for it"});
    backlog_.wait_for_room();
  }

  /// Writes a group of batches with one write and one sync.
  void commit(std::vector<append_job>& group) {
    if (group.empty()) return;
    keep_pace();
    writes_to_store_.clear();
    contracts_.clear();
    std::vector<stream_tail::event> written;
    auto next = last_.load() + 1;
    for (auto& one : group)
      for (std::size_t i = 0; i < one.batch.size(); ++i) {
        writers_.look_ahead(i, one.batch);
        const auto& append = *one.batch[i];
        auto& got =
            one.results.emplace_back(append_result{check(append), {embedded_partition, next}});
        if (got.status == append_status::stored) encode(append, next, written);
      }
    if (!written.empty()) {
      add_saved();
      const auto begun = std::chrono::steady_clock::now();
      const auto synced_before = store_->log_syncs();
      const auto done = store_->write(writes_to_store_);
      const auto synced = store_->log_syncs() - synced_before;
      for (auto& one : group) {
        one.results.write = std::chrono::steady_clock::now() - begun - synced;
        one.results.sync = synced;
      }
      settle(group, done, written, next - 1);
    }
    for (auto& one : group) one.done(std::move(one.results));
    group.clear();
  }

  append_status check(const append_request& append) {
    if (append.partition != embedded_partition) return append_status::fenced;
    if (read_only_.load(std::memory_order_relaxed)) return append_status::read_only;
    bool readable = true;
    const auto status = writers_.check(append, [&](const stream_id& stream) {
      const auto found = store_->version_of(stream);
      readable = found.ok();
      if (!found) fail(found.error().detail);
      return readable ? *found : version{};
    });
    return readable ? status : append_status::read_only;
  }

  void encode(const append_request& append, std::uint64_t& next,
              std::vector<stream_tail::event>& written) {
    auto at = append.expected;
    for (const auto& event : append.events) {
      at = at.next();
      if (contracts_.add(event.contract))
        writes_to_store_.add_property(contract_property(event.contract->name),
                                      event.contract->schema);
      record_.clear();
      encode_record(record_, {embedded_partition, next}, append.stream, at, append.metadata, event);
      writes_to_store_.add(next, record_);
      written.push_back({&append.stream, at, next++});
    }
  }

  void settle(std::vector<append_job>& group, const result<void>& done,
              const std::vector<stream_tail::event>& written, std::uint64_t newest) {
    if (done.ok()) {
      contracts_.are_stored();
      const auto runs = store_->tail().add(written);
      last_.store(newest);
      backlog_.add(written.size(), runs);
      return;
    }
    // Whether it is there, only reopening can tell. Never tried again: a second sync may report
    // success for pages that the first one lost.
    fail("a write failed: " + done.error().detail);
    for (auto& one : group)
      for (auto& got : one.results)
        if (got.status == append_status::stored) got = {append_status::unknown, {}};
  }

  /// Its read is urgent: commands wait for it, and readers of pages must not keep them waiting.
  void recover_now(recover_job& asked) {
    bool readable = true;
    const bool current = writers_.open(asked.stream, asked.writer, [&](const stream_id& stream) {
      const auto found = store_->version_of(stream);
      readable = found.ok();
      return readable ? *found : version{};
    });
    if (!readable) writers_.leave(asked.stream, asked.writer);
    if (!current) return asked.done(error{errc::conflict, "a newer writer is registered"});
    if (asked.from != version{})
      return reads_.push_urgent([this, asked = std::move(asked)] {
        asked.done(store_->read_stream(asked.stream, asked.from, asked.max_events));
      });
    if (saved_.contains(asked.stream)) write_saved();
    reads_.push_urgent([this, asked = std::move(asked)] {
      asked.done(store_->read_from_snapshot(asked.stream, asked.max_events));
    });
  }

  /// Reads one page of a search, and queues behind the other readers for the next.
  void go_on(std::shared_ptr<history_search> search, search_done done) {
    reads_.push([this, search = std::move(search), done = std::move(done)]() mutable {
      const auto range = search->next();
      if (!range) return done(std::move(*search).outcome());
      if (closing_.load(std::memory_order_relaxed))
        return done(error{errc::shutting_down, "the journal is being closed"});
      auto page = store_->read_stream(search->stream(), range->from, range->events);
      if (!page) return done(page.error());
      if (auto taken = search->take(*std::move(page)); !taken) return done(taken.error());
      go_on(std::move(search), std::move(done));
    });
  }

  void index() {
    while (backlog_.wait_for_run()) {
      const auto begun = std::chrono::steady_clock::now();
      // Without the index reads still find everything, in the tail; but it would grow for ever.
      if (const auto indexed = store_->index_next_run(); !indexed)
        return fail("indexing failed: " + indexed.error().detail);
      backlog_.indexed(std::chrono::steady_clock::now() - begun);
    }
  }

  void fail(const std::string& why) {
    if (stop_writing(why) && tell_) tell_({true, "journal_read_only", why});
  }
  /// False: it has stopped before, for another reason.
  bool stop_writing(const std::string& why) {
    const std::lock_guard lock{mutex_};
    if (!read_only_reason_.empty()) return false;
    read_only_reason_ = why;
    read_only_.store(true, std::memory_order_release);
    backlog_.release();
    return true;
  }

  const notice_handler tell_;
  std::unique_ptr<rocksdb_store> store_;
  std::atomic<std::uint64_t> last_;
  mutable std::mutex mutex_;
  std::string read_only_reason_;
  std::atomic<bool> read_only_{false};
  std::atomic<bool> closing_{false};
  writer_table writers_;                                         // the writer's, as is what follows
  rocksdb_store::batch writes_to_store_ = store_->make_batch();  // keeps its memory
  new_contracts contracts_;  // of the batch that is being written
  std::string record_;
  bool told_of_lag_ = false;
  /// Snapshots that are not written yet.
  std::unordered_map<stream_id, snapshot> saved_;
  std::size_t saved_bytes_ = 0;
  static constexpr std::size_t most_saved_bytes = 1024 * 1024;
  static constexpr std::chrono::milliseconds look_interval{1'000};
  permits stream_pages_;
  permits log_pages_;
  work_queue<job> writes_;
  work_queue<std::function<void()>> reads_;
  index_backlog backlog_;
  std::thread writer_;
  std::thread indexer_;
  std::vector<std::thread> readers_;
};

class rocksdb_view final : public journal_view {
public:
  rocksdb_view(const rocksdb_options& how, std::unique_ptr<rocksdb_store> store)
      : how_{how}, store_{store.get()}, events_{how, std::move(store)} {}
  [[nodiscard]] journal_adapter& events() override { return events_; }
  [[nodiscard]] result<std::uint64_t> verify() const override { return store_->verify(); }
  result<void> for_each_snapshot(const snapshot_visitor& visit) const override {
    if (deliberate::commits("snapshots_of_another_moment"))
      if (const auto later = rocksdb_store::open(how_)) return (*later)->for_each_snapshot(visit);
    return store_->for_each_snapshot(visit);
  }

private:
  const rocksdb_options how_;
  const rocksdb_store* store_;  // the one below events_
  rocksdb_journal events_;
};

}  // namespace

result<std::unique_ptr<embedded_journal>> open_rocksdb_journal(const rocksdb_options& how) {
  auto store = rocksdb_store::open(how);
  if (!store) return store.error();
  return std::unique_ptr<embedded_journal>{
      std::make_unique<rocksdb_journal>(how, *std::move(store))};
}

result<std::unique_ptr<journal_view>> open_rocksdb_view(rocksdb_options how) {
  how.read_only = true;
  auto store = rocksdb_store::open(how);
  if (!store) return store.error();
  return std::unique_ptr<journal_view>{std::make_unique<rocksdb_view>(how, *std::move(store))};
}

result<std::uint64_t> verify_rocksdb_journal(const rocksdb_options& how) {
  const auto view = open_rocksdb_view(how);
  return view ? (*view)->verify() : view.error();
}

result<void> for_each_snapshot(const rocksdb_options& how, const snapshot_visitor& visit) {
  const auto view = open_rocksdb_view(how);
  return view ? (*view)->for_each_snapshot(visit) : view.error();
}

}  // namespace acta::internal
