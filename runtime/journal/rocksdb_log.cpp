#include "runtime/journal/rocksdb_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>

#include "runtime/journal/file_modes.hpp"

namespace acta::internal {

namespace {

/// In UTC, as in "2026/11/24-11:41:25.000123 ".
std::string stamp() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  auto size = std::strftime(text.data(), text.size(), "%Y/%m/%d-%H:%M:%S", &parts);
  size += static_cast<std::size_t>(std::snprintf(text.data() + size, text.size() - size, ".%06lld ",
                                                 static_cast<long long>(us.count() % 1'000'000)));
  return {text.data(), size};
}

}  // namespace

std::shared_ptr<rocksdb::Logger> rocksdb_log::open(const std::filesystem::path& file) {
  make_private_file(file);
  const int opened = ::open(file.c_str(), O_WRONLY | O_TRUNC | O_APPEND | O_CLOEXEC);
  if (opened < 0) return nullptr;
  return std::shared_ptr<rocksdb::Logger>{new rocksdb_log{opened}};
}

rocksdb_log::~rocksdb_log() { ::close(file_); }

void rocksdb_log::Logv(const char* format, va_list arguments) {
  auto line = stamp();
  va_list again;
  va_copy(again, arguments);
  const int length = std::vsnprintf(nullptr, 0, format, again);
  va_end(again);
  if (length < 0) return;
  const auto begin = line.size();
  line.resize(begin + static_cast<std::size_t>(length) + 1);  // with room for its zero
  std::vsnprintf(line.data() + begin, static_cast<std::size_t>(length) + 1, format, arguments);
  line.back() = '\n';
  if (line.ends_with("\n\n")) line.pop_back();
  // One call for a line, so that lines of threads do not mix.
  const auto written = ::write(file_, line.data(), line.size());
  if (written > 0) size_ += static_cast<std::size_t>(written);
}

}  // namespace acta::internal
