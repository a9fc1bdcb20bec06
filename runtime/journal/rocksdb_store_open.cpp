// What has to hold before a journal is open.
#include "runtime/journal/rocksdb_store.hpp"

#include <rocksdb/cache.h>

#include <set>

#include "runtime/journal/journal_directory.hpp"
#include "runtime/journal/rocksdb_keys.hpp"
#include "runtime/journal/rocksdb_settings.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta {

namespace {

constexpr std::string_view format_key = "format";
constexpr std::string_view format_value = "acta journal 1";
const std::string snapshots_name = "snapshots";

/// The families of a database. Should it fail, opening fails too, and says why.
std::optional<std::set<std::string>> families_in(const rocksdb::DBOptions& how,
                                                 const std::filesystem::path& directory) {
  std::vector<std::string> names;
  const auto status = rocksdb::DB::ListColumnFamilies(how, directory.string(), &names);
  if (!status.ok()) return std::nullopt;
  return std::set<std::string>(names.begin(), names.end());
}

}  // namespace

rocksdb_store::rocksdb_store(const rocksdb_options& how) : how_{how}, tail_{how.index_run_events} {}

rocksdb_store::~rocksdb_store() {
  if (database_) {
    for (auto* family : {properties_family_, log_, streams_, snapshots_})
      if (family) database_->DestroyColumnFamilyHandle(family);
    database_->Close();
  }
}

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open(const rocksdb_options& how) {
  constexpr int most_tries = 100;
  for (int tries = 1;; ++tries) {
    const auto before = files_in(how.directory, {log_extension, ".sst"});
    auto opened = open_once(how);
    // Beside a writer files may come and go while they are read: then looking again helps. If none
    // did, what is wrong stays wrong.
    if (opened || !how.read_only || tries == most_tries ||
        files_in(how.directory, {log_extension, ".sst"}) == before)
      return opened;
  }
}

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open_once(const rocksdb_options& how) {
  std::unique_ptr<rocksdb_store> store{new rocksdb_store{how}};
  if (auto opened = store->open_database(); !opened) return opened.error();
  if (auto checked = store->check_format(); !checked) return checked.error();
  if (!how.read_only)
    if (auto removed = store->remove_unfinished_runs(); !removed) return removed.error();
  if (auto loaded = store->load_tail(); !loaded) return loaded.error();
  if (how.tell)
    for (const auto& torn : store->torn_logs_) how.tell({false, "log_tail_dropped", torn});
  return store;
}

result<void> rocksdb_store::remove_unfinished_runs() {
  for (const auto& run : files_in(how_.directory, {run_file_end})) {
    if (!run.filename().string().starts_with(run_file_begin)) continue;
    // It may be another name of a file of the index: gone it does no harm, overwritten it would.
    const auto removed = environment_->DeleteFile(run.string());
    if (!removed.ok()) return storage_error(removed);
  }
  return {};
}

// A first start that was killed, or is still going on. The next one completes it.
error rocksdb_store::not_begun() const {
  return {errc::storage, "there is no journal in " + how_.directory.string() +
                             " yet: its first start did not come to its end, or its write-ahead "
                             "log was emptied; starting again makes it a journal without events"};
}

