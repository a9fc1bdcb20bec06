#include "runtime/delivery/paths.hpp"

#include <algorithm>

namespace acta::internal {

namespace {

/// What stands in front of a path, never in front of the slash within a stream's name.
constexpr std::string_view before_a_path = " \t\n\"'`(<[{=:,;";
/// What ends the stretch that one path, or several with words between them, may fill.
constexpr std::string_view after_paths = "\"'`)>]},;\n";

bool begins_path(std::string_view text, std::size_t at) {
  if (text[at] != '/' || text.substr(at + 1, 1) == " ") return false;
  return at == 0 || before_a_path.find(text[at - 1]) != std::string_view::npos;
}

std::size_t end_of_stretch(std::string_view text, std::size_t from) {
  return std::min({text.find_first_of(after_paths, from), text.find(": ", from), text.size()});
}

}  // namespace

std::string without_paths(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    if (!begins_path(text, at)) {
      made += text[at++];
      continue;
    }
    const auto stretch = text.substr(at, end_of_stretch(text, at) - at);
    at += stretch.rfind('/') + 1;
  }
  return made;
}

}  // namespace acta::internal
