// The report of a command, and its page.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "actors/model/malformed.hpp"
#include "runtime/load/report_file.hpp"
#include "runtime/load/report_page.hpp"

namespace acta::internal::load {

/// One thread.
class report_files {
public:
  /// An empty path: that one is not written.
  report_files(std::filesystem::path report, std::filesystem::path page)
      : are_one_{!report.empty() && report == page},
        has_page_{!page.empty()},
        report_{std::move(report)},
        page_{std::move(page)} {}

  /// Fails (malformed) if both are one file, (storage) unless they can be written.
  [[nodiscard]] result<void> check() {
    if (are_one_) return malformed("", "--report and --page name one file");
    if (auto good = report_.check(); !good) return good;
    return page_.check();
  }
  [[nodiscard]] result<void> write(const nlohmann::ordered_json& document) {
    auto written = report_.write(document.dump(1) + "\n");
    if (written && has_page_) written = page_.write(page_of(document));
    return written;
  }

private:
  const bool are_one_;
  const bool has_page_;
  report_file report_;
  report_file page_;
};

}  // namespace acta::internal::load
