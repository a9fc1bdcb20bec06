// What has to hold before a journal is open.
#include "runtime/journal/rocksdb_store.hpp"

#include <rocksdb/cache.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <unordered_map>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/journal_directory.hpp"
#include "runtime/journal/new_identity.hpp"
#include "runtime/journal/repair.hpp"
#include "runtime/journal/rocksdb_keys.hpp"
#include "runtime/journal/rocksdb_settings.hpp"
#include "runtime/journal/tracked_logs.hpp"
#include "runtime/journal/unnamed_tables.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta::internal {

namespace {

constexpr std::string_view format_key = "format";
constexpr std::string_view identity_key = "identity";
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

/// Shows no write-ahead logs: RocksDB reads the tables alone.
class tables_only final : public rocksdb::FileSystemWrapper {
public:
  using rocksdb::FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "acta.tables_only"; }
  rocksdb::IOStatus GetChildren(const std::string& directory, const rocksdb::IOOptions& how,
                                std::vector<std::string>* names,
                                rocksdb::IODebugContext* debug) override {
    auto done = target()->GetChildren(directory, how, names, debug);
    std::erase_if(*names, [](const auto& name) { return name.ends_with(log_extension); });
    return done;
  }
};

/// The number of the oldest write-ahead log that the tables do not replace. Nothing: the database
/// does not open without its logs.
std::optional<std::uint64_t> first_log_needed(rocksdb::DBOptions how,
                                              const std::filesystem::path& directory) {
  const auto names = families_in(how, directory);
  if (!names) return std::nullopt;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto& name : *names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
  const auto environment =
      rocksdb::NewCompositeEnv(std::make_shared<tables_only>(how.env->GetFileSystem()));
  how.env = environment.get();
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  const auto status =
      rocksdb::DB::OpenForReadOnly(how, directory.string(), families, &handles, &opened);
  const std::unique_ptr<rocksdb::DB> database{opened};
  if (!status.ok()) return std::nullopt;
  for (auto* handle : handles) database->DestroyColumnFamilyHandle(handle);
  std::uint64_t number = 0;
  if (!database->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &number))
    return std::nullopt;
  return number;
}

error with_remedy(const std::filesystem::path& directory, error problem) {
  std::error_code ignored;
  if (problem.code == errc::damaged && std::filesystem::exists(directory / "CURRENT", ignored) &&
      find_unfinished_write(directory))
    problem.detail +=
        "; the last write is not whole: `repair --dry-run` says what dropping it would lose";
  else if (problem.code == errc::damaged && problem.detail.find("backup") == std::string::npos)
    problem.detail += "; bring the right files back, or start from a backup";
  return problem;
}

/// The journal's id, then a line for each history: its number, and after which offset it begins.
std::string to_text(const journal_identity& identity) {
  auto text = to_string(identity.id);
  for (const auto& one : identity.histories)
    text += "\n" + std::to_string(one.number) + " " + std::to_string(one.begins_after);
  return text;
}

