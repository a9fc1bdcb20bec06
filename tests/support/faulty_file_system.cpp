#include "tests/support/faulty_file_system.hpp"

#include <array>

namespace acta::testing {

namespace {

using rocksdb::IOStatus;

std::string name_of(const std::string& path) {
  return std::filesystem::path{path}.filename().string();
}

/// What RocksDB says and its lock are of no weight: they are passed on, without a number.
bool matters(const std::string& path) {
  const auto name = name_of(path);
  return name != "LOCK" && !name.starts_with("LOG");
}

const char* text_of(file_operation what) {
  constexpr std::array names{"create", "append", "sync",   "close",          "truncate",
                             "rename", "link",   "remove", "make directory", "sync directory"};
  return names[static_cast<std::size_t>(what)];
}

IOStatus status_of(fault how) {
  switch (how) {
    case fault::no_space: return IOStatus::NoSpace("told to fail");
    case fault::power_cut: return IOStatus::IOError("the power was cut");
    default: return IOStatus::IOError("told to fail");
  }
}

bool is_sync(file_operation what) {
  return what == file_operation::sync || what == file_operation::sync_directory;
}

}  // namespace

class faulty_file_system::file final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  file(faulty_file_system& owner, std::string path, disk_model::node_ptr model,
       std::unique_ptr<rocksdb::FSWritableFile>&& real)
      : FSWritableFileOwnerWrapper{std::move(real)},
        owner_{owner},
        path_{std::move(path)},
        model_{std::move(model)} {}

  status Append(const rocksdb::Slice& data, const rocksdb::IOOptions& how, debug* why) override {
    return owner_.append(*model_, path_, *target(), data, how, why);
  }
  status Append(const rocksdb::Slice& data, const rocksdb::IOOptions& how,
                const rocksdb::DataVerificationInfo&, debug* why) override {
    return Append(data, how, why);
  }
  status Sync(const rocksdb::IOOptions&, debug*) override {
    auto done = owner_.perform(
        file_operation::sync, path_, [] { return status::OK(); },
        [&] { disk_model::sync(*model_); });
    if (!done.ok()) owner_.fail_sync(*model_);
    return done;
  }
  status Fsync(const rocksdb::IOOptions& how, debug* why) override { return Sync(how, why); }
  status Truncate(std::uint64_t size, const rocksdb::IOOptions& how, debug* why) override {
    return owner_.perform(
        file_operation::truncate, path_, [&] { return target()->Truncate(size, how, why); },
        [&] { disk_model::truncate(*model_, size); });
  }
  /// Room in advance: megabytes of it, which the tests do not need.
  void PrepareWrite(std::size_t, std::size_t, const rocksdb::IOOptions&, debug*) override {}
  status Allocate(std::uint64_t, std::uint64_t, const rocksdb::IOOptions&, debug*) override {
    return status::OK();
  }
  status Close(const rocksdb::IOOptions& how, debug* why) override {
    return owner_.perform(
        file_operation::close, path_, [&] { return target()->Close(how, why); }, [] {});
  }

private:
  faulty_file_system& owner_;
  const std::string path_;
  const disk_model::node_ptr model_;
};

class faulty_file_system::directory final : public rocksdb::FSDirectoryWrapper {
public:
  directory(faulty_file_system& owner, std::string path,
            std::unique_ptr<rocksdb::FSDirectory>&& real)
      : FSDirectoryWrapper{std::move(real)}, owner_{owner}, path_{std::move(path)} {}

  status Fsync(const rocksdb::IOOptions&, debug*) override {
    return owner_.perform(
        file_operation::sync_directory, path_, [] { return status::OK(); },
        [&] { owner_.disk_.sync_directory(path_); });
  }
  status FsyncWithDirOptions(const rocksdb::IOOptions& how, debug* why,
                             const rocksdb::DirFsyncOptions&) override {
    return Fsync(how, why);
  }

private:
  faulty_file_system& owner_;
  const std::string path_;
};

void faulty_file_system::fail_sync(disk_model::node& which) {
  const std::lock_guard lock{mutex_};
  disk_model::fail_sync(which);
}

void faulty_file_system::fail_at(std::uint64_t number, fault how, bool for_ever) {
  const std::lock_guard lock{mutex_};
  told_ = order{{}, {}, number, 0, how, for_ever || how == fault::power_cut};
}

void faulty_file_system::fail_on(file_operation what, std::string part, fault how,
                                 std::size_t passing) {
  const std::lock_guard lock{mutex_};
  told_ = order{what, std::move(part), 0, passing, how, true};
}

void faulty_file_system::heal() {
  const std::lock_guard lock{mutex_};
  told_.reset();
}

std::uint64_t faulty_file_system::operations() const {
  const std::lock_guard lock{mutex_};
  return operations_;
}

std::uint64_t faulty_file_system::failures() const {
  const std::lock_guard lock{mutex_};
  return failures_;
}

std::string faulty_file_system::first_failure() const {
  const std::lock_guard lock{mutex_};
  return first_failure_;
}

std::size_t faulty_file_system::unsynced_log_bytes() const {
  const std::lock_guard lock{mutex_};
  return disk_.unsynced_bytes(".log");
}

void faulty_file_system::write_survivors(const std::filesystem::path& to, survival beside,
                                         std::uint64_t seed) const {
  const std::lock_guard lock{mutex_};
  disk_.write_survivors(to, beside, seed);
}

bool faulty_file_system::meant(const order& told, file_operation what, const std::string& path) {
  if (told.number > 0)
    return told.for_ever ? operations_ >= told.number : operations_ == told.number;
  return told.what == what && path.find(told.part) != std::string::npos;
}

