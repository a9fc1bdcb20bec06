#include "runtime/load/report_page.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "runtime/load/page/page_files.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

/// Returns JSON in which no browser sees the end of a script, or the begin of a comment: both begin
/// with `<`, which JSON has within strings only.
std::string json_for_a_page(const ordered_json& report) {
  std::string text;
  for (const char one : report.dump(-1, ' ', false, ordered_json::error_handler_t::replace)) {
    if (one == '<')
      text += "\\u003c";
    else
      text += one;
  }
  return text;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char one : text) switch (one) {
      case '<': result += "&lt;"; break;
      case '>': result += "&gt;"; break;
      case '&': result += "&amp;"; break;
      default: result += one;
    }
  return result;
}

std::string title_of(const ordered_json& report) {
  if (!report.is_object() || !report.contains("scenario")) return "Load report";
  const auto& scenario = report["scenario"];
  if (!scenario.is_object() || !scenario.contains("name") || !scenario["name"].is_string())
    return "Load report";
  // By dump() and back, because it alone repairs what is not UTF-8.
  const auto name = ordered_json::parse(
      scenario["name"].dump(-1, ' ', false, ordered_json::error_handler_t::replace));
  return escaped(name.get<std::string>()) + " – load report";
}

}  // namespace

std::string page_of(const ordered_json& report) {
  const std::array<std::pair<std::string_view, std::string>, 4> parts{
      {{"{{title}}", title_of(report)},
       {"{{style}}", std::string{page_style}},
       {"{{report}}", json_for_a_page(report)},
       {"{{script}}", std::string{page_script}}}};
  // In the order of the page, so that a text of the report that looks like a part is not taken for
  // one.
  std::string page;
  auto rest = page_markup;
  for (const auto& [name, text] : parts) {
    const auto at = rest.find(name);
    page.append(rest.substr(0, at)).append(text);
    rest.remove_prefix(at + name.size());
  }
  return page.append(rest);
}

}  // namespace acta::internal::load
