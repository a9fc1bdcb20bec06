// Errors are values: what went wrong, whether asking again can help, and whether the call may have
// had an effect.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "actors/model/identifiers.hpp"

namespace acta {

/// Everything a call can end in besides success.
enum class errc {
  refused,            ///< The domain said no; `refusal_code` holds its reason. Nothing was changed.
  malformed,          ///< The input does not fit its description; `field` names the place.
  unknown_aggregate,  ///< No such aggregate type is hosted here.
  unknown_command,    ///< The aggregate has no command of this name.
  not_found,          ///< The aggregate does not exist: its stream has no event.
  command_id_reused,  ///< This command id came before, with another command.
  overloaded,         ///< A limit of the node is reached: of requests, their bytes, aggregates in
                      ///< memory, pages, searches, subscriptions. Nothing was tried; ask later.
  deadline_exceeded,  ///< The deadline passed first. A command may still take effect.
  conflict,           ///< The journal refused the append: another writer was there. Ask again.
  outcome_unknown,    ///< A write or its sync failed: the effect may be there or not. Ask again
                      ///< with the same command id, and the truth comes back.
  read_only,          ///< The journal takes no writes since one failed, until it is opened again.
                      ///< Nothing was tried.
  unavailable,        ///< The aggregate cannot serve now: it is being restarted, or parked.
  dropped,            ///< The message was lost with the actor that held it; `detail` says where.
  shutting_down,      ///< The node is on its way out. A command that was under way may take effect.
  damaged,            ///< What was read does not check: checksum, order, or an unknown event.
  storage,            ///< The disk or the file system said no.
  contract_mismatch,  ///< The program's published events are not those that the journal holds.
  domain_failed,      ///< The domain threw at this call, or made an event that cannot be encoded:
                      ///< a bug. Nothing was changed, and the same call would fail again.
  retired,            ///< Of the aggregate or event only the stored events are kept, to be shown.
  wrong_version,      ///< The aggregate is not at the version that the call expects; `version` is
                      ///< the one it is at. Nothing was changed.
  wrong_history,      ///< The cursor is of another journal, or of a history this one left.
  beyond_the_end,     ///< The journal has no such position yet, and does not come to it next.
};

/// Returns the name as it is written in logs, metrics and problem documents.
[[nodiscard]] constexpr std::string_view to_string(errc code) {
  switch (code) {
    case errc::refused: return "refused";
    case errc::malformed: return "malformed";
    case errc::unknown_aggregate: return "unknown_aggregate";
    case errc::unknown_command: return "unknown_command";
    case errc::not_found: return "not_found";
    case errc::command_id_reused: return "command_id_reused";
    case errc::overloaded: return "overloaded";
    case errc::deadline_exceeded: return "deadline_exceeded";
    case errc::conflict: return "conflict";
    case errc::outcome_unknown: return "outcome_unknown";
    case errc::read_only: return "read_only";
    case errc::unavailable: return "unavailable";
    case errc::dropped: return "dropped";
    case errc::shutting_down: return "shutting_down";
    case errc::damaged: return "damaged";
    case errc::storage: return "storage";
    case errc::contract_mismatch: return "contract_mismatch";
    case errc::domain_failed: return "domain_failed";
    case errc::retired: return "retired";
    case errc::wrong_version: return "wrong_version";
    case errc::wrong_history: return "wrong_history";
    case errc::beyond_the_end: return "beyond_the_end";
  }
  return "invalid";
}

/// Tells whether the same call, with the same command id, may succeed later. `read_only` may:
/// whoever was told `outcome_unknown` meets it next, and learns what came of it only by asking
/// until the journal is open again.
[[nodiscard]] constexpr bool may_retry(errc code) {
  switch (code) {
    case errc::overloaded:
    case errc::deadline_exceeded:
    case errc::conflict:
    case errc::outcome_unknown:
    case errc::read_only:
    case errc::unavailable:
    case errc::dropped:
    case errc::shutting_down: return true;
    default: return false;
  }
}

/// What a call that ended in an error may have done.
enum class effect {
  none,     ///< Nothing.
  unknown,  ///< All of it or nothing. To send it again, with the same command id, brings the truth.
};

/// Tells whether a command that ended so may have had an effect: the one table of it. It speaks of
/// the call that was answered; an earlier call with the same command id has an answer of its own.
[[nodiscard]] constexpr effect effect_of(errc code) {
  switch (code) {
    case errc::outcome_unknown:
    case errc::deadline_exceeded:
    case errc::shutting_down: return effect::unknown;
    default: return effect::none;
  }
}

/// Returns the name as it is written in problem documents.
[[nodiscard]] constexpr std::string_view to_string(effect of_call) {
  return of_call == effect::none ? "none" : "unknown";
}

/// What went wrong, for a person (`detail`) and for a program (the rest).
struct error {
  errc code = errc::unavailable;
  std::string detail;
  std::string refusal_code = {};  ///< With errc::refused: the domain's own reason.
  std::string field = {};         ///< With errc::malformed: the place, as in `lines[2].amount`.
  /// With errc::wrong_version: the aggregate's version; 0: it does not exist.
  std::optional<acta::version> version = {};
  /// The call only reads. Set where a view, events or a subscription are answered.
  bool of_a_read = false;

  bool operator==(const error&) const = default;
};

/// Tells whether a call that ended so may have had an effect. A call that only reads has none,
/// whatever it ends in.
[[nodiscard]] constexpr effect effect_of(const error& what) {
  return what.of_a_read ? effect::none : effect_of(what.code);
}

/// Returns the error of a call that only reads.
[[nodiscard]] inline error of_a_read(error what) {
  what.of_a_read = true;
  return what;
}

/// Holds a T or the error that came instead.
template <class T>
class [[nodiscard]] result {
public:
  result(T value) : state_{std::in_place_index<0>, std::move(value)} {}
  result(acta::error problem) : state_{std::in_place_index<1>, std::move(problem)} {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// The value; only when ok().
  [[nodiscard]] T& operator*() & { return value(); }
  [[nodiscard]] const T& operator*() const& { return value(); }
  [[nodiscard]] T&& operator*() && { return std::move(value()); }
  [[nodiscard]] T* operator->() { return &value(); }
  [[nodiscard]] const T* operator->() const { return &value(); }

  /// The error; only when not ok().
  [[nodiscard]] const acta::error& error() const {
    assert(!ok());
    return *std::get_if<1>(&state_);
  }

private:
  T& value() {
    assert(ok());
    return *std::get_if<0>(&state_);
  }
  const T& value() const {
    assert(ok());
    return *std::get_if<0>(&state_);
  }

  std::variant<T, acta::error> state_;
};

template <>
class [[nodiscard]] result<void> {
public:
  result() = default;
  result(acta::error problem) : problem_{std::move(problem)} {}

  [[nodiscard]] bool ok() const { return !problem_; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] const acta::error& error() const {
    assert(problem_);
    return *problem_;
  }

private:
  std::optional<acta::error> problem_;
};

}  // namespace acta
