#include "runtime/journal/journal_directory.hpp"

#include <algorithm>
#include <system_error>

#include "runtime/journal/backup_marker.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta {

namespace {

/// What opening writes, beside tables of what the write-ahead logs hold; and a little to begin
/// with.
constexpr std::uint64_t reserve_bytes = 16 * 1024 * 1024;

// A disk that fills up while RocksDB opens ends the program, in a build of it with assertions.
result<void> check_space(journal_files& files, const std::filesystem::path& directory) {
  auto needed = reserve_bytes;
  for (const auto& log : files_in(directory, {log_extension})) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(log, failed);
    if (!failed) needed += size;
  }
  std::uint64_t there = 0;
  const auto known = files.GetFreeSpace(directory.string(), {}, &there, nullptr);
  if (!known.ok() || there >= needed) return {};
  return error{errc::storage, directory.string() + ": no space: " + std::to_string(there) +
                                  " bytes are free, and to open the journal takes up to " +
                                  std::to_string(needed)};
}

result<void> make_directory(journal_files& files, const std::filesystem::path& directory) {
  const auto made = files.make_directory(directory);
  if (!made.ok()) return error{errc::storage, directory.string() + ": " + made.ToString()};
  return {};
}

/// Whether a first start may have left this that ended before there was a CURRENT; or it is what
/// may be in any directory.
bool of_no_account(const std::string& name) {
  const auto one_of = [](std::initializer_list<std::string_view> names, auto matches) {
    return std::any_of(names.begin(), names.end(), matches);
  };
  return one_of({"LOCK", "LOG", "IDENTITY", "control", "lost+found"},
                [&](auto whole) { return name == whole; }) ||
         one_of({".", "LOG.old.", "MANIFEST-", "OPTIONS-"},
                [&](auto begin) { return name.starts_with(begin); }) ||
         name.ends_with(".dbtmp");
}

// A mistyped path: a journal among somebody's files would never be got apart from them again.
result<void> check_nobody_elses(const std::filesystem::path& directory) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{directory, ignored})
    if (const auto name = entry.path().filename().string(); !of_no_account(name))
      return error{errc::storage, directory.string() + " has no journal, but '" + name +
                                      "': a new journal wants a directory of its own"};
  return {};
}

error damaged_in(const std::filesystem::path& directory, const error& what) {
  return {errc::damaged, directory.string() + ": " + what.detail};
}

}  // namespace

std::set<std::filesystem::path> files_in(const std::filesystem::path& directory,
                                         std::initializer_list<std::string_view> extensions) {
  std::set<std::filesystem::path> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{directory, ignored})
    if (std::find(extensions.begin(), extensions.end(), entry.path().extension().string()) !=
        extensions.end())
      found.insert(entry.path());
  return found;
}

result<void> prepare_directory(journal_files& files, const std::filesystem::path& directory,
                               bool read_only) {
  std::error_code failed;
  const bool there = std::filesystem::exists(directory / "CURRENT", failed);
  if (failed) return error{errc::storage, directory.string() + ": " + failed.message()};
  if (!there) {
    if (is_unfinished_backup(directory))
      return error{errc::storage,
                   directory.string() + " is an unfinished backup: make it again, or remove it"};
    // Where tables or logs are, a journal was: RocksDB would tidy the tables away, or fail because
    // of the log and leave a CURRENT, with which the next start begins anew.
    if (const auto left = files_in(directory, {".sst", log_extension}); !left.empty())
      return error{errc::damaged, directory.string() + " has '" +
                                      left.begin()->filename().string() +
                                      "' of a journal, and CURRENT is missing"};
    if (read_only) return error{errc::storage, "there is no journal in " + directory.string()};
    if (auto alone = check_nobody_elses(directory); !alone) return alone;
    if (auto made = make_directory(files, directory); !made) return made;
  }
  if (read_only) return {};
  if (there) remove_mark(directory);
  return check_space(files, directory);
}

result<std::vector<std::string>> check_logs(const std::filesystem::path& directory) {
  std::vector<std::string> torn;
  for (const auto& log : files_in(directory, {log_extension})) {
    const auto dropped = check_log(log);
    if (!dropped) return damaged_in(directory, dropped.error());
    if (*dropped > 0)
      torn.push_back(log.string() + ": its last " + std::to_string(*dropped) +
                     " bytes are no whole record, and were dropped: a write that a crash tore and "
                     "nobody was answered for, or the file was cut, or it is being written");
  }
  if (auto there = check_newest_log(directory); !there) return damaged_in(directory, there.error());
  return torn;
}

}  // namespace acta
