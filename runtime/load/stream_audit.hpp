// Compares what the answers of a run said of one aggregate with the events that its stream holds.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/load/ledger.hpp"

namespace acta::internal::load {

enum class wrong : std::uint8_t {
  lost,           ///< Acknowledged, and not in the stream.
  doubled,        ///< Took effect more than once.
  gap,            ///< The versions do not follow each other.
  other_version,  ///< In the stream with other versions than its answer said.
  after_refusal,  ///< Answered that it had no effect, and is in the stream.
  nobody_asked,   ///< Of this run, but no command was sent to this aggregate by that id.
  stale_read,     ///< A read showed an older version than an answer before it.
  invariant,      ///< The view is not what the events sum up to.
  other_log,      ///< The journal holds fewer events of this run than the streams showed.
};
inline constexpr std::size_t wrongs = 9;
[[nodiscard]] std::string_view to_string(wrong what);

/// What the events of aggregates sum up to, and what their views say.
struct invariant_sums {
  std::string name;  ///< Of what is counted; empty: the domain has none.
  std::int64_t in = 0;
  std::int64_t out = 0;
  std::int64_t total = 0;  ///< Of the views: in - out.

  void add(std::int64_t change) {
    if (change >= 0)
      in += change;
    else
      out -= change;
  }
  invariant_sums& operator+=(const invariant_sums& other) {
    in += other.in;
    out += other.out;
    total += other.total;
    return *this;
  }
};

/// What was found, of any number of streams. The first hundred are kept in words.
struct audit_result {
  std::array<std::uint64_t, wrongs> found{};
  std::vector<std::string> examples;
  std::uint64_t streams = 0;
  std::uint64_t events = 0;         ///< Of this run.
  std::uint64_t others_events = 0;  ///< Within the time of the run, of somebody else.
  std::uint64_t acknowledged = 0;
  std::uint64_t without_effect = 0;
  /// Answered by nobody knows: in the stream after all, or not. Both are right.
  std::uint64_t unknown_took_effect = 0;
  std::uint64_t unknown_without_effect = 0;
  /// Of this run, in the whole log; nothing if that was not read.
  std::optional<std::uint64_t> events_in_log;
  invariant_sums invariant;

  void note(wrong what, std::string where);
  [[nodiscard]] bool passed() const;
};

/// The commands of a run have ids of this prefix and their number.
[[nodiscard]] std::string command_id_of(std::string_view prefix, std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> number_of(std::string_view prefix,
                                                     std::string_view command_id);

/// One stream. One thread.
class stream_audit {
public:
  /// `since`: its version when the run began. `entries`: all that was sent to it, by number.
  stream_audit(std::string stream, std::uint64_t since, std::string_view prefix,
               std::span<const ledger_entry> entries, audit_result& into);

  /// Each event after `since`, in the order of the stream.
  void event(std::uint64_t version, std::string_view command_id);
  /// After the last.
  void end();
  [[nodiscard]] const std::string& stream() const { return stream_; }

private:
  struct effect {
    std::uint64_t last = 0;  // version; 0: none yet
    std::uint64_t events = 0;
    bool doubled = false;
  };
  void note(wrong what, std::uint64_t number, const std::string& more);
  void judge(const ledger_entry& entry, const effect& seen);

  const std::string stream_;
  const std::string prefix_;
  const std::span<const ledger_entry> entries_;
  audit_result& into_;
  std::uint64_t version_;
  std::unordered_map<std::uint64_t, effect> effects_;
};

}  // namespace acta::internal::load
