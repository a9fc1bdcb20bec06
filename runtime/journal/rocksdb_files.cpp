#include "runtime/journal/rocksdb_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <optional>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/file_modes.hpp"
#include "runtime/journal/rocksdb_log.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta::internal {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

namespace {

std::optional<std::pair<dev_t, ino_t>> identity_of(const std::filesystem::path& directory) {
  struct stat found {};
  if (::stat(directory.c_str(), &found) != 0) return std::nullopt;
  return std::pair{found.st_dev, found.st_ino};
}

std::filesystem::path parent_of(const std::string& path) {
  return std::filesystem::path{path}.lexically_normal().parent_path();
}

}  // namespace

IOStatus journal_files::NewWritableFile(const std::string& path, const rocksdb::FileOptions& how,
                                        std::unique_ptr<rocksdb::FSWritableFile>* made,
                                        IODebugContext* debug) {
  if (auto may = may_change(path); !may.ok()) return may;
  const bool is_new = make_private_file(path);
  auto done = target()->NewWritableFile(path, how, made, debug);
  if (!done.ok() && is_new) ::unlink(path.c_str());
  if (done.ok() && watched_manifest::is_one(path) && parent_of(path) == directory_)
    done = manifest_.begin(path, made);
  if (!done.ok() || std::filesystem::path{path}.extension() != log_extension) return done;
  {
    const std::lock_guard lock{note_mutex_};
    // The log's own name is durable first: after a power cut nothing is missed that was never
    // there.
    done = sync_names(parent_of(path));
    // Should an older log be lost, the note goes on asking for it until tables have what it held.
    if (done.ok() && logs_in_place().ok()) done = note_log(path, 0);
    if (done.ok() && parent_of(path) == directory_) done = watch(path, made);
  }
  if (!done.ok()) made->reset();
  return done;
}

IOStatus journal_files::watch(const std::filesystem::path& log,
                              std::unique_ptr<rocksdb::FSWritableFile>* made) {
  auto watcher = std::make_shared<watched_file>(log);
  if (!watcher->watches()) return IOStatus::IOError(log.string() + " cannot be opened again");
  *made = watched_file::wrap(watcher, std::move(*made), &log_syncs_);
  const std::lock_guard lock{logs_mutex_};
  logs_.push_back(std::move(watcher));
  return IOStatus::OK();
}

IOStatus journal_files::note_log(const std::filesystem::path& log, std::uint64_t filled,
                                 std::optional<std::uint64_t> hash) {
  return replace_file(log.parent_path() / newest_log_note, [&](const auto&) {
    return to_text({log.filename().string(), log_number(log), filled, hash});
  });
}

IOStatus journal_files::note_first_answer() {
  const std::lock_guard lock{note_mutex_};
  const auto newest = [this] {
    const std::lock_guard logs{logs_mutex_};
    return logs_.empty() ? nullptr : logs_.back();
  }();
  // Where another log was begun meanwhile, the manifest knows of this one before its next answer.
  if (!newest || newest->path() == noted_ || newest->synced() == 0) return IOStatus::OK();
  const auto filled = newest->synced();
  auto done = note_log(newest->path(), filled, hash_of_log(newest->path(), filled));
  if (done.ok()) noted_ = newest->path();
  return done;
}

std::pair<std::shared_ptr<watched_file>, std::string> journal_files::harmed_log() const {
  const std::lock_guard lock{logs_mutex_};
  for (const auto& log : logs_)
    if (auto wrong = log->what_is_wrong(); !wrong.empty()) return {log, std::move(wrong)};
  return {};
}

IOStatus journal_files::logs_in_place() const {
  const auto [log, wrong] = harmed_log();
  if (!log) return IOStatus::OK();
  return IOStatus::IOError("the write-ahead log " + log->path().string() + " " + wrong +
                           " while it was in use");
}

IOStatus journal_files::note_harmed_log() {
  if (deliberate::commits("harmed_log_not_noted")) return IOStatus::OK();
  const std::lock_guard lock{note_mutex_};
  const auto log = harmed_log().first;
  return log ? note_log(log->path(), log->synced()) : IOStatus::OK();
}

IOStatus journal_files::manifest_in_place() const {
  const auto wrong = manifest_.what_is_wrong();
  return wrong.empty() ? IOStatus::OK() : IOStatus::IOError(wrong);
}

IOStatus journal_files::rescue_manifest() {
  {
    const std::lock_guard lock{mutex_};
    rescued_ = true;
  }
  const auto lost = manifest_.lost_files();
  if (!lost) return IOStatus::IOError("it cannot be put back");
  for (const auto& file : *lost)
    if (auto put = replace_file(file.path, [&](const auto&) { return file.text; }); !put.ok())
      return put;
  return IOStatus::OK();
}

void journal_files::forget_newest_log(const std::filesystem::path& directory) {
  // Should it fail, more is asked of the next opening than need be.
  (void)target()->DeleteFile((directory / newest_log_note).string(), {}, nullptr);
}

IOStatus journal_files::NewLogger(const std::string& path, const IOOptions&,
                                  std::shared_ptr<rocksdb::Logger>* made, IODebugContext*) {
  *made = rocksdb_log::open(path);
  return *made ? IOStatus::OK() : IOStatus::IOError(path + " cannot be made");
}

