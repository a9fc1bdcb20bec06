#include "apps/bank/pkdd99.hpp"

#include <acta/text.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

namespace bank::pkdd99 {

namespace {

std::string_view without_line_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  return line;
}

/// A value as a reason shows it, its beginning if it is long. Whoever prints a reason escapes it.
std::string shown(std::string_view value) {
  constexpr std::size_t most_bytes = 40;
  return "'" + std::string{value.substr(0, most_bytes)} +
         (value.size() > most_bytes ? "...'" : "'");
}

malformed must_be(std::string_view column, std::string_view expected, std::string_view value) {
  std::string reason{column};
  return {reason.append(" must be ").append(expected).append(", not ").append(shown(value))};
}

/// Takes the field in front of `line` and leaves what follows it: nothing, or a `;`. Nothing if its
/// quotes are not closed, or something else follows them.
std::optional<std::string> take_field(std::string_view& line) {
  std::string field;
  if (!line.starts_with('"')) {
    field = line.substr(0, line.find(';'));
    line.remove_prefix(field.size());
    return field;
  }
  for (;;) {
    line.remove_prefix(1);
    const auto quote = line.find('"');
    if (quote == std::string_view::npos) return std::nullopt;
    field += line.substr(0, quote);
    line.remove_prefix(quote + 1);
    if (!line.starts_with('"')) break;
    field += '"';
  }
  if (!line.empty() && line.front() != ';') return std::nullopt;
  return field;
}

using fields = std::vector<std::string>;

/// `columns` are the names to speak of.
std::variant<fields, malformed> split(std::string_view line, const fields& columns) {
  for (fields all;;) {
    const auto whole = line;
    auto field = take_field(line);
    if (!field) {
      const auto name = all.size() < columns.size() ? columns[all.size()]
                                                    : "column " + std::to_string(all.size() + 1);
      return must_be(name, "closed by a quote at its end", whole);
    }
    all.push_back(*std::move(field));
    if (line.empty()) return all;
    line.remove_prefix(1);
  }
}

bool all_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "700.00" as 70000: exactly two decimals, never through floating point.
std::optional<std::int64_t> minor_units_of(std::string_view amount) {
  const auto dot = amount.find('.');
  if (dot == std::string_view::npos || amount.size() != dot + 3) return std::nullopt;
  std::string digits{amount.substr(0, dot)};
  digits += amount.substr(dot + 1);
  std::int64_t value = 0;
  if (dot == 0 || !all_digits(digits)) return std::nullopt;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return read.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

/// "930101" as "1993-01-01".
std::optional<std::string> date_of(std::string_view text) {
  if (text.size() != 6 || !all_digits(text)) return std::nullopt;
  const auto two_digits = [&](std::size_t at) {
    return (text[at] - '0') * 10 + text[at + 1] - '0';
  };
  const std::chrono::year_month_day day{std::chrono::year{1900 + two_digits(0)},
                                        std::chrono::month{static_cast<unsigned>(two_digits(2))},
                                        std::chrono::day{static_cast<unsigned>(two_digits(4))}};
  if (!day.ok()) return std::nullopt;
  std::string made = "19";
  made.append(text, 0, 2).append("-").append(text, 2, 2).append("-").append(text, 4, 2);
  return made;
}

/// Long enough for any; the journal bounds what is made of them.
bool is_number(std::string_view text) {
  constexpr std::size_t most_digits = 100;
  return text.size() <= most_digits && all_digits(text);
}

void add_word(std::string& to, std::string_view word) {
  if (!word.empty()) to.append(to.empty() ? "" : " ").append(word);
}

}  // namespace

bool next_line(std::istream& input, std::string& line) {
  std::array<char, max_line_bytes + 2> room;  // one byte too many, and getline's own NUL
  input.getline(room.data(), static_cast<std::streamsize>(room.size()));
  auto taken = static_cast<std::size_t>(input.gcount());
  if (input.bad()) return false;
  const bool too_long = input.fail() && taken > 0;
  if (input.good()) --taken;  // the LF
  line.assign(room.data(), taken);
  if (!too_long) return !input.fail();
  input.clear();
  input.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  return true;
}

std::variant<reader, malformed> reader::from_header(std::string_view line) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  line = without_line_end(line);
  auto found = split(line, {});
  if (auto* bad = std::get_if<malformed>(&found)) return std::move(*bad);
  reader made;
  made.columns_ = std::get<fields>(std::move(found));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto at = std::find(made.columns_.begin(), made.columns_.end(), names[i]);
    if (at == made.columns_.end())
      return malformed{"the first line must name a column " + std::string{names[i]} + ", and is " +
                       shown(line)};
    made.place_[i] = static_cast<std::size_t>(at - made.columns_.begin());
  }
  return made;
}

std::variant<transaction, malformed> reader::read(std::string_view line) const {
  line = without_line_end(line);
  if (line.size() > max_line_bytes) return must_be("the line", "at most 4,096 bytes long", line);
  const auto found = split(line, columns_);
  if (const auto* bad = std::get_if<malformed>(&found)) return *bad;
  const auto& all = std::get<fields>(found);
  if (all.size() != columns_.size())
    return malformed{"the line must have " + std::to_string(columns_.size()) +
                     " columns, and has " + std::to_string(all.size()) + ": " + shown(line)};
  const auto at = [&](column which) -> const std::string& { return all[place_[which]]; };
  const auto bad = [&](column which, std::string_view expected) {
    return must_be(names[which], expected, at(which));
  };
  for (const auto which : {trans_id, account_id})
    if (!is_number(at(which))) return bad(which, "1 to 100 digits");
  const auto day = date_of(at(date));
  if (!day) return bad(date, "a day as YYMMDD");
  const bool credit = at(type) == "PRIJEM";
  if (!credit && at(type) != "VYDAJ" && at(type) != "VYBER")
    return bad(type, "PRIJEM, VYDAJ or VYBER");
  const auto minor_units = minor_units_of(at(amount));
  if (!minor_units) return bad(amount, "a number with two decimals, up to 92233720368547758.07");
  transaction made{at(trans_id), at(account_id), credit, *minor_units, *day};
  for (const auto which : {operation, k_symbol, bank, account}) {
    if (!acta::is_utf8(at(which))) return bad(which, "UTF-8");
    add_word(made.reference, at(which));
  }
  return made;
}

}  // namespace bank::pkdd99
