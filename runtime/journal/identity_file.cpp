#include "runtime/journal/identity_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <fstream>

namespace acta::internal {

namespace {

/// How a file is told from its copies; a file system that keeps no time of birth says 0. Without
/// the device, whose number may change when the machine starts again.
std::string name_of_file(const std::filesystem::path& file) {
  struct statx found {};
  if (::statx(AT_FDCWD, file.c_str(), 0, STATX_INO | STATX_BTIME, &found) != 0) return {};
  const bool born = (found.stx_mask & STATX_BTIME) != 0;
  return std::to_string(found.stx_ino) + " " + std::to_string(born ? found.stx_btime.tv_sec : 0) +
         "." + std::to_string(born ? found.stx_btime.tv_nsec : 0);
}

}  // namespace

result<std::optional<identity_file>> read_identity_file(const std::filesystem::path& directory) {
  const auto path = directory / identity_file_name;
  std::ifstream file{path};
  if (!file) return std::optional<identity_file>{};
  const auto line = [&file](std::string_view begin) {
    std::string text;
    std::getline(file, text);
    return text.starts_with(begin) ? text.substr(begin.size()) : std::string{};
  };
  identity_file found;
  const auto id = journal_id_from(line("journal "));
  const bool numbered = detail::read_number(line("history "), found.of.history);
  const auto itself = line("file ");
  if (!id || !numbered || itself.empty())
    return error{errc::damaged, std::string{identity_file_name} +
                                    " cannot be understood; without it the journal opens as a copy "
                                    "of itself, if its write-ahead logs agree"};
  found.of.journal = *id;
  // A copy of hard links has the same file; which of the two is the copy nobody can tell.
  std::error_code ignored;
  found.original =
      itself == name_of_file(path) && std::filesystem::hard_link_count(path, ignored) == 1;
  return std::optional{found};
}

rocksdb::IOStatus write_identity_file(journal_files& files, const std::filesystem::path& directory,
                                      const log_header& of, identity_of what) {
  return files.replace_file(directory / identity_file_name, [&](const auto& unfinished) {
    return "journal " + to_string(of.journal) + "\nhistory " + std::to_string(of.history) +
           "\nfile " +
           (what == identity_of::a_copy ? std::string{"none: this is a copy"}
                                        : name_of_file(unfinished)) +
           "\n";
  });
}

}  // namespace acta::internal
