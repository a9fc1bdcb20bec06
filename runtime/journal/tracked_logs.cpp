#include "runtime/journal/tracked_logs.hpp"

#include <limits>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/model/cursor.hpp"
#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/watched_manifest.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta::internal {

namespace {

/// The first number in `text` after `before`. 0: there is none.
std::uint64_t number_after(std::string_view before, std::string_view text) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return 0;
  text.remove_prefix(at + before.size());
  std::uint64_t number = 0;
  return detail::read_number(text.substr(0, text.find_first_not_of("0123456789")), number) ? number
                                                                                           : 0;
}

/// As RocksDB names them: six digits, or more.
std::string name_of_log(std::uint64_t number) {
  const auto digits = std::to_string(number);
  return std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits +
         std::string{log_extension};
}

class no_bytes final : public rocksdb::FSSequentialFile {
public:
  rocksdb::IOStatus Read(std::size_t, const rocksdb::IOOptions&, rocksdb::Slice* read, char*,
                         rocksdb::IODebugContext*) override {
    read->clear();
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus Skip(std::uint64_t) override { return rocksdb::IOStatus::OK(); }
};

class with_logs final : public rocksdb::FileSystemWrapper {
public:
  with_logs(std::shared_ptr<rocksdb::FileSystem> files, std::set<std::string> names)
      : FileSystemWrapper{std::move(files)}, names_{std::move(names)} {}
  const char* Name() const override { return "acta.with_empty_logs"; }
  rocksdb::IOStatus GetChildren(const std::string& directory, const rocksdb::IOOptions& how,
                                std::vector<std::string>* names,
                                rocksdb::IODebugContext* debug) override {
    auto done = target()->GetChildren(directory, how, names, debug);
    names->insert(names->end(), names_.begin(), names_.end());
    return done;
  }
  rocksdb::IOStatus GetFileSize(const std::string& path, const rocksdb::IOOptions& how,
                                std::uint64_t* bytes, rocksdb::IODebugContext* debug) override {
    if (!is_one(path)) return target()->GetFileSize(path, how, bytes, debug);
    *bytes = std::numeric_limits<std::uint64_t>::max();
    return rocksdb::IOStatus::OK();
  }
  rocksdb::IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& how,
                                      std::unique_ptr<rocksdb::FSSequentialFile>* file,
                                      rocksdb::IODebugContext* debug) override {
    if (!is_one(path)) return target()->NewSequentialFile(path, how, file, debug);
    *file = std::make_unique<no_bytes>();
    return rocksdb::IOStatus::OK();
  }

private:
  [[nodiscard]] bool is_one(const std::filesystem::path& path) const {
    return names_.contains(path.filename().string());
  }
  std::set<std::string> names_;
};

}  // namespace

std::optional<std::string> missed_log_of_tables(const rocksdb::Status& opened,
                                                const std::filesystem::path& directory) {
  if (!opened.IsCorruption() || deliberate::commits("log_of_tables_missed")) return std::nullopt;
  const auto log = number_after("Missing WAL with log number: ", opened.ToString());
  const auto current = beginning_of_file(directory / "CURRENT", watched_manifest::longest_name);
  const auto manifest = number_after("MANIFEST-", current.value_or(std::string{}));
  if (log == 0 || log + 1 >= manifest) return std::nullopt;
  return name_of_log(log);
}

std::shared_ptr<rocksdb::FileSystem> with_empty_logs(std::shared_ptr<rocksdb::FileSystem> files,
                                                     std::set<std::string> names) {
  return std::make_shared<with_logs>(std::move(files), std::move(names));
}

}  // namespace acta::internal
