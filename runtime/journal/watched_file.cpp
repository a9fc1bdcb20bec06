#include "runtime/journal/watched_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t end_bytes = 16;

}  // namespace

class watched_file::file final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  using status = rocksdb::IOStatus;
  file(std::shared_ptr<watched_file> watcher, std::unique_ptr<rocksdb::FSWritableFile>&& written,
       sync_time* syncs)
      : FSWritableFileOwnerWrapper{std::move(written)},
        watcher_{std::move(watcher)},
        syncs_{syncs} {}

  status Append(const rocksdb::Slice& data, const rocksdb::IOOptions& how,
                rocksdb::IODebugContext* debug) override {
    watcher_->most_ += data.size();
    return told(data, target()->Append(data, how, debug));
  }
  status Append(const rocksdb::Slice& data, const rocksdb::IOOptions& how,
                const rocksdb::DataVerificationInfo& check,
                rocksdb::IODebugContext* debug) override {
    watcher_->most_ += data.size();
    return told(data, target()->Append(data, how, check, debug));
  }
  status Sync(const rocksdb::IOOptions& how, rocksdb::IODebugContext* debug) override {
    return synced([&] { return target()->Sync(how, debug); });
  }
  status Fsync(const rocksdb::IOOptions& how, rocksdb::IODebugContext* debug) override {
    return synced([&] { return target()->Fsync(how, debug); });
  }

private:
  status told(const rocksdb::Slice& data, status done) {
    if (done.ok()) watcher_->appended({data.data(), data.size()});
    return done;
  }
  template <class Sync>
  status synced(Sync sync) {
    const auto bytes = watcher_->written_.load();
    const auto begun = std::chrono::steady_clock::now();
    auto done = sync();
    if (syncs_) *syncs_ += (std::chrono::steady_clock::now() - begun).count();
    if (done.ok()) watcher_->synced_ = bytes;
    return done;
  }
  const std::shared_ptr<watched_file> watcher_;
  sync_time* const syncs_;
};

watched_file::watched_file(std::filesystem::path path)
    : path_{std::move(path)}, descriptor_{::open(path_.c_str(), O_RDONLY | O_CLOEXEC)} {
  struct stat found {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &found) != 0) return;
  device_ = found.st_dev;
  inode_ = found.st_ino;
}

watched_file::~watched_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::unique_ptr<rocksdb::FSWritableFile> watched_file::wrap(
    std::shared_ptr<watched_file> watcher, std::unique_ptr<rocksdb::FSWritableFile> written,
    sync_time* syncs) {
  return std::make_unique<file>(std::move(watcher), std::move(written), syncs);
}

bool watched_file::ends_as_written() const {
  std::array<char, end_bytes> there{};
  const auto size = static_cast<ssize_t>(end_.size());
  const auto at = static_cast<off_t>(end_at_) - size;
  return ::pread(descriptor_, there.data(), end_.size(), at) == size &&
         std::equal(end_.begin(), end_.end(), there.begin());
}

std::optional<std::string> watched_file::content() const {
  if (cut_) return std::nullopt;
  std::string all(written_.load(), '\0');
  for (std::size_t at = 0; at < all.size();) {
    const auto read =
        ::pread(descriptor_, all.data() + at, all.size() - at, static_cast<off_t>(at));
    if (read < 0 && errno == EINTR) continue;
    if (read <= 0) return std::nullopt;
    at += static_cast<std::size_t>(read);
  }
  return all;
}

void watched_file::appended(std::string_view data) {
  if (!ends_as_written()) cut_ = true;
  if (const auto last = data.find_last_not_of('\0'); last != std::string_view::npos) {
    const auto size = std::min(last + 1, end_bytes);
    end_ = data.substr(last + 1 - size, size);
    end_at_ = written_ + last + 1;
  }
  written_ += data.size();
}

std::optional<std::uint64_t> watched_file::size_in_place() const {
  struct stat found {};
  if (::stat(path_.c_str(), &found) != 0 || found.st_dev != device_ || found.st_ino != inode_)
    return std::nullopt;
  return static_cast<std::uint64_t>(found.st_size);
}

std::string watched_file::what_is_wrong() const {
  if (deliberate::commits("lost_log_written_on")) return {};
  const auto written = written_.load();  // before the look: another thread may be writing
  const auto size = size_in_place();
  if (!size) return "was removed, renamed or replaced";
  if (cut_ || *size < written) return "was cut";
  if (*size > most_) return "has bytes at its end that this process did not write";
  return {};
}

}  // namespace acta::internal
