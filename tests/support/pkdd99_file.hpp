// Files of bank transactions in the format of PKDD'99, made and read here without the bank's code:
// what it makes of them is compared with what this says, and one mistake must not be made twice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace acta::testing {

struct booking {
  std::string trans_id;
  std::string account_id;
  bool credit = false;
  std::int64_t minor_units = 0;
};

/// By the account's number.
struct expected_balance {
  std::uint64_t transactions = 0;
  std::int64_t minor_units = 0;
};
using expected_balances = std::map<std::uint64_t, expected_balance>;

struct pkdd99_file {
  std::string text;                ///< CRLF at the end of each line, also of the last.
  std::vector<booking> good;       ///< In the order of the file.
  std::vector<std::uint64_t> bad;  ///< Numbers of the malformed lines; the header is line 1.
};

struct file_shape {
  std::uint32_t seed = 1;
  std::size_t accounts = 300;
  std::size_t transactions = 6000;
  std::size_t of_each_kind_malformed = 2;
};

/// The same for the same shape. Lines malformed in every way there is are strewn in.
[[nodiscard]] pkdd99_file generate(const file_shape& like);

/// The transactions of a well-formed text with PKDD'99's own order of columns. Lines with another
/// number of columns are left out: the end of the real file is cut.
[[nodiscard]] std::vector<booking> read_bookings(std::string_view text);

[[nodiscard]] expected_balances add_up(const std::vector<booking>& all);
/// As `balances --csv` prints it.
[[nodiscard]] std::string as_csv(const expected_balances& all);

[[nodiscard]] std::string content_of(const std::filesystem::path& file);
void write_file(const std::filesystem::path& file, std::string_view content);

}  // namespace acta::testing