result<journal_identity> identity_from(const std::string& text) {
  const error problem{errc::damaged, "the journal says it is '" + text + "', which is no identity"};
  std::istringstream lines{text};
  std::string line;
  std::getline(lines, line);
  const auto id = journal_id_from(line);
  if (!id) return problem;
  journal_identity found{*id, {}};
  while (std::getline(lines, line)) {
    const auto blank = line.find(' ');
    history one;
    if (blank == std::string::npos ||
        !detail::read_number(std::string_view{line}.substr(0, blank), one.number) ||
        !detail::read_number(std::string_view{line}.substr(blank + 1), one.begins_after))
      return problem;
    found.histories.push_back(one);
  }
  return found.histories.empty() ? result<journal_identity>{problem} : found;
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
    const auto before = files_in(how.directory, {log_extension, table_extension});
    auto opened = open_once(how);
    // Beside a writer files may come and go while they are read: then looking again helps. If none
    // did, what is wrong stays wrong.
    if (opened) return opened;
    if (!how.read_only || tries == most_tries ||
        files_in(how.directory, {log_extension, table_extension}) == before)
      return with_remedy(how.directory, opened.error());
  }
}

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open_once(const rocksdb_options& how) {
  std::unique_ptr<rocksdb_store> store{new rocksdb_store{how}};
  if (auto opened = store->open_database(); !opened) return opened.error();
  if (auto checked = store->check_format(); !checked) return checked.error();
  if (!how.read_only)
    if (auto removed = store->remove_unfinished_runs(); !removed) return removed.error();
  if (auto loaded = store->load_tail(); !loaded) return loaded.error();
  if (auto all = store->check_logs_were_read(); !all) return all.error();
  if (auto known = check_unnamed_tables(*store->database_, *store->environment_, how.directory,
                                        store->last_at_open_);
      !known)
    return known.error();
  if (const auto deleted = store->files_->delete_kept_files(); !deleted.ok())
    return storage_error(deleted);
  if (!how.read_only)
    if (auto begun = store->begin_history(); !begun) return begun.error();
  if (how.tell)
    for (const auto& torn : store->logs_found_.torn) how.tell({false, "log_tail_dropped", torn});
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
  if (logs_found_.written)
    return {errc::damaged, how_.directory.string() +
                               ": the write-ahead log has events, and the manifest knows of no "
                               "journal: it was cut, or is of an earlier time. Bring CURRENT and "
                               "the manifest back, or start from a backup"};
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
  const auto damaged = [this](const error& what) {
    return error{what.code, how_.directory.string() + ": " + what.detail};
  };
  auto file = read_identity_file(how_.directory);
  if (!file) return damaged(file.error());
  file_ = *std::move(file);
  auto found = check_logs(how_.directory, file_);
  // A log was lost while the journal was written, and the process died after tables had what it
  // held, before the note was removed.
  if (!found)
    if (const auto first = first_log_needed(options, how_.directory))
      found = check_logs(how_.directory, file_, *first);
  if (!found) return found.error();
  logs_found_ = *std::move(found);
  std::optional<std::set<std::string>> there;
  if (how_.read_only) there = families_in(options, how_.directory);
  if (there && !there->contains("streams") && files_in(how_.directory, {table_extension}).empty())
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
  std::set<std::filesystem::path> logs;
  if (how_.read_only)
    logs = files_in(how_.directory, {log_extension});
  else
    files_->keep_files();  // they may be of another journal than the manifest
  const auto open = [&] {
    return how_.read_only
               ? rocksdb::DB::OpenForReadOnly(options, how_.directory.string(), families, &handles,
                                              &opened)
               : rocksdb::DB::Open(options, how_.directory.string(), families, &handles, &opened);
  };
  auto status = open();
  std::set<std::string> not_needed;
  while (const auto log = missed_log_of_tables(status, how_.directory)) {
    if (!not_needed.insert(*log).second) break;
    // A writer takes the notes out of the manifest then. A reader cannot: RocksDB would end it.
    options.track_and_verify_wals_in_manifest = how_.read_only;
    if (how_.read_only)
      environment_ = rocksdb::NewCompositeEnv(with_empty_logs(files_, not_needed));
    options.env = environment_.get();
    status = open();
  }
  // What a writer flushed meanwhile may be neither in the tables nor in the logs that were read.
  if (how_.read_only && status.ok() && files_in(how_.directory, {log_extension}) != logs)
    status = rocksdb::Status::TryAgain("the journal was written while it was opened");
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
  return how_.read_only ? check_log_follows_tables() : result<void>{};
}

// For a reader: a writer has made tables of the log by now, or RocksDB has refused to.
result<void> rocksdb_store::check_log_follows_tables() const {
  std::uint64_t needed = 0;
  if (logs_found_.first_write_of_newest == 0 ||
      (database_->GetIntProperty(rocksdb::DB::Properties::kMinLogNumberToKeep, &needed) &&
       logs_found_.newest < needed))
    return {};
  std::vector<rocksdb::LiveFileMetaData> tables;
  database_->GetLiveFilesMetaData(&tables);
  for (const auto& table : tables)
    // The runs of the index come from elsewhere, and have numbers of a later time than their
    // events.
    if (table.column_family_name != "streams" &&
        table.largest_seqno >= logs_found_.first_write_of_newest)
      return error{
          errc::damaged,
          how_.directory.string() + ": the newest write-ahead log, number " +
              std::to_string(logs_found_.newest) +
              ", is of an earlier time than the tables; bring the right one back, or start "
              "from a backup"};
  return {};
}

