// What a load is put on: a node in this process, or a service behind HTTP.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/load/ledger.hpp"

namespace acta::internal::load {

/// A command, or a read if it names none.
struct operation {
  std::string id;       ///< Of the aggregate.
  std::string command;  ///< Its name; empty: the view is read.
  nlohmann::json arguments;
  std::string command_id;
};

struct outcome {
  /// "ok", or the error's code as problem documents have it; "unreachable" if nobody answered,
  /// "malformed_answer" if the answer is none that the README describes.
  std::string code = "ok";
  said effect = said::unknown;  ///< Of a command.
  std::uint64_t version = 0;    ///< With "ok".
  std::uint32_t events = 0;     ///< Of a command, with "ok".
  bool may_retry = false;       ///< The same operation may succeed later.
};

/// An event as HTTP shows it.
struct stored_event {
  std::uint64_t version = 0;
  std::string command_id;
  std::string type;
  nlohmann::json payload;
};

struct stored_view {
  std::uint64_t version = 0;  ///< 0: the aggregate has no event.
  nlohmann::json view;
};

inline constexpr std::uint64_t most_count = std::uint64_t{1} << 63U;

/// Returns a version or a count that an answer has; nothing: it is missing, is no whole number, or
/// is negative or above `most`. A conversion would make another number of these.
[[nodiscard]] std::optional<std::uint64_t> count_in(const nlohmann::json& answer,
                                                    const char* member,
                                                    std::uint64_t most = most_count);

/// Reads an event as HTTP shows it. Fails (malformed) if it has no version, or a member is of
/// another type.
[[nodiscard]] result<stored_event> stored_event_of(const nlohmann::json& shown);

class target {
public:
  virtual ~target() = default;

  /// Begins an operation on an aggregate of the type that the target was made for. `done` is called
  /// once, on any thread, perhaps before this returns. Never blocks.
  virtual void begin(operation what, std::function<void(outcome)> done) = 0;
  /// True if an operation that begins now would not wait for a connection.
  [[nodiscard]] virtual bool is_free() const { return true; }

  /// Reads at most `most` events of an aggregate from version `from` on; none: that was all.
  /// Blocking. For an aggregate that has no event there are none.
  [[nodiscard]] virtual result<std::vector<stored_event>> events(const std::string& id,
                                                                 std::uint64_t from,
                                                                 std::size_t most) = 0;
  /// Reads an aggregate's view. Blocking.
  [[nodiscard]] virtual result<stored_view> view(const std::string& id) = 0;
  /// Lets no call of events() and view() wait longer than a tenth of a second from now on: it
  /// fails. Any thread, and a signal's handler's. A target that answers in no time need not do
  /// anything.
  virtual void end_reads() {}
};

}  // namespace acta::internal::load
