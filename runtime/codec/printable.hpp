// Text for a terminal, or for a JSON document, whatever bytes it is made of.
#pragma once

#include <string>
#include <string_view>

namespace acta {

/// Replaces each byte that is not part of well-formed UTF-8 by `\x` and its two hexadecimal digits.
/// A path need not be UTF-8, and JSON must be.
[[nodiscard]] std::string as_utf8(std::string_view text);

/// Replaces what a terminal could obey, or show other than as it is: control characters (Cc),
/// format characters (Cf, as U+202E, which turns the direction of a text) and line separators. They
/// are written as JSON escapes them, `\u202e`, so a JSON document stays the same document. What is
/// not UTF-8 is replaced as by as_utf8().
[[nodiscard]] std::string printable(std::string_view text);
/// The same of one value in plain text, as an id in a column: a backslash becomes two. So two
/// values are never printed alike, as U+202E and the six characters `\u202e` would be. Not for
/// JSON, which escapes backslashes itself.
[[nodiscard]] std::string printable_value(std::string_view text);
/// As printable(), of a text of several lines, whose line feeds stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

}  // namespace acta
