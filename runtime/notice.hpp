// What an operator should hear of although nobody asked.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "actors/model/guard.hpp"

namespace acta {

struct notice {
  bool failed = false;  ///< An error; else a warning, unless it is `recovered`.
  /// A literal: `callbacks_block`, `journal_index_lags`, `journal_read_only`, `log_tail_dropped`,
  /// `node_failed`, `request_lost`, `schedule_given_up`, `schedule_never_due`, `schedule_refused`,
  /// `schedules_unreadable`, `shard_count_ignored`, `shutdown_held`, `shutdown_waits`,
  /// `snapshot_failed`, `subscription_ended`, `traces_exported_again`, `traces_lost` or
  /// `traces_not_exported`.
  std::string_view event;
  std::string reason;
  std::string trace_id = {};  ///< Of the request that it is about, in hex; empty: of none.
  std::string span_id = {};
  bool recovered = false;  ///< What an earlier notice complained of is over: information.
};

/// Any thread; is not to block. What it throws is lost: there is nobody left to tell.
using notice_handler = std::function<void(const notice&)>;

/// The same handler, out of which nothing is thrown; none if there is none.
[[nodiscard]] inline notice_handler without_exceptions(notice_handler tell) {
  if (!tell) return {};
  return [tell = std::move(tell)](const notice& told) { catching_all([&] { tell(told); }, [] {}); };
}

}  // namespace acta
