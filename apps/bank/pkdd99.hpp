// Reads the bank transactions of the PKDD'99 Discovery Challenge, one line at a time: `;` between
// fields, text in double quotes, the first line names the columns.
#pragma once

#include <array>
#include <cstdint>
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

/// Why a line could not be read, naming its column.
struct malformed {
  std::string reason;
};

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
  std::size_t columns_ = 0;
};

}  // namespace bank::pkdd99
