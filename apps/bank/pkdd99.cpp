#include "apps/bank/pkdd99.hpp"

#include <algorithm>
#include <charconv>

namespace bank::pkdd99 {

namespace {

constexpr std::size_t max_line_bytes = 4096;

std::string_view without_line_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  return line;
}

std::optional<std::string_view> unquoted(std::string_view field) {
  if (field.empty() || field.front() != '"') return field;
  if (field.size() < 2 || field.back() != '"') return std::nullopt;
  return field.substr(1, field.size() - 2);
}

/// The fields of a line; nothing if a quote is open at the end of one.
std::optional<std::vector<std::string_view>> split(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const auto end = line.find(';');
    const auto field = unquoted(line.substr(0, end));
    if (!field) return std::nullopt;
    fields.push_back(*field);
    if (end == std::string_view::npos) return fields;
    line.remove_prefix(end + 1);
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
  const auto month = text.substr(2, 2);
  const auto day = text.substr(4, 2);
  if (month < "01" || month > "12" || day < "01" || day > "31") return std::nullopt;
  std::string made = "19";
  made.append(text.substr(0, 2)).append("-").append(month).append("-").append(day);
  return made;
}

void add_word(std::string& to, std::string_view word) {
  if (!word.empty()) to.append(to.empty() ? "" : " ").append(word);
}

malformed bad(std::string_view column, std::string_view value) {
  return {std::string{column} + " is '" + std::string{value.substr(0, 40)} + "'"};
}

}  // namespace

std::variant<reader, malformed> reader::from_header(std::string_view line) {
  const auto fields = split(without_line_end(line));
  if (!fields) return malformed{"the first line has an open quote"};
  reader made;
  made.columns_ = fields->size();
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::find(fields->begin(), fields->end(), names[i]);
    if (found == fields->end())
      return malformed{"the first line names no column " + std::string{names[i]}};
    made.place_[i] = static_cast<std::size_t>(found - fields->begin());
  }
  return made;
}

std::variant<transaction, malformed> reader::read(std::string_view line) const {
  line = without_line_end(line);
  if (line.size() > max_line_bytes) return malformed{"is longer than 4,096 bytes"};
  const auto fields = split(line);
  if (!fields) return malformed{"ends within a quoted field"};
  if (fields->size() != columns_)
    return malformed{"has " + std::to_string(fields->size()) + " of " + std::to_string(columns_) +
                     " columns"};
  const auto at = [&](column which) { return (*fields)[place_[which]]; };
  if (!all_digits(at(trans_id))) return bad("trans_id", at(trans_id));
  if (!all_digits(at(account_id))) return bad("account_id", at(account_id));
  const auto day = date_of(at(date));
  if (!day) return bad("date", at(date));
  const bool credit = at(type) == "PRIJEM";
  if (!credit && at(type) != "VYDAJ" && at(type) != "VYBER") return bad("type", at(type));
  const auto minor_units = minor_units_of(at(amount));
  if (!minor_units) return bad("amount", at(amount));
  transaction made{std::string{at(trans_id)}, std::string{at(account_id)}, credit, *minor_units,
                   *day};
  for (const auto which : {operation, k_symbol, bank, account}) add_word(made.reference, at(which));
  return made;
}

}  // namespace bank::pkdd99
