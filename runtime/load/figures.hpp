// Figures and lines for a terminal: three digits that count, the unit that fits, the columns there
// are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace acta::internal::load {

/// Returns "1998", "19.9", "1.52" or "0.031".
[[nodiscard]] std::string figure(double value);
/// Returns "830 us", "1.52 ms" or "2.4 s".
[[nodiscard]] std::string duration_figure(std::uint64_t nanoseconds);

/// Returns how many columns the text takes at most. It knows no fonts: a character of a script that
/// may be wide counts two.
[[nodiscard]] std::size_t columns_of(std::string_view text);
/// Returns the text, or its beginning and "~" if it does not fit.
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns);

}  // namespace acta::internal::load
