// Reads the bank transactions of the PKDD'99 Discovery Challenge, one line at a time: `;` between
// fields, text in double quotes, the first line names the columns. Within quotes a `;` is text, and
// two quotes are one, as in every file of this kind (RFC 4180); the challenge's own has neither.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bank::pkdd99 {

struct transaction {
  std::string trans_id;
  std::string account_id;
  bool credit = false;           ///< Else a debit.
  std::int64_t minor_units = 0;  ///< Never negative.
  std::string reference;  ///< Date, operation, purpose and partner, as far as they are given.
};

/// Why a line could not be read: its column, what is expected there, and what is, cut to a bound.
struct malformed {
  std::string reason;
};

/// Longest line that is read, in bytes.
inline constexpr std::size_t max_line_bytes = 4096;

/// Takes a line without its LF; false if there is none left, or `input` cannot be read (it is bad()
/// then). Of a line that is too long it gives the beginning, longer than max_line_bytes, and passes
/// over the rest without holding it.
bool next_line(std::istream& input, std::string& line);

class reader {
public:
  /// Takes the line that names the columns, which may be in any order.
  static std::variant<reader, malformed> from_header(std::string_view line);

  [[nodiscard]] std::variant<transaction, malformed> read(std::string_view line) const;

private:
  enum column { trans_id, account_id, date, type, operation, amount, k_symbol, bank, account };
  static constexpr std::array<std::string_view, 9> names{"trans_id", "account_id", "date",
                                                         "type",     "operation",  "amount",
                                                         "k_symbol", "bank",       "account"};
  std::array<std::size_t, names.size()> place_{};
  std::vector<std::string> columns_;
};

}  // namespace bank::pkdd99
