#include "runtime/journal/repair.hpp"

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/identity_file.hpp"
#include "runtime/journal/journal_directory.hpp"
#include "runtime/journal/locked_directory.hpp"
#include "runtime/journal/log_fragments.hpp"
#include "runtime/journal/record.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/journal/rocksdb_keys.hpp"

namespace acta::internal {

namespace fs = std::filesystem;

namespace {

/// RocksDB's: a varint of at most 32 bits at `at`, which is moved behind it.
std::uint32_t take_length(std::string_view text, std::size_t& at) {
  std::uint32_t length = 0;
  for (unsigned shift = 0; shift < 32 && at < text.size(); shift += 7) {
    const auto byte = static_cast<unsigned char>(text[at++]);
    length |= static_cast<std::uint32_t>(byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return length;
}

/// The events in what is left of a write. Each is a part of it: a tag, its family in one byte, its
/// key with a length before it, and so its record.
std::vector<recorded_event> events_in(std::string_view left) {
  constexpr char put_in_family = 5;
  constexpr char key_size = 8;
  std::vector<recorded_event> found;
  for (std::size_t at = 0; at + 3 + key_size < left.size(); ++at) {
    if (left[at] != put_in_family || left[at + 2] != key_size) continue;
    auto record_at = at + 3 + key_size;
    const auto length = take_length(left, record_at);
    if (record_at + length > left.size()) continue;
    auto event = decode_record(left.substr(record_at, length));
    if (!event) continue;
    found.push_back(*std::move(event));
    at = record_at + length - 1;
  }
  return found;
}

struct log_to_cut {
  unfinished_write what;
  log_content content;
};

error refusal(const fs::path& log, std::uint64_t at, const std::string& why) {
  return {errc::damaged,
          log.string() + ", byte " + std::to_string(at) + ": this write is not whole, " + why +
              ". It may have been answered: nothing is dropped; start from a backup"};
}

result<log_to_cut> find(const fs::path& journal) {
  const auto note = read_log_note(journal);
  if (!note) return note.error();
  std::optional<log_to_cut> found;
  for (const auto& log : files_in(journal, {log_extension})) {
    if (found)
      return refusal(found->what.log, found->what.begin,
                     "and " + log.filename().string() + " was begun after it");
    auto content = read_log(log);
    if (content.whole == content.bytes.size()) continue;
    if (content.next_write)
      return refusal(log, content.whole,
                     "and at byte " + std::to_string(*content.next_write) +
                         " another begins, which was begun when this one was synced");
    if (*note && (*note)->number == log_number(log) && content.whole < (*note)->bytes)
      return refusal(log, content.whole,
                     "and " + std::string{newest_log_note} + " says that one of " +
                         std::to_string((*note)->bytes) + " bytes was answered");
    const auto size = content.bytes.size();
    found = log_to_cut{{log, content.whole, size, {}}, std::move(content)};
  }
  if (!found) return error{errc::not_found, journal.string() + ": every write is whole"};
  found->what.readable = events_in(left_of_write(found->content.bytes, found->what.begin));
  return *std::move(found);
}

error storage_problem(const rocksdb::IOStatus& what) {
  return {errc::storage, "nothing was dropped: " + what.ToString()};
}

fs::path new_directory_in(const fs::path& journal) {
  for (int number = 1;; ++number)
    if (auto place = journal / ("repaired-" + std::to_string(number)); !fs::exists(place))
      return place;
}

result<void> expect_to_open(const fs::path& journal) {
  rocksdb_options reading;
  reading.directory = journal;
  reading.read_only = true;
  const auto opened = open_rocksdb_journal(reading);
  return opened ? result<void>{} : opened.error();
}

}  // namespace

result<void> find_closed_journal(const fs::path& directory) {
  journal_files files{rocksdb::FileSystem::Default()};
  if (auto there = prepare_directory(files, directory, /*read_only=*/true); !there) return there;
  const locked_directory lock{directory};
  return lock.taken() ? error{errc::storage, directory.string() + ": " + in_use} : result<void>{};
}

result<unfinished_write> find_unfinished_write(const fs::path& journal) {
  auto found = find(journal);
  return found ? result<unfinished_write>{std::move(found->what)} : found.error();
}

result<fs::path> drop_unfinished_write(const fs::path& journal) {
  const locked_directory lock{journal};
  if (lock.taken()) return error{errc::storage, journal.string() + ": " + in_use};
  auto found = find(journal);
  if (!found) return found.error();
  const auto& [what, content] = *found;
  const auto whose = read_identity_file(journal);
  if (!whose) return whose.error();
  journal_files files{rocksdb::FileSystem::Default()};
  const auto kept = new_directory_in(journal);
  const auto put = [&](const fs::path& place, std::string_view text) {
    return files.replace_file(place, [&](const auto&) { return std::string{text}; });
  };
  auto done = files.make_directory(kept);
  if (done.ok()) done = put(kept / what.log.filename(), content.bytes);
  // What was dropped may have been answered after all: others may know what this journal does not.
  if (done.ok() && *whose)
    done = write_identity_file(files, journal, (*whose)->of, identity_of::a_copy);
  const auto end = deliberate::commits("repair_drops_two") ? content.last_write : what.begin;
  if (done.ok()) done = put(what.log, std::string_view{content.bytes}.substr(0, end));
  if (!done.ok()) return storage_problem(done);
  if (const auto opens = expect_to_open(journal); !opens) {
    (void)put(what.log, content.bytes);
    return error{errc::damaged,
                 "nothing was dropped: without its last write the journal does not "
                 "open either: " +
                     opens.error().detail};
  }
  return kept;
}

}  // namespace acta::internal
