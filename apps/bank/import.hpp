// Brings a file of transactions into the bank: exactly once, however often it is started.
#pragma once

#include <acta/node.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "apps/bank/domain/account.hpp"

namespace bank {

struct import_options {
  std::size_t outstanding = 2048;  ///< Transactions under way at a time.
};

/// A line that was left out.
struct left_out {
  std::uint64_t line;
  std::string reason;
};

struct import_summary {
  std::uint64_t lines = 0;     ///< Without the first, which names the columns.
  std::uint64_t applied = 0;   ///< Transactions that were new.
  std::uint64_t repeated = 0;  ///< Transactions that were there already.
  std::uint64_t accounts_opened = 0;
  std::uint64_t accounts_known = 0;
  std::vector<left_out> malformed;
  /// Refused by the domain, never answered with success, or not to be read from the input.
  std::vector<left_out> failed;
  double seconds = 0;
};

using progress = std::function<void(const import_summary& so_far)>;

/// Reads `input` in the format of pkdd99.hpp; opens accounts as they appear, without limit, since
/// these things have happened. `trans_id` is the command id, looked up in the whole history: what
/// is there already changes nothing. Transactions of one account are applied in the order of the
/// file; what may succeed later is tried again. Blocking; `tell` is called now and then, on this
/// thread.
import_summary import_transactions(std::istream& input, const acta::aggregates<account>& accounts,
                                   const import_options& how, const progress& tell);

}  // namespace bank
