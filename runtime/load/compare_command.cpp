#include "runtime/load/compare_command.hpp"

#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "runtime/load/compare.hpp"
#include "runtime/load/run_command.hpp"

namespace acta::internal::load {

namespace {

result<nlohmann::ordered_json> report_in(const std::filesystem::path& file) {
  std::ifstream from{file};
  if (!from) return error{errc::malformed, file.string() + ": cannot be read"};
  auto report = nlohmann::ordered_json::parse(from, nullptr, false);
  if (report.is_discarded()) return error{errc::malformed, file.string() + ": is no JSON"};
  return report;
}

}  // namespace

int compare_command(const compare_options& how) {
  const auto before = report_in(how.before);
  if (!before) return complain(before.error().detail);
  const auto after = report_in(how.after);
  if (!after) return complain(after.error().detail);
  const auto text = comparison_of(*before, *after);
  if (!text) return complain(text.error().detail);
  std::cout << *text;
  return 0;
}

}  // namespace acta::internal::load
