#include "runtime/journal/backup_marker.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

namespace acta::internal {

namespace {

namespace fs = std::filesystem;

constexpr const char* header = "acta backup, unfinished";

/// A name that can only lead into the directory that it is in.
bool is_name(const std::string& text) {
  return !text.empty() && text.find('/') == std::string::npos && text != "." && text != "..";
}

bool is_nonce(const std::string& text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::optional<backup_marker> parse(const std::string& text) {
  std::istringstream lines{text};
  backup_marker read;
  std::string line;
  std::string kind;
  if (!std::getline(lines, line) || line != header) return std::nullopt;
  if (!(lines >> kind >> read.process) || kind != "process") return std::nullopt;
  if (!(lines >> kind >> read.nonce) || kind != "nonce" || !is_nonce(read.nonce))
    return std::nullopt;
  while (lines >> kind >> line) {
    if (kind != "file" || !is_name(line)) return std::nullopt;
    read.files.push_back(line);
  }
  return read;
}

/// What the marker file says; nothing, if there is none.
std::optional<std::string> mark_in(const fs::path& directory) {
  std::ifstream file{directory / backup_marker::file_name, std::ios::binary};
  if (!file) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>{file}, {}};
}

bool names(const backup_marker& marker, const std::string& file) {
  return std::find(marker.files.begin(), marker.files.end(), file) != marker.files.end();
}

using entries = std::vector<fs::directory_entry>;

/// Fails (storage) if the directory cannot be read.
result<entries> entries_of(const fs::path& directory) {
  entries found;
  std::error_code failed;
  for (fs::directory_iterator at{directory, failed}; !failed && at != fs::directory_iterator{};
       at.increment(failed))
    found.push_back(*at);
  if (failed) return error{errc::storage, failed.message()};
  return found;
}

bool is_file(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.symlink_status(ignored).type() == fs::file_type::regular;
}

bool has_only_named(const fs::path& directory, const backup_marker& marker) {
  const auto all = entries_of(directory);
  return all && std::all_of(all->begin(), all->end(), [&](const auto& entry) {
           return is_file(entry) && names(marker, entry.path().filename().string());
         });
}

/// Whether an entry of the backup's directory is the backup's.
bool is_ours(const fs::directory_entry& entry, const backup_marker& marker) {
  const auto name = entry.path().filename().string();
  if (name == marker.staging())
    return fs::is_directory(entry.symlink_status()) && has_only_named(entry.path(), marker);
  return is_file(entry) &&
         (name == backup_marker::file_name || (name != "CURRENT" && names(marker, name)));
}

}  // namespace

std::string backup_marker::text() const {
  auto made = std::string{header} + "\nprocess " + process + "\nnonce " + nonce + "\n";
  for (const auto& file : files) made += "file " + file + "\n";
  return made;
}

backup_marker new_backup_marker(std::vector<std::string> files) {
  std::random_device chance;
  std::ostringstream nonce;
  nonce << std::hex;
  for (int digits = 0; digits < 32; ++digits) nonce << (chance() & 15U);
  return {std::to_string(::getpid()), nonce.str(), std::move(files)};
}

result<void> check_finished(const fs::path& directory) {
  std::error_code ignored;
  if (!fs::exists(directory / backup_marker::file_name, ignored) ||
      fs::exists(directory / "CURRENT", ignored))
    return {};
  return error{errc::storage,
               directory.string() + " is an unfinished backup: make it again, or remove it"};
}

result<std::optional<backup_marker>> marker_in(const fs::path& directory) {
  const error taken{errc::storage, "it exists and is not an empty directory"};
  std::error_code failed;
  const auto status = fs::status(directory, failed);
  if (status.type() != fs::file_type::directory) return taken;
  auto all = entries_of(directory);
  if (!all) return all.error();
  // A file system of its own has it from the first day.
  std::erase_if(*all, [](const auto& entry) { return entry.path().filename() == "lost+found"; });
  if (all->empty()) return std::optional<backup_marker>{};
  const auto text = mark_in(directory);
  if (!text) return taken;
  // It is written before all else: a power cut may have left no more than its name.
  if (text->empty() && all->size() == 1) return std::optional{backup_marker{}};
  auto marker = parse(*text);
  if (!marker || !std::all_of(all->begin(), all->end(),
                              [&](const auto& entry) { return is_ours(entry, *marker); }))
    return taken;
  return marker;
}

void remove_mark(const fs::path& directory) {
  const auto text = mark_in(directory);
  if (!text) return;
  std::error_code ignored;
  if (const auto marker = parse(*text)) fs::remove(directory / marker->staging(), ignored);
  fs::remove(directory / backup_marker::file_name, ignored);
}

void remove_marked(const fs::path& directory, const backup_marker& marker) {
  std::error_code ignored;
  const auto staging = directory / marker.staging();
  // The mark is the last to go: what is left without it, nobody may remove.
  for (const auto& file : marker.files) {
    fs::remove(staging / file, ignored);
    if (file != "CURRENT") fs::remove(directory / file, ignored);
  }
  fs::remove(staging, ignored);
  fs::remove(directory / backup_marker::file_name, ignored);
}

}  // namespace acta::internal
