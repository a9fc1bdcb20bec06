// Times as people write them, in options and files: 250ms, 90s, 10m, 1h.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace acta::internal {

inline constexpr std::chrono::milliseconds most_duration = std::chrono::days{1};

/// Reads a whole number and its unit, at most `most`; nothing, if it is no such text.
[[nodiscard]] std::optional<std::chrono::milliseconds> duration_of(
    std::string_view text, std::chrono::milliseconds most = most_duration);

/// Says why duration_of() reads nothing there, or nothing.
[[nodiscard]] std::string no_duration(const std::string& text,
                                      std::chrono::milliseconds most = most_duration);

}  // namespace acta::internal
