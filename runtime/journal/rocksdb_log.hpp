// RocksDB's own text log, the file LOG.
#pragma once

#include <rocksdb/env.h>

#include <atomic>
#include <filesystem>
#include <memory>

namespace acta::internal {

/// Writes what RocksDB has to say of itself into a file; what cannot be written is left out. The
/// logger that RocksDB brings ends the program with an assertion, in a build that has them, at the
/// first line after one that could not be written: at the end of every process whose disk failed.
/// Any thread.
class rocksdb_log final : public rocksdb::Logger {
public:
  /// Null, if the file cannot be made. It is emptied.
  static std::shared_ptr<rocksdb::Logger> open(const std::filesystem::path& file);
  ~rocksdb_log() override;

  using rocksdb::Logger::Logv;
  void Logv(const char* format, va_list arguments) override;
  [[nodiscard]] std::size_t GetLogFileSize() const override { return size_; }

protected:
  rocksdb::Status CloseImpl() override { return rocksdb::Status::OK(); }

private:
  explicit rocksdb_log(int file) : file_{file} {}

  const int file_;
  std::atomic<std::size_t> size_{0};
};

}  // namespace acta::internal
