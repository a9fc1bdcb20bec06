#include "runtime/journal/backup.hpp"

#include <rocksdb/db.h>
#include <rocksdb/metadata.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/backup_marker.hpp"
#include "runtime/journal/file_copy.hpp"
#include "runtime/journal/file_modes.hpp"
#include "runtime/journal/identity_file.hpp"
#include "runtime/journal/locked_directory.hpp"
#include "runtime/journal/rocksdb_files.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta::internal {

namespace {

namespace fs = std::filesystem;
using rocksdb::IOStatus;
using live_files = std::vector<rocksdb::LiveFileStorageInfo>;

constexpr const char* current = "CURRENT";

error refusal(const fs::path& where, const std::string& why) {
  return {errc::storage, "no backup in " + where.string() + ": " + why};
}

std::string last_error() { return std::error_code{errno, std::generic_category()}.message(); }

/// Without a slash at its end, so that it has a parent.
fs::path normal(const fs::path& directory) {
  const auto made = fs::absolute(directory).lexically_normal();
  return made.has_filename() ? made : made.parent_path();
}

/// Whether `place`, which need not be there yet, is `directory` or below it.
bool is_within(const fs::path& place, const fs::path& directory) {
  std::error_code unknown;
  const auto inner = fs::weakly_canonical(place, unknown);
  const auto outer = fs::weakly_canonical(directory, unknown);
  return !unknown &&
         std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

/// What makes a consistent journal now, and stays there while this lives.
class live {
public:
  explicit live(rocksdb::DB& of) : of_{&of} {
    status_ = of.DisableFileDeletions();
    if (!status_.ok()) return;
    kept_ = true;
    // It moves into tables what is in memory: all that was answered before is in those.
    status_ = of.GetLiveFilesStorageInfo({}, &files_);
  }
  live(const live&) = delete;
  live& operator=(const live&) = delete;
  ~live() {
    if (kept_) of_->EnableFileDeletions(/*force=*/false).PermitUncheckedError();
  }
  [[nodiscard]] const rocksdb::Status& status() const { return status_; }
  [[nodiscard]] const live_files& files() const { return files_; }

private:
  rocksdb::DB* of_;
  rocksdb::Status status_;
  bool kept_ = false;
  live_files files_;
};

/// All names that the backup makes.
std::vector<std::string> names_of(const live_files& files) {
  std::vector<std::string> all;
  for (const auto& file : files) all.push_back(file.relative_filename);
  for (const auto ours : {newest_log_note, identity_file_name})
    for (const auto* end : {"", ".tmp"}) all.push_back(std::string{ours} + end);
  return all;
}

/// One backup, in a directory that is locked and empty: all of it or nothing stays there.
class unfinished_backup {
public:
  unfinished_backup(journal_files& files, fs::path target, const live_files& from,
                    const backup_options& how)
      : files_{files},
        target_{std::move(target)},
        from_{from},
        how_{how},
        marker_{new_backup_marker(names_of(from))} {}
  unfinished_backup(const unfinished_backup&) = delete;
  unfinished_backup& operator=(const unfinished_backup&) = delete;
  ~unfinished_backup() {
    if (!fs::exists(target_ / current)) remove_marked(target_, marker_);
  }

  [[nodiscard]] fs::path staging() const { return target_ / marker_.staging(); }

  /// Marks the directory, then brings every file into the directory within it.
  IOStatus bring(bool may_clone) {
    // The mark first: after a power cut nothing of a backup is there without it.
    auto done = rocksdb::WriteStringToFile(&files_, marker_.text(), mark().string(), true);
    if (done.ok()) done = files_.sync_names(target_);
    if (done.ok()) done = files_.CreateDirIfMissing(staging().string(), {}, nullptr);
    // Its files have the modes that they will have where they belong.
    std::error_code ignored;
    fs::permissions(staging(), fs::status(target_, ignored).permissions(), ignored);
    file_copier copier{files_, how_.bytes_per_second, how_.stopped};
    for (std::size_t i = 0; i < from_.size() && done.ok(); ++i) {
      done = bring(from_[i], copier, may_clone);
      if (done.ok()) done = goes_on();
    }
    return done.ok() ? files_.sync_names(staging()) : done;
  }

  /// Moves the files to where they belong; CURRENT, without which they are no journal, last.
  IOStatus put_in_place() {
    std::vector<fs::path> names;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator{staging(), failed})
      if (const auto name = entry.path().filename(); name != current) names.push_back(name);
    if (failed) return IOStatus::IOError(failed.message());
    const bool too_early = deliberate::commits("backup_current_first");
    auto done = too_early ? move(current) : IOStatus::OK();
    for (std::size_t i = 0; i < names.size() && done.ok(); ++i) done = move(names[i]);
    if (done.ok()) done = files_.sync_names(target_);
    if (done.ok()) done = goes_on();
    if (done.ok() && !too_early) done = move(current);
    if (done.ok()) remove_mark(target_);
    return done;
  }

private:
  [[nodiscard]] fs::path mark() const { return target_ / backup_marker::file_name; }

  /// Fails once whoever asked for the backup has left. The last look is right before CURRENT.
  [[nodiscard]] IOStatus goes_on() const {
    const bool stopped = how_.stopped && how_.stopped();
    return stopped ? IOStatus::Aborted("it was stopped") : IOStatus::OK();
  }
  IOStatus move(const fs::path& name) {
    return files_.RenameFile((staging() / name).string(), (target_ / name).string(), {}, nullptr);
  }

  IOStatus bring(const rocksdb::LiveFileStorageInfo& file, file_copier& copier, bool may_clone) {
    const auto from = fs::path{file.directory} / file.relative_filename;
    const auto to = staging() / file.relative_filename;
    if (!file.replacement_contents.empty())
      return rocksdb::WriteStringToFile(&files_, file.replacement_contents, to.string(), true);
    const bool never_changes = file.file_type == rocksdb::kTableFile;
    if (how_.link && never_changes) return link(from, to);
    if (may_clone && never_changes && make_private_file(to) && file_copier::clone(from, to))
      return IOStatus::OK();
    return copier.copy(from, to, file.size);
  }

  IOStatus link(const fs::path& from, const fs::path& to) {
    auto done = files_.LinkFile(from.string(), to.string(), {}, nullptr);
    return done.IsNotSupported()
               ? IOStatus::IOError("it is on another file system, to which nothing can be linked")
               : done;
  }

  journal_files& files_;
  const fs::path target_;
  const live_files& from_;
  const backup_options& how_;
  const backup_marker marker_;
};

/// The directory of a backup: locked, and gone with this if it was made here and is empty.
class target_directory {
public:
  explicit target_directory(const fs::path& path)
      : path_{path}, is_new_{make_private_directory(path)}, lock_{path} {}
  target_directory(const target_directory&) = delete;
  target_directory& operator=(const target_directory&) = delete;
  ~target_directory() {
    if (is_new_ && lock_) ::rmdir(path_.c_str());
  }
  [[nodiscard]] const locked_directory& lock() const { return lock_; }

private:
  const fs::path path_;
  const bool is_new_;
  const locked_directory lock_;
};

}  // namespace

