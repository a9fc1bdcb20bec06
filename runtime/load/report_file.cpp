#include "runtime/load/report_file.hpp"

#include <fstream>
#include <system_error>

namespace acta::internal::load {

namespace {

bool write_to(const std::filesystem::path& file, const std::string& text) {
  return static_cast<bool>((std::ofstream{file} << text).flush());
}

}  // namespace

report_file::~report_file() {
  std::error_code ignored;
  if (is_ours_) std::filesystem::remove(path_, ignored);
}

error report_file::failed() const {
  return {errc::storage, path_.string() + ": cannot be written"};
}

result<void> report_file::check() {
  if (path_.empty()) return {};
  std::error_code ignored;
  const bool is_new = !std::filesystem::exists(path_, ignored);
  if (!std::ofstream{path_, std::ios::app}) return failed();
  is_ours_ = is_new;
  return {};
}

result<void> report_file::write(const std::string& text) {
  if (path_.empty()) return {};
  std::error_code failure;
  if (!std::filesystem::is_regular_file(path_, failure))
    return write_to(path_, text) ? result<void>{} : failed();
  auto whole = path_;
  whole += ".part";
  if (write_to(whole, text)) std::filesystem::rename(whole, path_, failure);
  if (failure || std::filesystem::exists(whole)) {
    std::filesystem::remove(whole, failure);
    return failed();
  }
  is_ours_ = false;
  return {};
}

}  // namespace acta::internal::load
