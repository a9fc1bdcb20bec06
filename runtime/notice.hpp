// What an operator should hear of although nobody asked.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace acta {

struct notice {
  bool failed = false;  ///< An error; else a warning.
  /// A literal: `journal_read_only`, `log_tail_dropped`, `request_lost` or `shard_count_ignored`.
  std::string_view event;
  std::string reason;
};

/// Any thread; is not to block.
using notice_handler = std::function<void(const notice&)>;

}  // namespace acta
