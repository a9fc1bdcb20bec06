#include "runtime/codec/duration.hpp"

#include <algorithm>
#include <cstdint>

#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

/// 0: there is no such unit.
std::uint64_t milliseconds_of(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s") return 1'000;
  if (unit == "m") return 60'000;
  return unit == "h" ? 3'600'000 : 0;
}

std::string shown(std::chrono::milliseconds most) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(most).count();
  return minutes % 60 == 0 ? std::to_string(minutes / 60) + "h" : std::to_string(minutes) + "m";
}

}  // namespace

std::optional<std::chrono::milliseconds> duration_of(std::string_view text,
                                                     std::chrono::milliseconds most) {
  const auto digits = text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
  const auto number = whole_number(digits);
  const auto each = milliseconds_of(text.substr(digits.size()));
  if (!number || each == 0) return std::nullopt;
  if (*number > static_cast<std::uint64_t>(most.count()) / each) return std::nullopt;
  return std::chrono::milliseconds{*number * each};
}

std::string no_duration(const std::string& text, std::chrono::milliseconds most) {
  if (duration_of(text, most)) return {};
  return "'" + text + "' is no time of at most " + shown(most) +
         ": a whole number and ms, s, m or h, as in 90s";
}

}  // namespace acta::internal
