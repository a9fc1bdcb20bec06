// The page's files, as text in the program: a report is one file that needs nothing beside it.
#pragma once

#include <string_view>

namespace acta::internal::load {

extern const std::string_view page_markup;  ///< With {{title}}, {{style}}, {{report}}, {{script}}.
extern const std::string_view page_style;
extern const std::string_view page_script;

}  // namespace acta::internal::load
