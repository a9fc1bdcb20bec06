// The lanes of all aggregates to the journal, merged into one first-in first-out queue that is cut
// into batches. All that depends on events not yet synced travels here: appends with their sealed
// answers, held reads and refusals, snapshots, recoveries. What leaves, leaves in the order in
// which it came in. No CAF behaviour, no thread, no I/O: input in, effects out.
#pragma once

#include <deque>
#include <unordered_map>
#include <variant>
#include <vector>

#include "actors/ports/deliberate_fault.hpp"
#include "actors/protocol/messages.hpp"

namespace acta::internal {

struct batch_limits {
  std::size_t events = 4096;
  std::size_t bytes = 8 * 1024 * 1024;
  /// Batches handed to the adapter and not settled: while one is being synced, the next may be
  /// there already, so that the writer does not wait for us.
  std::size_t outstanding = 2;
};

/// Collects what entries have led to: the journal actor acts on it.
struct lane_effects {
  answer_batch answers;                   ///< To be posted, before all that follows.
  std::vector<recover_me> recoveries;     ///< Now in order: everything before them is settled.
  std::vector<search_commands> searches;  ///< The same.
  std::vector<leave_lane> left;           ///< The same.
  std::vector<save_snapshot> snapshots;   ///< The same, and everything before them is stored.
  std::vector<std::pair<caf::actor, errc>> broken;  ///< Tell each aggregate once.
};

class lanes {
public:
  explicit lanes(batch_limits most) : limits_{most} {}

  /// Takes an entry of an aggregate. One that depends on nothing unsettled is released at once.
  void enter(lane_entry asked, lane_effects& effects);
  void enter(recover_me asked, lane_effects& effects);
  /// The lane is forgotten when what went before in it is settled, not earlier: until then it may
  /// be broken, and its held answers must not get out.
  void enter(leave_lane last, lane_effects& effects);
  void enter(save_snapshot what, lane_effects& effects);
  void enter(search_commands asked, lane_effects& effects);

  /// Cuts the next batch of appends, or returns an empty one: nothing to write, or enough is under
  /// way already. Each batch must come back through settle(), in order.
  [[nodiscard]] std::vector<append_ptr> next_batch(lane_effects& effects);
  /// Releases the oldest batch: `results` has one element for each of its appends.
  void settle(const std::vector<append_result>& results, lane_effects& effects,
              const batch_facts& facts = {});

  [[nodiscard]] bool idle() const { return pending_.empty() && under_way_.empty(); }

private:
  using entry = std::variant<lane_entry, recover_me, leave_lane, save_snapshot, search_commands>;
  struct under_way {
    entry what;
    bool written;  ///< Its events are with the adapter.
  };
  using batch = std::vector<under_way>;
  /// Epochs are rarely several at a time.
  struct hash_of_life {
    std::size_t operator()(const writer_id& life) const noexcept { return life.incarnation; }
  };
  struct same_life {
    bool operator()(const writer_id& a, const writer_id& b) const noexcept {
      return a.incarnation == b.incarnation &&
             (a.epoch == b.epoch || deliberate::commits("lanes_of_epochs_mixed"));
    }
  };
  template <class Value>
  using by_life = std::unordered_map<writer_id, Value, hash_of_life, same_life>;

  [[nodiscard]] bool writes(const entry& what) const;
  /// Entries at the front that have nothing to write: they go with the batch before them.
  void attach_entries_without_events(lane_effects& effects);
  void release(entry& what, lane_effects& effects);
  void answer_held(lane_entry& held, answer_batch& leaving);
  /// A batch that is being settled. Its span is made when an append that is sampled asks for it.
  struct settled_batch {
    const batch_facts& facts;
    span_context shown = {};
  };
  void settle_append(lane_entry& appended, const append_result& got, lane_effects& effects,
                     settled_batch& within);
  void uncount(writer_id writer);

  batch_limits limits_;
  std::deque<entry> pending_;
  std::deque<batch> under_way_;
  /// Entries of each life of an aggregate that are pending or under way.
  by_life<std::size_t> entries_of_;
  /// Lives whose lane broke: nothing of theirs is written, or answered as it was decided, any more.
  by_life<errc> broken_;
};

}  // namespace acta::internal
