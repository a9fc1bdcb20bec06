#include "runtime/journal/file_copy.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <thread>
#include <vector>

namespace acta::internal {

namespace {

using rocksdb::IOStatus;

/// Much that is not synced yet would make the syncs of others wait.
constexpr std::uint64_t sync_every_bytes = 4 * 1024 * 1024;

class open_file {
public:
  open_file(const std::filesystem::path& path, int flags)
      : number_{::open(path.c_str(), flags | O_CLOEXEC)} {}
  open_file(const open_file&) = delete;
  open_file& operator=(const open_file&) = delete;
  ~open_file() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

private:
  int number_;
};

}  // namespace

IOStatus file_copier::copy(const std::filesystem::path& from, const std::filesystem::path& to,
                           std::uint64_t size) {
  std::unique_ptr<rocksdb::FSSequentialFile> in;
  std::unique_ptr<rocksdb::FSWritableFile> out;
  auto done = files_->NewSequentialFile(from.string(), {}, &in, nullptr);
  if (done.ok()) done = files_->NewWritableFile(to.string(), {}, &out, nullptr);
  std::vector<char> buffer(chunk_bytes());
  std::uint64_t unsynced = 0;
  for (auto left = size; done.ok() && left > 0;) {
    if (is_stopped()) return IOStatus::Aborted("it was stopped");
    rocksdb::Slice read;
    done =
        in->Read(std::min<std::uint64_t>(left, buffer.size()), {}, &read, buffer.data(), nullptr);
    if (done.ok() && read.empty())
      done = IOStatus::Corruption(from.string() + " is shorter than it was");
    if (!done.ok()) break;
    done = out->Append(read, {}, nullptr);
    left -= read.size();
    unsynced += read.size();
    if (done.ok() && unsynced >= sync_every_bytes) {
      unsynced = 0;
      done = out->Sync({}, nullptr);
    }
    pace(read.size());
  }
  if (done.ok()) done = out->Sync({}, nullptr);
  // Nobody reads the copy soon, and the journal's own pages are wanted.
  if (done.ok()) out->InvalidateCache(0, 0).PermitUncheckedError();
  if (done.ok()) done = out->Close({}, nullptr);
  return done;
}

bool file_copier::clone(const std::filesystem::path& from, const std::filesystem::path& to) {
  const open_file in{from, O_RDONLY};
  const open_file out{to, O_WRONLY};
  return in.number() >= 0 && out.number() >= 0 &&
         ::ioctl(out.number(), FICLONE, in.number()) == 0 && ::fsync(out.number()) == 0;
}

std::size_t file_copier::chunk_bytes() const {
  constexpr std::uint64_t least = 4 * 1024;
  constexpr std::uint64_t most = 1024 * 1024;
  return bytes_per_second_ == 0 ? most : std::clamp(bytes_per_second_ / 16, least, most);
}

void file_copier::pace(std::uint64_t bytes) {
  copied_ += bytes;
  if (bytes_per_second_ == 0) return;
  const std::chrono::duration<double> due{static_cast<double>(copied_) /
                                          static_cast<double>(bytes_per_second_)};
  const auto until = began_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(due);
  // In short steps, so that whoever stops it is not kept waiting.
  constexpr std::chrono::steady_clock::duration step = std::chrono::milliseconds{10};
  for (auto now = std::chrono::steady_clock::now(); now < until && !is_stopped();
       now = std::chrono::steady_clock::now())
    std::this_thread::sleep_for(std::min(step, until - now));
}

}  // namespace acta::internal
