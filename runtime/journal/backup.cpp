#include "runtime/journal/backup.hpp"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/checkpoint.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "runtime/journal/locked_directory.hpp"

namespace acta {

namespace {

namespace fs = std::filesystem;

error refusal(const fs::path& where, const std::string& why) {
  return {errc::storage, "no backup in " + where.string() + ": " + why};
}

std::string last_error() { return std::error_code{errno, std::generic_category()}.message(); }

/// Without a slash at its end, so that a name can be made from it.
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

constexpr std::string_view staging_suffix = ".tmp-XXXXXX";  // as mkdtemp() wants it
constexpr const char* copy_name = "journal";

/// A new directory beside the backup's place, on the same file system; gone when this is, unless
/// the process is killed.
class staging {
public:
  explicit staging(const fs::path& target)
      : path_{target.string() + std::string{staging_suffix}},
        made_{::mkdtemp(path_.data()) != nullptr} {
    if (made_) lock_.emplace(path_);
  }
  staging(const staging&) = delete;
  staging& operator=(const staging&) = delete;
  ~staging() {
    std::error_code ignored;
    if (made_) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] bool there() const { return made_; }
  [[nodiscard]] fs::path copy() const { return fs::path{path_} / copy_name; }

private:
  std::string path_;
  bool made_;
  std::optional<locked_directory> lock_;
};

/// Whether `entry` is the staging directory of a backup into `target`, and holds nothing else.
bool is_staging(const fs::directory_entry& entry, const fs::path& target) {
  const auto name = entry.path().filename().string();
  const auto begins = target.filename().string() + ".tmp-";
  if (!name.starts_with(begins) ||
      name.size() != target.filename().string().size() + staging_suffix.size())
    return false;
  if (!fs::is_directory(entry.symlink_status())) return false;
  for (const auto& within : fs::directory_iterator{entry.path()})
    if (!within.path().filename().string().starts_with(copy_name)) return false;
  return true;
}

/// Removes what killed processes left of backups into `target`. One that takes it from a backup
/// which has just made its directory, and not locked it yet, makes that one fail; of two into one
/// place one fails anyway.
void remove_leftovers(const fs::path& target) {
  try {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator{target.parent_path()})
      if (is_staging(entry, target)) found.push_back(entry.path());
    for (const auto& path : found)
      if (const locked_directory nobody_else{path}) fs::remove_all(path);
  } catch (const fs::filesystem_error&) {
    // What cannot be tidied up is no reason to make no backup; if there can be none, it says why.
  }
}

/// A name is durable when the directory that holds it is synced.
bool sync_directory(const fs::path& directory) {
  const int opened = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return false;
  const bool synced = ::fsync(opened) == 0;
  ::close(opened);
  return synced;
}

rocksdb::Status copy_into(rocksdb::DB& from, const fs::path& directory) {
  rocksdb::Checkpoint* made = nullptr;
  auto status = rocksdb::Checkpoint::Create(&from, &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint{made};
  // It moves into tables what is in memory: all that was answered before is in those.
  if (status.ok()) status = checkpoint->CreateCheckpoint(directory.string());
  return status;
}

}  // namespace

result<void> write_backup(rocksdb::DB& from, const fs::path& directory,
                          const std::function<result<void>(const fs::path&)>& check) {
  const auto target = normal(directory);
  std::error_code failed;
  if (fs::exists(target, failed) && !(fs::is_directory(target) && fs::is_empty(target, failed)))
    return refusal(target, "it exists and is not an empty directory");
  if (is_within(target, from.GetName())) return refusal(target, "it is within the journal itself");
  remove_leftovers(target);
  const staging beside{target};
  if (!beside.there()) return refusal(target, last_error());
  if (const auto status = copy_into(from, beside.copy()); !status.ok())
    return refusal(target, status.ToString());
  if (const auto good = check(beside.copy()); !good) return refusal(target, good.error().detail);
  // Of two that are under way the second finds the first one's here, and is refused.
  fs::rename(beside.copy(), target, failed);
  if (failed) return refusal(target, failed.message());
  if (!sync_directory(target) || !sync_directory(target.parent_path()))
    return refusal(target, "it is there, but may not survive a power cut: " + last_error());
  return {};
}

}  // namespace acta
