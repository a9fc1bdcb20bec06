// Who may append to a partition. Only a journal that several processes write to has this port: the
// embedded one is locked as long as it is open, and all of it is its opener's.
//
//   claims.look(p, ...)               -> {epoch 7, owned}: by somebody who is known to be dead
//   claims.claim({p, 7}, ...)         -> {epoch 8, next 1042}; appends of epoch 7 are fenced now
//   events.append({... writer {8, 1} ...})                     -> stored at offset 1042
//   claims.release(p, 8, ...)         appends of epoch 8 are fenced now, too
#pragma once

#include <cstdint>
#include <functional>

#include "actors/model/error.hpp"
#include "actors/model/identifiers.hpp"

namespace acta::internal {

/// Whose a partition is. Each claim has an epoch of its own, and epochs only rise.
struct ownership {
  std::uint64_t epoch = 0;  ///< Of the newest claim; 0: nobody ever claimed it.
  bool owned = false;       ///< That claim was not released.
  bool operator==(const ownership&) const = default;
};

struct claim_request {
  partition_id partition{};
  std::uint64_t seen = 0;  ///< The epoch that look() showed, or the claimer knew.
  /// The new epoch is greater than this, too: the highest that this process ever held or wanted for
  /// the partition, so that nothing late of its older claims can act under the new one.
  std::uint64_t above = 0;
};

struct claimed {
  std::uint64_t epoch = 0;
  std::uint64_t next_offset = 1;  ///< Of the first event that is appended under the claim.
  bool operator==(const claimed&) const = default;
};

/// Once a partition was claimed, an append to it is stored only if its writer's epoch is the one of
/// the newest claim, and that was not released. The journal checks this with the append, in one
/// step: a claim that was stolen from an owner who lives costs that owner his appends (`fenced`),
/// never the history. What was stored before the claim stays, and offsets go on without a gap.
///
/// `done` is called exactly once, as with the journal's calls. Any thread.
class partition_claims {
public:
  virtual ~partition_claims() = default;

  using look_done = std::function<void(result<ownership>)>;
  using claim_done = std::function<void(result<claimed>)>;
  using release_done = std::function<void(result<void>)>;

  /// Whose it is. It may have changed when the answer comes.
  virtual void look(partition_id at, look_done done) = 0;
  /// Makes the partition the caller's, released or not. Fails (conflict) if the epoch is not `seen`
  /// any more, or if the journal knows that the owner lives; (not_found) if there is no such
  /// partition; (outcome_unknown) if it may have succeeded: look again.
  virtual void claim(const claim_request& how, claim_done done) = 0;
  /// Gives up the claim with this epoch. Fails (conflict) if it is not the newest, or was released;
  /// the rest as claim().
  virtual void release(partition_id of, std::uint64_t epoch, release_done done) = 0;
};

}  // namespace acta::internal