result<void> write_backup(rocksdb::DB& from, journal_files& files, const fs::path& directory,
                          const backup_options& how, bool may_clone,
                          const std::function<result<void>(const fs::path&)>& check) {
  const auto target = normal(directory);
  std::error_code failed;
  if (fs::exists(fs::symlink_status(target, failed)))
    if (const auto usable = marker_in(target); !usable)
      return refusal(target, usable.error().detail);
  if (is_within(target, from.GetName())) return refusal(target, "it is within the journal itself");
  const target_directory place{target};
  if (place.lock().taken()) return refusal(target, "another backup into it is under way");
  if (!place.lock()) return refusal(target, last_error());
  const auto left = marker_in(target);
  if (!left) return refusal(target, left.error().detail);
  if (*left) remove_marked(target, **left);
  const live source{from};
  if (!source.status().ok()) return refusal(target, source.status().ToString());
  unfinished_backup copy{files, target, source.files(), how};
  if (const auto brought = copy.bring(may_clone); !brought.ok())
    return refusal(target, brought.ToString());
  if (const auto good = check(copy.staging()); !good) return refusal(target, good.error().detail);
  if (const auto placed = copy.put_in_place(); !placed.ok())
    return refusal(target, placed.ToString());
  if (!files.sync_names(target).ok() || !files.sync_names(target.parent_path()).ok())
    return refusal(target, "it is there, but may not survive a power cut: " + last_error());
  return {};
}

}  // namespace acta::internal
