#include "runtime/delivery/paths.hpp"

#include <algorithm>
#include <vector>

namespace acta::internal {

namespace {

namespace fs = std::filesystem;

/// What stands in front of a path, never in front of the slash within a stream's name.
constexpr std::string_view before_a_path = " \t\n\"'`(<[{=:,;";
/// What ends the stretch that one path, or several with words between them, may fill.
constexpr std::string_view after_paths = "\"'`)>]},;\n";
/// What ends a name that RocksDB or acta gave: none of them has a blank.
constexpr std::string_view after_a_name = " \t\n\"'`)>]},;:";

bool may_begin(std::string_view text, std::size_t at) {
  return at == 0 || before_a_path.find(text[at - 1]) != std::string_view::npos;
}

std::size_t end_of_stretch(std::string_view text, std::size_t from) {
  return std::min({text.find_first_of(after_paths, from), text.find(": ", from), text.size()});
}

/// A slash alone names no file: it is a vhost of a broker, or divides.
bool begins_path(std::string_view text, std::size_t at) {
  return text[at] == '/' && text.substr(at + 1, 1) != " " && may_begin(text, at) &&
         end_of_stretch(text, at) > at + 1;
}

/// Every text that may stand for the directory, the longest first, without slashes at its end.
std::vector<std::string> names_of(const fs::path& directory) {
  if (directory.empty()) return {};
  std::error_code unknown;
  std::vector<std::string> all;
  const auto add = [&](const fs::path& one) {
    auto name = one.string();
    while (name.ends_with('/')) name.pop_back();
    if (!name.empty()) all.push_back(std::move(name));
  };
  for (const auto& one : {directory, fs::absolute(directory, unknown)}) {
    add(one);
    add(one.lexically_normal());
  }
  add(fs::weakly_canonical(directory, unknown));
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return all;
}

/// The text with the directory, where it stands as `name`, taken from its files' names.
std::string without(const std::string& name, std::string_view text) {
  // A name without a slash is no path, and may be a word of the text.
  const bool is_path = name.find('/') != std::string::npos;
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const auto rest = text.substr(at);
    if (!rest.starts_with(name) || !may_begin(text, at)) {
      made += text[at++];
      continue;
    }
    const auto after = rest.substr(name.size());
    if (after.starts_with('/')) {
      const auto below = after.substr(0, after.find_first_of(after_a_name));
      at += name.size() + below.rfind('/') + 1;
    } else if (is_path && (after.empty() || after_a_name.find(after[0]) != after.npos)) {
      made += "the journal";
      at += name.size();
    } else {
      made += text[at++];
    }
  }
  return made;
}

std::string without_absolute_paths(std::string_view text) {
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

}  // namespace

std::string without_paths(std::string_view text, const std::filesystem::path& journal) {
  std::string made{text};
  for (const auto& name : names_of(journal)) made = without(name, made);
  return without_absolute_paths(made);
}

}  // namespace acta::internal