result<void> rocksdb_store::check_format() {
  std::string found;
  auto status = database_->Get({}, properties_family_, slice(format_key), &found);
  has_format_ = status.ok();
  if (has_format_ && found == format_value) return check_identity();
  if (has_format_)
    return error{errc::damaged, how_.directory.string() + " has the format '" + found +
                                    "'; this program knows '" + std::string{format_value} + "'"};
  if (!status.IsNotFound()) return storage_error(status);
  if (!is_empty()) return error{errc::damaged, how_.directory.string() + " is no journal"};
  if (!files_in(how_.directory, {table_extension}).empty())
    return error{errc::damaged, how_.directory.string() +
                                    " has tables, and its manifest names none of them: CURRENT and "
                                    "the manifest are of another journal, or of an earlier time"};
  // A write of a first start, had RocksDB read it, would have been found.
  return how_.read_only || logs_found_.written ? not_begun() : result<void>{};
}

// It leaves out logs of lower numbers than its manifest asks for, and deletes them then. Those of
// this journal have nothing that the tables lack; one that was put here may.
result<void> rocksdb_store::check_logs_were_read() const {
  if (logs_found_.last_write <= database_->GetLatestSequenceNumber() ||
      deliberate::commits("foreign_log_accepted") || deliberate::commits("torn_tail_accepted") ||
      deliberate::commits("damage_truncated_silently"))
    return {};
  return error{errc::damaged,
               how_.directory.string() + ": the write-ahead log " +
                   logs_found_.with_last_write.filename().string() +
                   " has writes that the tables lack, and by its number the manifest has no need "
                   "of it: it is of another time, or the manifest is. Bring the right ones back, "
                   "or start from a backup"};
}

// Older programs wrote none.
result<void> rocksdb_store::check_identity() {
  std::string text;
  const auto status = database_->Get({}, properties_family_, slice(identity_key), &text);
  if (status.IsNotFound()) return check_history_of_logs();
  if (!status.ok()) return storage_error(status);
  auto identity = identity_from(text);
  if (!identity) return damaged_at(how_.directory.string(), identity.error());
  identity_ = *std::move(identity);
  const auto foreign = [&](const std::string& what, const journal_id& other) {
    return error{errc::damaged, how_.directory.string() + ": " + what + " of journal " +
                                    to_string(other) + "; the tables are of " +
                                    to_string(identity_.id)};
  };
  if (file_ && file_->of.journal != identity_.id)
    return foreign("the file " + std::string{identity_file_name} + " is", file_->of.journal);
  // It is written before the identity is, so a file of an earlier history is from elsewhere.
  if (file_ && file_->of.history < identity_.current())
    return error{errc::damaged, how_.directory.string() + ": the file " +
                                    std::string{identity_file_name} + " is of history " +
                                    std::to_string(file_->of.history) + "; the tables are of " +
                                    std::to_string(identity_.current())};
  if (logs_found_.header && logs_found_.header->journal != identity_.id)
    return foreign("its write-ahead logs are", logs_found_.header->journal);
  return check_history_of_logs();
}

// The first write of a history says in the tables that there is one. So a whole write of a history
// that they do not know was not read: it is of a copy that went its own way.
result<void> rocksdb_store::check_history_of_logs() const {
  if (logs_found_.with_header.empty() || deliberate::commits("foreign_log_accepted")) return {};
  const auto of = logs_found_.header->history;
  for (const auto& known : identity_.histories)
    if (known.number == of) return {};
  return error{errc::damaged, how_.directory.string() + ": the write-ahead log " +
                                  logs_found_.with_header.filename().string() + " is of history " +
                                  std::to_string(of) +
                                  ", which the tables do not know: it is of a copy of this "
                                  "journal. Bring the right one back, or start from a backup"};
}

