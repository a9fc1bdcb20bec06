// Text as it may travel: UTF-8, RFC 3339 timestamps, numbers, base64; and durations for people.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "actors/base/utf8.hpp"
#include "actors/model/shown_time.hpp"

namespace acta {

/// U+FFFD, as UTF-8.
inline constexpr std::string_view replacement = "\xef\xbf\xbd";
/// Returns `text` with U+FFFD in place of each byte that is not part of well-formed UTF-8.
[[nodiscard]] std::string to_utf8(std::string_view text);

/// Writes "2026-11-24T11:41:25.000000Z"; the first or last such text for a time it cannot write.
[[nodiscard]] std::string to_rfc3339(timestamp time);
/// The same for every time; a year that does not have four digits gets a sign and six, as ISO 8601
/// and ECMAScript expand it: "+010000-01-01T00:00:00.000000Z".
[[nodiscard]] std::string to_expanded_rfc3339(timestamp time);
/// Reads RFC 3339 with any offset, `t` and `z` for `T` and `Z`, and a fraction of any length, of
/// which what is finer than a microsecond is cut off. So several texts may be one time. Nothing, if
/// it is no such text, or in UTC a time that to_rfc3339() cannot write.
[[nodiscard]] std::optional<timestamp> from_rfc3339(std::string_view text);

/// For people, in two figures or two units: "0.27 s", "5.3 s", "27 s", "1 min 5 s", "2 h 3 min".
[[nodiscard]] std::string to_text(std::chrono::duration<double> length);

/// Reads a number of decimal digits alone; nothing, if it is none or does not fit.
[[nodiscard]] std::optional<std::uint64_t> whole_number(std::string_view text);

/// RFC 4648, section 4, padded.
[[nodiscard]] std::string to_base64(std::span<const std::byte> input);
[[nodiscard]] std::optional<bytes> from_base64(std::string_view text);

}  // namespace acta
