#include "runtime/delivery/preconditions.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

struct entity_tag {
  bool weak = false;
  std::string_view opaque;  ///< Without its quotes.
};

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

/// Cuts a tag off the front of `text`; nothing if there is none.
std::optional<entity_tag> cut_tag(std::string_view& text) {
  entity_tag tag;
  tag.weak = text.starts_with("W/");
  auto rest = text.substr(tag.weak ? 2 : 0);
  const auto end = rest.find('"', 1);
  if (!rest.starts_with('"') || end == std::string_view::npos) return std::nullopt;
  tag.opaque = rest.substr(1, end - 1);
  for (const char c : tag.opaque)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f) return std::nullopt;
  text = rest.substr(end + 1);
  return tag;
}

/// A list of tags; an element may be empty (RFC 9110, 5.6.1.2). Nothing: it is none, or has none.
std::optional<std::vector<entity_tag>> tags_in(std::string_view text) {
  std::vector<entity_tag> tags;
  for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
    if (text.front() != ',') {
      const auto tag = cut_tag(text);
      if (!tag) return std::nullopt;
      tags.push_back(*tag);
      skip_blanks(text);
      if (!text.empty() && text.front() != ',') return std::nullopt;
    }
    if (!text.empty()) text.remove_prefix(1);
  }
  return tags.empty() ? std::nullopt : std::optional{std::move(tags)};
}

/// The version that a tag of ours names, which is never 0.
std::optional<version> version_in(const entity_tag& tag) {
  if (tag.weak || tag.opaque.starts_with('0')) return std::nullopt;
  const auto value = whole_number(tag.opaque.substr(0, tag.opaque.find('-')));
  return value ? std::optional{version{*value}} : std::nullopt;
}

error wrong(const char* header, const char* why) { return {errc::malformed, why, {}, header}; }

constexpr const char* no_tags = "must be * or a list of entity tags, as \"7\"";

}  // namespace

result<expected_version> expected_by_if_match(const http_call& call) {
  if (!call.headers.contains("if-match")) return expected_version::any();
  const auto text = call.header("if-match");
  if (text == "*") return expected_version::exists();
  const auto tags = tags_in(text);
  if (!tags) return wrong("If-Match", no_tags);
  std::vector<version> versions;
  for (const auto& tag : *tags)
    if (const auto at = version_in(tag)) versions.push_back(*at);
  return expected_version::one_of(std::move(versions));
}

bool known_tags::has(std::string_view tag) const {
  return all || std::find(tags.begin(), tags.end(), tag) != tags.end();
}

result<known_tags> known_by_if_none_match(const http_call& call) {
  known_tags known;
  if (!call.headers.contains("if-none-match")) return known;
  const auto text = call.header("if-none-match");
  known.all = text == "*";
  if (known.all) return known;
  const auto tags = tags_in(text);
  if (!tags) return wrong("If-None-Match", no_tags);
  for (const auto& tag : *tags) known.tags.push_back('"' + std::string{tag.opaque} + '"');
  return known;
}

result<expected_version> expected_by_command(const http_call& call) {
  if (call.headers.contains("if-unmodified-since"))
    return wrong("If-Unmodified-Since", "does not go with a command: say the version by If-Match");
  if (!call.headers.contains("if-none-match")) return expected_by_if_match(call);
  if (call.header("if-none-match") != "*")
    return wrong("If-None-Match", "can be nothing but * with a command");
  if (call.headers.contains("if-match"))
    return wrong("If-None-Match", "does not go with If-Match: both cannot hold");
  return expected_version::none();
}

}  // namespace acta::internal
