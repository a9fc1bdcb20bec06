// What options of the command line refuse: functions for CLI11's check() and transform(). A check
// says why a text is refused, or returns an empty text.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <string>

namespace acta::internal {

/// Refuses an empty text. A script whose variable is not set passes an empty option, which must not
/// count as an option that is not given.
[[nodiscard]] inline std::string no_name(const std::string& text) {
  return text.empty() ? "it names nothing" : "";
}

/// Returns the number that a text is; nothing: it is none, or does not fit, or is not finite.
template <class Number>
[[nodiscard]] std::optional<Number> number_in(const std::string& text) {
  Number read{};
  const auto* end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, read);
  if (problem != std::errc{} || stop != end) return std::nullopt;
  if constexpr (std::floating_point<Number>)
    if (!std::isfinite(read)) return std::nullopt;
  return read;
}

/// Returns a whole number without zeros in front of it, since CLI11 would take it for an octal one;
/// another text as it is.
[[nodiscard]] std::string decimal(const std::string& text);

/// Returns decimal() of a position. A printed position has its partition in front, and a journal in
/// one process has one partition.
[[nodiscard]] std::string without_partition(const std::string& position);

/// Refuses what is no whole number: CLI11 would read a number that is below 0, or too large, as the
/// largest one.
[[nodiscard]] std::string no_number(const std::string& text);

/// Refuses an address on which nobody can listen.
[[nodiscard]] std::string no_address(const std::string& text);

/// Refuses a name that no request can be for.
[[nodiscard]] std::string no_host(const std::string& text);

/// Refuses a number of MiB a second at which nothing can be copied.
[[nodiscard]] std::string no_rate(const std::string& text);

}  // namespace acta::internal
