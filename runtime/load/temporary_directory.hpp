// A directory that ends with its owner.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace acta::internal::load {

class temporary_directory {
public:
  /// path() is empty if there is none to be had.
  temporary_directory() {
    std::error_code none;
    const auto parent = std::filesystem::temp_directory_path(none);
    auto name = (parent / "acta-load-XXXXXX").string();
    if (!none && ::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  ~temporary_directory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

}  // namespace acta::internal::load
