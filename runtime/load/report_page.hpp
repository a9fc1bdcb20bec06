// A report as one page for a browser: plots, tables, and the report's own JSON.
//
// The page is one file. It loads nothing, and forbids itself to (Content-Security-Policy). It is
// drawn in the browser, from the JSON that it holds: see page/, whose files are in the program.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace acta::internal::load {

/// Returns the page, in UTF-8. No text of the report can end the element that it stands in, and no
/// member has to be there: what is missing is not shown.
[[nodiscard]] std::string page_of(const nlohmann::ordered_json& report);

}  // namespace acta::internal::load
