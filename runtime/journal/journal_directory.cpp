#include "runtime/journal/journal_directory.hpp"

#include <algorithm>
#include <fstream>
#include <system_error>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/backup_marker.hpp"
#include "runtime/journal/rocksdb_keys.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta::internal {

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

error damaged_in(const std::filesystem::path& directory, const std::string& what) {
  return {errc::damaged, directory.string() + ": " + what};
}

// A reader may do without such a file, and a writer fails to delete it, at every start.
result<void> check_files(const std::filesystem::path& directory) {
  using std::filesystem::file_type;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{directory, ignored}) {
    const auto name = entry.path().filename().string();
    const bool is_ours = name.ends_with(log_extension) || name.ends_with(table_extension) ||
                         watched_manifest::is_one(entry.path()) ||
                         (name.starts_with(run_file_begin) && name.ends_with(run_file_end));
    if (!is_ours) continue;
    std::error_code failed;
    if (const auto kind = entry.status(failed).type();
        kind != file_type::regular && kind != file_type::not_found)
      return damaged_in(directory, name +
                                       " is no file, but a directory or something else: move it "
                                       "away, and bring the file back if there was one");
  }
  return {};
}

/// Events that may have been answered were in the log that the note names, and are not there now.
error lost_log(const std::filesystem::path& directory, const log_note& note,
               const std::string& how) {
  return damaged_in(directory,
                    "the write-ahead log " + note.name + " " + how +
                        ", and with it events that may have been answered; bring it back, or start "
                        "from a backup");
}

/// A log that is newer is as good as one that the note only names: whoever made it had read the
/// older ones. Where the note says what is in a log, that one is needed: the note of a newer log
/// takes its place before it is removed, so a newer one is from elsewhere. That of logs which are
/// no longer written to none is gone, RocksDB checks.
result<void> check_newest_log(const std::filesystem::path& directory, const log_note& note) {
  for (const auto& log : files_in(directory, {log_extension}))
    if (const auto number = log_number(log.filename());
        number == note.number || (number > note.number && note.bytes == 0))
      return {};
  if (deliberate::commits("lost_log_accepted")) return {};
  return lost_log(directory, note, "is gone");
}

/// Whether a log is not the one out of which somebody was answered.
bool is_another(const std::filesystem::path& log, const log_note& note) {
  if (!note.hash || deliberate::commits("lost_log_accepted")) return false;
  return hash_of_log(log, note.bytes) != note.hash;
}

/// Whether a program wrote last that begins every write with a header. One that does not leaves a
/// note, of a name alone, for as long as a log has something in it.
bool logs_have_headers(const std::optional<log_note>& note) { return !note || note->bytes > 0; }

std::vector<std::string> manifests_in(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{directory, ignored})
    if (watched_manifest::is_one(entry.path())) names.push_back(entry.path().filename().string());
  return names;
}

/// CURRENT is not what RocksDB needs. `what` says why.
error lost_current(const std::filesystem::path& directory, const std::string& what) {
  const auto manifests = manifests_in(directory);
  if (manifests.size() != 1)
    return damaged_in(directory, what + "; bring it and the manifest back, or start from a backup");
  const auto command =
      "printf '" + manifests.front() + "\\n' > " + (directory / "CURRENT").string();
  return damaged_in(directory, what + ". One manifest is there: if nothing else was lost, `" +
                                   command + "` is all it needs. Else start from a backup");
}

/// RocksDB would say no more than that it is corrupted.
result<void> check_current(const std::filesystem::path& directory) {
  std::error_code failed;
  const auto place = directory / "CURRENT";
  if (std::filesystem::status(place, failed).type() != std::filesystem::file_type::regular)
    return lost_current(directory, "CURRENT is no file, but a directory or something else");
  if (!std::ifstream{place}) return error{errc::storage, place.string() + " cannot be read"};
  const auto text =
      beginning_of_file(place, watched_manifest::longest_name + 2).value_or(std::string{});
  const auto name = text.substr(0, text.find('\n'));
  if (text != name + "\n" || !watched_manifest::is_one(name))
    return lost_current(directory,
                        "CURRENT was damaged: it is not the name of a manifest and a newline");
  if (!std::filesystem::exists(directory / name, failed))
    return lost_current(directory, "CURRENT names " + name + ", which is not there");
  return {};
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
    if (auto finished = check_finished(directory); !finished) return finished;
    // Where tables or logs are, a journal was: RocksDB would tidy the tables away, or fail because
    // of the log and leave a CURRENT, with which the next start begins anew.
    if (const auto left = files_in(directory, {table_extension, log_extension}); !left.empty())
      return lost_current(directory, "there is '" + left.begin()->filename().string() +
                                         "' of a journal, and CURRENT is missing");
    if (read_only) return error{errc::storage, "there is no journal in " + directory.string()};
    if (auto alone = check_nobody_elses(directory); !alone) return alone;
    if (auto made = make_directory(files, directory); !made) return made;
  }
  if (there) {
    if (auto files_only = check_files(directory); !files_only) return files_only;
    if (auto current = check_current(directory); !current) return current;
  }
  if (read_only) return {};
  if (there) remove_mark(directory);
  return check_space(files, directory);
}