std::optional<fault> faulty_file_system::next_fault(file_operation what, const std::string& path) {
  ++operations_;
  if (!told_ || !meant(*told_, what, path)) return std::nullopt;
  if (told_->passing > 0) return --told_->passing, std::nullopt;
  if (++failures_ == 1) first_failure_ = text_of(what) + (" " + name_of(path));
  return told_->how;
}

template <class Real, class Model>
IOStatus faulty_file_system::perform(file_operation what, const std::string& path, Real real,
                                     Model model) {
  if (!matters(path)) return real();
  const std::lock_guard lock{mutex_};
  const auto met = next_fault(what, path);
  if (!met) {
    auto done = real();
    if (done.ok()) model();
    return done;
  }
  // The disk may have got it when the power went; but nothing says that it is synced.
  if (*met == fault::power_cut && failures_ == 1 && !is_sync(what)) model();
  return status_of(*met);
}

IOStatus faulty_file_system::append(disk_model::node& to, const std::string& path,
                                    rocksdb::FSWritableFile& real, const rocksdb::Slice& data,
                                    const rocksdb::IOOptions& how, debug* why) {
  const std::lock_guard lock{mutex_};
  const auto met = next_fault(file_operation::append, path);
  if (met == fault::error || (met == fault::power_cut && failures_ > 1)) return status_of(*met);
  const bool half = met == fault::no_space || met == fault::short_write;
  const rocksdb::Slice taken{data.data(), half ? data.size() / 2 : data.size()};
  disk_model::append(to, {taken.data(), taken.size()});
  if (met == fault::power_cut) return status_of(*met);
  auto done = real.Append(taken, how, why);
  return met ? status_of(*met) : done;
}

IOStatus faulty_file_system::NewWritableFile(const std::string& path,
                                             const rocksdb::FileOptions& how,
                                             std::unique_ptr<rocksdb::FSWritableFile>* made,
                                             debug* why) {
  if (!matters(path)) return target()->NewWritableFile(path, how, made, why);
  return perform(
      file_operation::create, path, [&] { return target()->NewWritableFile(path, how, made, why); },
      [&] {
        auto model = disk_.create(path);
        if (*made) *made = std::make_unique<file>(*this, path, std::move(model), std::move(*made));
      });
}

IOStatus faulty_file_system::ReopenWritableFile(const std::string& path,
                                                const rocksdb::FileOptions& how,
                                                std::unique_ptr<rocksdb::FSWritableFile>* made,
                                                debug* why) {
  const auto there = [&] {
    const std::lock_guard lock{mutex_};
    return disk_.find(path);
  }();
  if (!there) return NewWritableFile(path, how, made, why);
  auto opened = target()->ReopenWritableFile(path, how, made, why);
  if (opened.ok()) *made = std::make_unique<file>(*this, path, there, std::move(*made));
  return opened;
}

IOStatus faulty_file_system::NewDirectory(const std::string& path, const rocksdb::IOOptions& how,
                                          std::unique_ptr<rocksdb::FSDirectory>* made, debug* why) {
  auto opened = target()->NewDirectory(path, how, made, why);
  if (opened.ok()) *made = std::make_unique<directory>(*this, path, std::move(*made));
  return opened;
}

IOStatus faulty_file_system::DeleteFile(const std::string& path, const rocksdb::IOOptions& how,
                                        debug* why) {
  return perform(
      file_operation::remove, path, [&] { return target()->DeleteFile(path, how, why); },
      [&] { disk_.remove(path); });
}

IOStatus faulty_file_system::RenameFile(const std::string& from, const std::string& to,
                                        const rocksdb::IOOptions& how, debug* why) {
  return perform(
      file_operation::rename, to, [&] { return target()->RenameFile(from, to, how, why); },
      [&] { disk_.rename(from, to); });
}

IOStatus faulty_file_system::LinkFile(const std::string& from, const std::string& to,
                                      const rocksdb::IOOptions& how, debug* why) {
  return perform(
      file_operation::link, from, [&] { return target()->LinkFile(from, to, how, why); },
      [&] { disk_.link(from, to); });
}

IOStatus faulty_file_system::Truncate(const std::string& path, std::size_t size,
                                      const rocksdb::IOOptions& how, debug* why) {
  return perform(
      file_operation::truncate, path, [&] { return target()->Truncate(path, size, how, why); },
      [&] {
        if (const auto found = disk_.find(path)) disk_model::truncate(*found, size);
      });
}

IOStatus faulty_file_system::CreateDir(const std::string& path, const rocksdb::IOOptions& how,
                                       debug* why) {
  return perform(
      file_operation::make_directory, path, [&] { return target()->CreateDir(path, how, why); },
      [&] { disk_.make_directory(path); });
}

IOStatus faulty_file_system::CreateDirIfMissing(const std::string& path,
                                                const rocksdb::IOOptions& how, debug* why) {
  if (target()->FileExists(path, how, why).ok()) return IOStatus::OK();
  return CreateDir(path, how, why);
}

IOStatus faulty_file_system::GetFreeSpace(const std::string& path, const rocksdb::IOOptions& how,
                                          std::uint64_t* bytes, debug* why) {
  const std::lock_guard lock{mutex_};
  if (claimed_free_) return *bytes = *claimed_free_, IOStatus::OK();
  return target()->GetFreeSpace(path, how, bytes, why);
}

IOStatus faulty_file_system::DeleteDir(const std::string& path, const rocksdb::IOOptions& how,
                                       debug* why) {
  return perform(
      file_operation::remove, path, [&] { return target()->DeleteDir(path, how, why); },
      [&] { disk_.remove(path); });
}

}  // namespace acta::testing
