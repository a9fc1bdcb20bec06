#include "runtime/cli/help_text.hpp"

#include <algorithm>
#include <sstream>

namespace acta::internal {

namespace {

constexpr std::size_t columns = 80;

/// Where the rest of a line goes on: below the description behind the name of an option or a
/// command; without one where the line begins, but for a name, whose rest would be taken for one.
std::size_t column_of(const std::string& line) {
  const auto begin = std::min(line.find_first_not_of(' '), line.size());
  const auto gap = line.find("  ", begin);
  if (begin > 0 && gap != std::string::npos)
    if (const auto at = line.find_first_not_of(' ', gap); at != std::string::npos) return at;
  return line.compare(begin, 1, "-") == 0 ? begin + 4 : begin;
}

std::string wrapped_line(std::string line) {
  const auto column = column_of(line);
  std::string made;
  while (line.size() > columns) {
    auto cut = line.rfind(' ', columns);
    if (cut == std::string::npos || cut <= column) cut = line.find(' ', column + 1);
    if (cut == std::string::npos) break;
    made.append(line, 0, cut) += '\n';
    line.replace(0, cut + 1, column, ' ');
  }
  return made + line;
}

}  // namespace

std::string wrapped(const std::string& help) {
  std::istringstream lines{help};
  std::string made;
  for (std::string line; std::getline(lines, line);) made += wrapped_line(line) + '\n';
  return made;
}

}  // namespace acta::internal
