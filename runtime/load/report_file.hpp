// A file that a run leaves, and that is known to be writable before the run.
#pragma once

#include <filesystem>
#include <string>

#include "actors/model/error.hpp"

namespace acta::internal::load {

/// One thread.
class report_file {
public:
  /// An empty path: nothing is written.
  explicit report_file(std::filesystem::path path) : path_{std::move(path)} {}
  report_file(const report_file&) = delete;
  report_file& operator=(const report_file&) = delete;
  /// Leaves no empty file behind that it made itself.
  ~report_file();

  /// Fails (storage) unless the file can be written. Leaves what is in it.
  [[nodiscard]] result<void> check();
  /// Writes all of it, or leaves what was there: a regular file is replaced when the new one is
  /// whole.
  [[nodiscard]] result<void> write(const std::string& text);

private:
  [[nodiscard]] error failed() const;

  const std::filesystem::path path_;
  bool is_ours_ = false;  // made by check(), and empty
};

}  // namespace acta::internal::load
