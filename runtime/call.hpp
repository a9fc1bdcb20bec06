// What one call may say of itself, and the answer to a command: the vocabulary that every way in
// shares with the engine.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "actors/model/expected_version.hpp"
#include "actors/model/identifiers.hpp"
#include "actors/ports/begun_trace.hpp"
#include "runtime/cancellation.hpp"

namespace acta {

/// How fresh a view must be. Without more, a read sees every command that was answered before it
/// began, and shares its work with other readers. More is asked for with at_least(version) or
/// from_aggregate.
struct freshness {
  acta::version floor{};        ///< Wait until this version is durable.
  bool past_the_cache = false;  ///< Ask the aggregate itself.
};

/// A view of this version or a later one: the read waits until there is one, or for its deadline.
[[nodiscard]] constexpr freshness at_least(version floor) { return {floor, false}; }
/// The view as the aggregate itself has it, behind all that it has decided by then.
inline constexpr freshness from_aggregate{{}, true};

/// For call_options.repeats_since: from the aggregate's first event on.
inline constexpr timestamp whole_history = timestamp::min();

/// The options of one call.
struct call_options {
  /// A repeat of a command with the same id has no second effect and gets the first answer. At most
  /// 255 bytes; a new one is UTF-8 without control characters. Empty: a random one is made.
  std::string command_id = {};
  /// 0: the node's default. A negative one is malformed, and `max()` is never.
  std::chrono::milliseconds deadline{0};
  /// A repeat is recognised among the newest commands of its aggregate
  /// (options.deduplication_window) and those of the last while (options.deduplication_reach). For
  /// one that may come later: decide it only once it is known that no command of this id took
  /// effect since this time. It may take a search of the history back to there; with too many of
  /// them under way the answer is `overloaded`. Name the time at which the command was first sent,
  /// less what clocks may differ; or `whole_history`.
  std::optional<timestamp> repeats_since = {};
  /// For commands: the version of the aggregate that this one rests on. At another it is answered
  /// `wrong_version`, and is not decided. A repeat gets its first answer all the same.
  acta::expected_version expected_version = {};
  /// Kept with the command's events. UTF-8, at most 256 bytes each.
  std::string principal = {};
  std::string correlation_id = {};
  std::string causation_id = {};
  /// W3C traceparent and tracestate, kept with the events. An invalid traceparent is dropped and
  /// counted; so is a tracestate that is invalid, has more than 512 bytes, or comes without a valid
  /// traceparent. The command goes on.
  std::string trace_context = {};
  std::string trace_state = {};
  /// For ways in: the span of theirs that the call belongs to, as node::begin_trace() made it. The
  /// two texts above stay what the caller sent.
  internal::begun_trace within = {};
  /// For reads: how fresh the view must be.
  freshness fresh = {};
  /// For reads: cancel() ends the wait for a version, which is answered `deadline_exceeded` then. A
  /// read that need not wait is answered all the same. For one call only.
  std::shared_ptr<cancellation> cancelled = {};
};

/// The answer to a command that was accepted. Its events are durable.
struct receipt {
  acta::version version;   ///< The aggregate's version with the command's events.
  std::size_t events = 0;  ///< How many events the command made; 0 if there was nothing to record.
  bool repeated = false;   ///< The command came before; this is its first answer again.

  bool operator==(const receipt&) const = default;
};

}  // namespace acta
