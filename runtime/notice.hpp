// What an operator should hear of although nobody asked.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace acta {

struct notice {
  bool failed = false;     ///< An error; else a warning.
  std::string_view event;  ///< A literal: `journal_read_only` or `log_tail_dropped`.
  std::string reason;
};

/// Any thread; is not to block.
using notice_handler = std::function<void(const notice&)>;

}  // namespace acta