IOStatus journal_files::LockFile(const std::string& path, const IOOptions& how,
                                 rocksdb::FileLock** made, IODebugContext* debug) {
  make_private_file(path);
  return target()->LockFile(path, how, made, debug);
}

IOStatus journal_files::CreateDirIfMissing(const std::string& path, const IOOptions& how,
                                           IODebugContext* debug) {
  if (std::filesystem::is_directory(path)) return IOStatus::OK();
  auto done = target()->CreateDir(path, how, debug);
  if (done.ok())
    ::chmod(path.c_str(), new_directory_mode);
  else if (std::filesystem::is_directory(path))  // somebody else was faster
    done = IOStatus::OK();
  return done;
}

IOStatus journal_files::LinkFile(const std::string& from, const std::string& to,
                                 const IOOptions& how, IODebugContext* debug) {
  if (auto may = may_change(to); !may.ok()) return may;
  if (std::filesystem::path{from}.extension() == ".tmp") {  // a run, not a table for a backup
    const std::lock_guard lock{mutex_};
    kept_.insert(to);
  }
  return target()->LinkFile(from, to, how, debug);
}

IOStatus journal_files::RenameFile(const std::string& from, const std::string& to,
                                   const IOOptions& how, IODebugContext* debug) {
  if (auto may = may_change(to); !may.ok()) return may;
  const auto rename = [&] { return target()->RenameFile(from, to, how, debug); };
  const std::filesystem::path place{to};
  const bool current = place.filename() == "CURRENT" && parent_of(to) == directory_;
  return current ? manifest_.become_current(rename) : rename();
}

void journal_files::guard(const std::filesystem::path& directory) {
  const auto found = identity_of(directory);
  if (!found) return;  // it cannot be opened either
  directory_ = parent_of((directory / "any").string());
  identity_ = *found;
}

IOStatus journal_files::in_place() const {
  if (same_directory() && std::filesystem::exists(directory_ / "CURRENT")) return IOStatus::OK();
  return not_in_place();
}

bool journal_files::same_directory() const {
  const auto found = identity_of(directory_);
  return found && *found == identity_;
}

IOStatus journal_files::not_in_place() const {
  return IOStatus::IOError("the journal was moved, replaced or deleted: it is not in " +
                           directory_.string() + " any more");
}

IOStatus journal_files::may_change(const std::string& path) const {
  const bool ours = directory_.empty() || parent_of(path) != directory_ || same_directory();
  return ours ? IOStatus::OK() : not_in_place();
}

IOStatus journal_files::DeleteFile(const std::string& path, const IOOptions& how,
                                   IODebugContext* debug) {
  if (keeps(path)) return IOStatus::OK();
  if (auto may = may_change(path); !may.ok()) return may;
  {
    const std::lock_guard lock{logs_mutex_};
    std::erase_if(logs_, [&](const auto& log) { return log->path() == path; });
  }
  return target()->DeleteFile(path, how, debug);
}

bool journal_files::keeps(const std::string& path) {
  const std::lock_guard lock{mutex_};
  const bool has_events = path.ends_with(table_extension) || path.ends_with(log_extension);
  if (kept_.contains(path) || (rescued_ && has_events)) return true;
  if (!keeps_files_ || !(has_events || watched_manifest::is_one(path))) return false;
  kept_files_.insert(path);
  return true;
}

void journal_files::keep_files() {
  const std::lock_guard lock{mutex_};
  keeps_files_ = true;
}

IOStatus journal_files::delete_kept_files() {
  std::set<std::string> files;
  {
    const std::lock_guard lock{mutex_};
    keeps_files_ = false;
    files.swap(kept_files_);
  }
  for (const auto& file : files)
    if (auto done = DeleteFile(file, {}, nullptr);
        !done.ok() && !done.IsNotFound() && !done.IsPathNotFound())
      return done;
  return IOStatus::OK();
}

void journal_files::settle() {
  const std::lock_guard lock{mutex_};
  kept_.clear();
}

IOStatus journal_files::make_directory(const std::filesystem::path& path) {
  const auto directory = std::filesystem::absolute(path / "").lexically_normal().parent_path();
  const auto parent = directory.parent_path();
  if (!std::filesystem::exists(parent))
    if (auto above = make_directory(parent); !above.ok()) return above;
  auto done = CreateDirIfMissing(directory.string(), {}, nullptr);
  return done.ok() ? sync_names(parent) : done;
}

IOStatus journal_files::replace_file(
    const std::filesystem::path& file,
    const std::function<std::string(const std::filesystem::path&)>& text) {
  const auto unfinished = file.string() + ".tmp";
  std::unique_ptr<rocksdb::FSWritableFile> made;
  auto done = NewWritableFile(unfinished, {}, &made, nullptr);
  if (done.ok()) done = made->Append(text(unfinished), {}, nullptr);
  if (done.ok()) done = made->Sync({}, nullptr);
  if (done.ok()) done = made->Close({}, nullptr);
  if (done.ok()) done = target()->RenameFile(unfinished, file.string(), {}, nullptr);
  return done.ok() ? sync_names(file.parent_path()) : done;
}

IOStatus journal_files::sync_names(const std::filesystem::path& directory) {
  std::unique_ptr<rocksdb::FSDirectory> names;
  auto done = target()->NewDirectory(directory.string(), {}, &names, nullptr);
  return done.ok() ? names->Fsync({}, nullptr) : done;
}

}  // namespace acta::internal
