#include "runtime/codec/trace_context.hpp"

#include <algorithm>
#include <charconv>

namespace acta::internal {

namespace {

constexpr std::size_t version_00_bytes = 55;

bool is_hex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7e; });
}

/// "version-trace-parent-flags", as version 00 has it and later ones begin.
bool begins_like_version_00(std::string_view text) {
  const auto version = text.substr(0, 2);
  const auto trace = text.substr(3, 32);
  const auto parent = text.substr(36, 16);
  const auto flags = text.substr(53, 2);
  constexpr auto all_zero = [](std::string_view id) {
    return id.find_first_not_of('0') == std::string_view::npos;
  };
  return is_hex(version) && version != "ff" && text[2] == '-' && is_hex(trace) &&
         !all_zero(trace) && text[35] == '-' && is_hex(parent) && !all_zero(parent) &&
         text[52] == '-' && is_hex(flags);
}

/// Of digits that were checked.
std::uint64_t from_hex(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

}  // namespace

bool is_traceparent(std::string_view text) {
  if (text.size() < version_00_bytes || text.size() > max_traceparent_bytes) return false;
  if (!begins_like_version_00(text)) return false;
  if (text.size() == version_00_bytes) return true;
  // A later version may say more, after another dash.
  return !text.starts_with("00") && text[version_00_bytes] == '-' && is_printable(text) &&
         text.find(' ') == std::string_view::npos;
}

bool is_tracestate(std::string_view text) {
  return !text.empty() && text.size() <= max_tracestate_bytes && is_printable(text);
}

span_context parse_traceparent(std::string_view text) {
  if (!is_traceparent(text)) return {};
  constexpr std::uint64_t sampled = 1;
  return {from_hex(text.substr(3, 16)), from_hex(text.substr(19, 16)),
          from_hex(text.substr(36, 16)), (from_hex(text.substr(53, 2)) & sampled) != 0};
}

std::string to_traceparent(const span_context& of) {
  return "00-" + trace_id_of(of) + "-" + span_id_of(of) + (of.sampled ? "-01" : "-00");
}

trace_parts parts_of(std::string_view trace_context) {
  const auto blank = trace_context.find(' ');
  const auto parent = trace_context.substr(0, blank);
  if (blank == std::string_view::npos || !is_traceparent(parent))
    return {std::string{trace_context}, {}};
  return {std::string{parent}, std::string{trace_context.substr(blank + 1)}};
}

}  // namespace acta::internal