result<log_findings> check_logs(const std::filesystem::path& directory,
                                const std::optional<identity_file>& whose,
                                std::uint64_t first_needed) {
  log_findings found;
  if (whose) found.header = whose->of;
  // Before the logs: what it says of one is in it by then, also beside a writer.
  auto note = read_log_note(directory);
  if (!note) return damaged_in(directory, note.error().detail);
  if (*note && (*note)->number < first_needed) note->reset();
  for (const auto& log : files_in(directory, {log_extension})) {
    const auto content = check_log(log);
    if (!content && log_number(log.filename()) < first_needed) continue;
    if (!content) return damaged_in(directory, content.error().detail);
    if (content->header && !deliberate::commits("foreign_log_accepted")) {
      if (found.header && *content->header != *found.header)
        return damaged_in(directory, "the write-ahead log " + log.filename().string() + " is of " +
                                         to_string(*content->header) +
                                         "; what is beside it is of " + to_string(*found.header));
      found.header = content->header;
    }
    if (whose && !content->header && content->whole > 0 && logs_have_headers(*note) &&
        !deliberate::commits("foreign_log_accepted"))
      return damaged_in(directory, "the write-ahead log " + log.filename().string() +
                                       " does not say whose it is, as one of this journal would");
    if (*note && (*note)->number == log_number(log.filename()) && content->whole < (*note)->bytes &&
        !deliberate::commits("lost_log_accepted"))
      return lost_log(directory, **note, "has lost its end or all of it");
    if (*note && (*note)->number == log_number(log.filename()) && is_another(log, **note))
      return damaged_in(directory, "the write-ahead log " + (*note)->name +
                                       " begins otherwise than " + std::string{newest_log_note} +
                                       " says: it is another log, perhaps of an earlier time, or "
                                       "was damaged; bring the right one back, or start from a "
                                       "backup");
    found.written = found.written || content->whole > 0;
    if (content->header && content->whole > 0) found.with_header = log;
    if (content->last_write > found.last_write) {
      found.last_write = content->last_write;
      found.with_last_write = log;
    }
    if (const auto number = log_number(log.filename()); number >= found.newest) {
      found.newest = number;
      found.first_write_of_newest = content->whole > 0 ? content->first_write : 0;
    }
    if (content->dropped > 0)
      found.torn.push_back(
          log.string() + ": its last " + std::to_string(content->dropped) +
          " bytes are no whole record, and were dropped: a write that a crash tore and nobody was "
          "answered for, or the file was cut, or it is being written");
  }
  if (*note)
    if (auto there = check_newest_log(directory, **note); !there) return there.error();
  return found;
}

result<void> mark_copy(journal_files& files, const std::filesystem::path& copy,
                       const log_header& of) {
  auto done = write_identity_file(files, copy, of, identity_of::a_copy);
  const auto logs = files_in(copy, {log_extension});
  const auto newest = std::max_element(logs.begin(), logs.end(), [](const auto& a, const auto& b) {
    return log_number(a) < log_number(b);
  });
  if (done.ok() && newest != logs.end()) {
    const auto content = check_log(*newest);
    if (!content) return content.error();
    done = files.replace_file(copy / newest_log_note, [&](const auto&) {
      return to_text({newest->filename().string(), log_number(*newest), content->whole, {}});
    });
  }
  return done.ok() ? result<void>{} : error{errc::storage, done.ToString()};
}

}  // namespace acta::internal