result<void> rocksdb_store::open_database() {
  auto options = database_options(how_);
  files_ = std::make_shared<journal_files>(options.env->GetFileSystem());
  environment_ = rocksdb::NewCompositeEnv(files_);
  options.env = environment_.get();
  if (auto prepared = prepare_directory(*files_, how_.directory, how_.read_only); !prepared)
    return prepared;
  if (!how_.read_only) {
    // RocksDB's own lock is a file, and a restore over the directory replaces it.
    lock_.emplace(how_.directory);
    if (lock_->taken()) return error{errc::storage, how_.directory.string() + ": " + in_use};
    files_->guard(how_.directory);
  }
  auto torn = check_logs(how_.directory);
  if (!torn) return torn.error();
  torn_logs_ = *std::move(torn);
  std::optional<std::set<std::string>> there;
  if (how_.read_only) there = families_in(options, how_.directory);
  if (there && !there->contains("streams") && files_in(how_.directory, {".sst"}).empty())
    return not_begun();
  options.listeners.push_back(
      failure_listener([this](std::string why) { failures_.tell(std::move(why)); }));
  const auto cache = rocksdb::NewLRUCache(how_.block_cache_bytes);
  streams_options_ = stream_options(cache);
  std::vector<rocksdb::ColumnFamilyDescriptor> families{
      {rocksdb::kDefaultColumnFamilyName, family_options(cache)},
      {"log", family_options(cache)},
      {"streams", streams_options_}};
  // A journal that no program with snapshots has written yet does not have them.
  if (!how_.read_only || (there && there->contains(snapshots_name)))
    families.emplace_back(snapshots_name, snapshot_options(cache));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status;
  if (how_.read_only) {
    const auto logs = files_in(how_.directory, {log_extension});
    status =
        rocksdb::DB::OpenForReadOnly(options, how_.directory.string(), families, &handles, &opened);
    // What a writer flushed meanwhile may be neither in the tables nor in the logs that were read.
    if (status.ok() && files_in(how_.directory, {log_extension}) != logs)
      status = rocksdb::Status::TryAgain("the journal was written while it was opened");
  } else {
    status = rocksdb::DB::Open(options, how_.directory.string(), families, &handles, &opened);
  }
  database_.reset(opened);
  if (!status.ok()) {
    for (auto* handle : handles) database_->DestroyColumnFamilyHandle(handle);
    auto problem = storage_error(status);
    problem.detail = how_.directory.string() + ": " + problem.detail;
    return problem;
  }
  properties_family_ = handles[0];
  log_ = handles[1];
  streams_ = handles[2];
  if (handles.size() > 3) snapshots_ = handles[3];
  return {};
}

result<void> rocksdb_store::check_format() {
  std::string found;
  const auto status = database_->Get({}, properties_family_, slice(format_key), &found);
  if (status.ok() && found == format_value) return {};
  if (status.ok())
    return error{errc::damaged, how_.directory.string() + " has the format '" + found +
                                    "'; this program knows '" + std::string{format_value} + "'"};
  if (!status.IsNotFound()) return storage_error(status);
  if (!is_empty()) return error{errc::damaged, how_.directory.string() + " is no journal"};
  if (how_.read_only) return not_begun();
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto written =
      database_->Put(synced, properties_family_, slice(format_key), slice(format_value));
  return written.ok() ? result<void>{} : storage_error(written);
}

// Nothing was ever stored: it was made just now, or a crash came before its format was written.
bool rocksdb_store::is_empty() const {
  for (auto* family : {properties_family_, log_, streams_, snapshots_}) {
    if (!family) continue;
    const std::unique_ptr<rocksdb::Iterator> any{database_->NewIterator({}, family)};
    any->SeekToFirst();
    if (any->Valid() || !any->status().ok()) return false;
  }
  return true;
}

result<void> rocksdb_store::load_tail() {
  const auto mark = indexed_up_to();
  if (!mark) return mark.error();
  const std::unique_ptr<rocksdb::Iterator> newest{database_->NewIterator({}, log_)};
  newest->SeekToLast();
  if (!newest->status().ok()) return storage_error(newest->status());
  last_at_open_ = newest->Valid() ? get_big_endian(view(newest->key())) : 0;
  if (last_at_open_ < *mark)
    return error{errc::damaged, "the log ends at " + at_offset(last_at_open_) + ", its index at " +
                                    at_offset(*mark)};
  for (auto next = *mark + 1; next <= last_at_open_;) {
    auto page = read_log(next, last_at_open_, 10'000);
    if (!page) return page.error();
    std::vector<stream_tail::event> events;
    for (const auto& event : page->events)
      events.push_back({&event.stream, event.version, event.position.offset});
    tail_.add(events);
    next += page->events.size();
  }
  return {};
}

}  // namespace acta
