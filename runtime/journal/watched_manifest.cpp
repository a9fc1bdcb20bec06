#include "runtime/journal/watched_manifest.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view manifest_begin = "MANIFEST-";

/// All that CURRENT may hold: RocksDB opens with nothing else.
std::string naming(const watched_file& manifest) {
  return manifest.path().filename().string() + "\n";
}

fs::path current_beside(const watched_file& manifest) {
  return manifest.path().parent_path() / "CURRENT";
}

}  // namespace

std::optional<std::string> beginning_of_file(const fs::path& file, std::size_t most_bytes) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) return std::string{};
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) return std::nullopt;
    return std::string{};
  }
  std::string text(most_bytes, '\0');
  const auto size = ::pread(descriptor, text.data(), text.size(), 0);
  ::close(descriptor);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return text;
}

bool watched_manifest::is_one(const fs::path& file) {
  const auto name = file.filename().string();
  return name.starts_with(manifest_begin) &&
         name.find_first_not_of("0123456789", manifest_begin.size()) == std::string::npos;
}

rocksdb::IOStatus watched_manifest::begin(const fs::path& path,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file) {
  auto watcher = std::make_shared<watched_file>(path);
  if (!watcher->watches())
    return rocksdb::IOStatus::IOError(path.string() + " cannot be opened again");
  *file = watched_file::wrap(watcher, std::move(*file));
  const std::lock_guard lock{mutex_};
  next_ = std::move(watcher);
  return rocksdb::IOStatus::OK();
}

// Under the lock: nobody may look at CURRENT between the two.
rocksdb::IOStatus watched_manifest::become_current(
    const std::function<rocksdb::IOStatus()>& rename_current) {
  const std::lock_guard lock{mutex_};
  auto done = rename_current();
  if (done.ok() && next_) current_ = std::move(next_);
  return done;
}

std::string watched_manifest::what_is_wrong() const {
  if (deliberate::commits("lost_manifest_written_on")) return {};
  const std::lock_guard lock{mutex_};
  if (!current_) return {};
  const auto name = current_->path().filename().string();
  if (const auto wrong = current_->what_is_wrong(); !wrong.empty())
    return "the manifest " + current_->path().string() + " " + wrong + " while it was in use";
  const auto wanted = naming(*current_);
  const auto place = current_beside(*current_);
  const auto found = beginning_of_file(place, wanted.size() + 1);
  if (!found || *found == wanted) return {};
  if (found->substr(0, found->find('\n')) == name)
    return place.string() + " has other bytes than the name of " + name + " and a newline";
  return place.string() + " does not name " + name + " any more, which is in use";
}

std::optional<std::vector<watched_manifest::lost_file>> watched_manifest::lost_files() const {
  const std::lock_guard lock{mutex_};
  std::vector<lost_file> lost;
  if (!current_) return lost;
  if (!current_->what_is_wrong().empty()) {
    std::error_code failed;
    if (!current_->is_in_place() &&
        fs::symlink_status(current_->path(), failed).type() != fs::file_type::not_found)
      return std::nullopt;
    auto content = current_->content();
    if (!content) return std::nullopt;
    lost.push_back({current_->path(), *std::move(content)});
  }
  const auto place = current_beside(*current_);
  const auto wanted = naming(*current_);
  const auto found = beginning_of_file(place, longest_name + 1);
  if (!found) return std::nullopt;
  if (*found == wanted) return lost;
  const auto named = found->substr(0, found->find('\n'));
  std::error_code failed;
  if (!named.empty() && named != current_->path().filename() &&
      fs::exists(place.parent_path() / named, failed))
    return std::nullopt;
  lost.push_back({place, wanted});
  return lost;
}

}  // namespace acta::internal