// The file first: what is in a write-ahead log is never of a history that the file does not know
// yet. Only when the older logs, of the history before, are gone: they would be taken for foreign.
result<void> rocksdb_store::begin_history() {
  auto identity = identity_;
  const bool known = identity.id != journal_id{};
  if (!known) identity = new_identity();
  // What was dropped as torn may have been cut, and answered: others may know what this does not.
  else if (!file_ || !file_->original || file_->of.history != identity.current() ||
           !logs_found_.torn.empty())
    if (!deliberate::commits("copy_keeps_its_history")) fork(identity, last_at_open_);
  if (auto removed = remove_old_logs(); !removed) return removed;
  const log_header header{identity.id, identity.current()};
  // Anew each time: a copy that was made earlier, and is put over this one, has an older file.
  const auto written =
      write_identity_file(*files_, how_.directory, header, identity_of::this_directory);
  if (!written.ok()) return storage_error(written);
  log_header_ = encode_log_header(header);
  const bool changed = identity != identity_;
  identity_ = std::move(identity);
  if (has_format_ && !changed) return {};
  auto first = make_batch();
  first.writes_.Put(properties_family_, slice(format_key), slice(format_value));
  first.writes_.Put(properties_family_, slice(identity_key), to_text(identity_));
  return write(first);
}

// Opening has made tables of them, and tried to remove them.
result<void> rocksdb_store::remove_old_logs() {
  const auto logs = files_in(how_.directory, {log_extension});
  std::uint64_t newest = 0;
  for (const auto& log : logs) newest = std::max(newest, log_number(log));
  for (const auto& log : logs) {
    if (log_number(log) == newest || log_number(log) == 0) continue;
    const auto removed = environment_->DeleteFile(log.string());
    if (!removed.ok() && !removed.IsNotFound() && !removed.IsPathNotFound())
      return storage_error(removed);
  }
  return {};
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

/// Whether the events of the tail follow the index, and one another, stream by stream. What is of
/// another journal, or of another time, does not.
class rocksdb_store::tail_check {
public:
  result<void> add(const recorded_event& event) {
    const auto [place, is_new] =
        streams_.try_emplace(event.stream, range{event.version, event.version});
    auto& last = place->second.last;
    if (!is_new && event.version != last.next()) return gap(event.stream, last, event.version);
    last = event.version;
    return {};
  }
  result<void> follows_index(const rocksdb_store& store) const {
    if (deliberate::commits("foreign_log_accepted")) return {};
    std::vector<const std::pair<const stream_id, range>*> all;
    all.reserve(streams_.size());
    for (const auto& one : streams_) all.push_back(&one);
    std::sort(all.begin(), all.end(),
              [](const auto* a, const auto* b) { return a->first < b->first; });
    const auto at = store.index_iterator();
    for (const auto* one : all) {
      const auto before = store.indexed_version(*at, one->first);
      if (!before) return before.error();
      if (one->second.first != before->next()) return gap(one->first, *before, one->second.first);
    }
    return {};
  }

private:
  struct range {
    version first;
    version last;
  };
  static error gap(const stream_id& stream, version before, version after) {
    return {errc::damaged, to_string(stream) + " has version " + std::to_string(after.value) +
                               " after version " + std::to_string(before.value)};
  }
  std::unordered_map<stream_id, range> streams_;
};

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
  tail_check order;
  for (auto next = *mark + 1; next <= last_at_open_;) {
    auto page = read_log(next, last_at_open_, 10'000);
    if (!page) return page.error();
    std::vector<stream_tail::event> events;
    for (const auto& event : page->events) {
      if (auto follows = order.add(event); !follows)
        return damaged_at(at_offset(event.position.offset), follows.error());
      events.push_back({&event.stream, event.version, event.position.offset});
    }
    tail_.add(events);
    next += page->events.size();
  }
  return order.follows_index(*this);
}

}  // namespace acta::internal
