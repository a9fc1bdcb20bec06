// What a shard sets aside: an aggregate that keeps dying, one whose stream cannot be recovered, and
// a single command that kills whoever decides it. Each is tried again after a back-off; until then
// it is answered at once, and nobody else notices. No CAF, no thread: time comes in.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "actors/protocol/messages.hpp"
#include "actors/protocol/restart_policy.hpp"

namespace acta::internal {

struct parking_policy {
  restart_policy restarts{3, std::chrono::milliseconds{10'000}};  ///< Of one aggregate.
  std::size_t kills = 2;  ///< By one command, after which it is set aside.
  backoff delay{std::chrono::milliseconds{1'000}, std::chrono::milliseconds{60'000}};
};

/// What a death led to.
enum class set_aside { none, command, aggregate };

class parking {
public:
  using time_point = std::chrono::steady_clock::time_point;
  explicit parking(parking_policy policy) : policy_{policy} {}

  /// Takes note of a death, and says what is set aside for it.
  set_aside died(const stream_id& stream, const aggregate_failure& why, time_point now,
                 std::uint64_t chance);
  /// Takes note of a request that failed and left its aggregate as it was; says what is set aside
  /// for it: the request, or nothing.
  set_aside failed(const stream_id& stream, const command_identity& which, const std::string& why,
                   time_point now, std::uint64_t chance);
  /// Why a request must not be tried now; nothing if it may.
  [[nodiscard]] std::optional<error> check(const stream_id& stream, std::uint64_t command_hash,
                                           time_point now) const;
  /// Whether check() can have anything to say at all.
  [[nodiscard]] bool empty() const { return records_.empty(); }
  /// Forgets what has been calm for long enough.
  void sweep(time_point now);
  /// What is set aside at `now`, which is `wall` on the wall.
  [[nodiscard]] std::vector<parked> list(time_point now, timestamp wall) const;

private:
  /// Deaths of one kind, and until when they keep it aside.
  struct ward {
    std::size_t failures = 0;
    std::size_t attempts = 0;  // back-offs so far
    time_point until{};
    std::string reason;
  };
  struct killer {
    command_identity name;
    ward held;
  };
  struct record {
    explicit record(restart_policy policy) : deaths{policy} {}
    restart_budget deaths;
    ward held;
    std::vector<killer> killers;
    time_point last{};
  };
  void hold_back(ward& which, time_point now, std::uint64_t chance) const;
  static killer& find_or_add(record& of, const command_identity& name);
  set_aside blame(record& of, const command_identity& name, const std::string& why, time_point now,
                  std::uint64_t chance) const;
  [[nodiscard]] bool calm(const record& one, time_point now) const;

  parking_policy policy_;
  std::unordered_map<stream_id, record> records_;
};

}  // namespace acta::internal
