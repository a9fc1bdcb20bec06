// What a shard's cache knows, apart from being an actor: read-through, single-flight, and fenced by
// versions. No CAF, no thread, no I/O: a read, a commit or a fill goes in, answers and perhaps a
// load come out.
//
// The rules, each of which has a test:
//  - A miss loads once, however many wait.
//  - A waiter has a floor: the newest version known when it asked, or its own `at_least` if that is
//    higher. It is answered by the first fill that meets it.
//  - A fill is kept only if nothing newer is known. One more load then serves the rest, so nobody
//    starves while writes go on: the load that was under way when a reader came may be too old for
//    him, the next one cannot be.
//  - One whose floor is not durable yet waits for its commit, not with one load after the other;
//    and is told at once when no commit can come any more.
//  - One whose caller has left gives its place back, and causes no further load.
//  - Loads have a generation. After an append that was not stored nothing is known of a stream any
//    more, and what the load under way brings is discarded.
//  - Of a stream nothing is kept but its view, which the node's budget counts, and who waits for
//    it: requests have credits, and so has the load under way.
//  - Absence is version 0, and is kept like a view. A load that failed answers all who wait for it,
//    and leaves nothing.
#pragma once

#include <optional>

#include "actors/cache/waiting_readers.hpp"
#include "actors/protocol/messages.hpp"

namespace acta::internal {

/// A view that is to be asked of its aggregate. Its fill names the generation.
struct view_load {
  const aggregate_type* type = nullptr;
  stream_id stream;
  std::uint64_t generation = 0;
  begun_trace wanted_by = {};  ///< The span of the reader that it is for, if that is sampled.
};

/// What happened since the cache started.
struct cache_counts {
  std::uint64_t hits = 0;        ///< Reads answered at once.
  std::uint64_t misses = 0;      ///< Reads that had to wait.
  std::uint64_t coalesced = 0;   ///< Misses that joined a load which was under way.
  std::uint64_t late_fills = 0;  ///< Fills of an older generation, discarded.
  std::uint64_t evictions = 0;
  bool operator==(const cache_counts&) const = default;
};

class cache_state {
public:
  /// `room`: the bytes of views that all caches of the node share.
  explicit cache_state(budget& room) : views_{room} {}

  /// Answers a query, or keeps it waiting. What it returns is to be started.
  ///
  /// Answers of this call and of all others are gathered; the caller posts answers(). So those of a
  /// stream keep their order, and many hits leave in one step.
  [[nodiscard]] std::optional<view_load> read(ticket_ptr asked);
  /// Takes note of a commit. What was older is forgotten.
  [[nodiscard]] std::optional<view_load> take(const commit& news);
  /// Takes what a load brought; `bytes` is the size of the view in it.
  [[nodiscard]] std::optional<view_load> fill(const loaded& brought, std::size_t bytes);
  /// Answers a query that waits for a version, and whose caller has left, `deadline_exceeded`, as
  /// soon as no load for it is under way.
  void withdraw(const ticket& left);
  /// Forgets all it has, and returns who waits: somebody else is to answer them.
  [[nodiscard]] std::vector<ticket_ptr> leave();
  /// From now on nobody is kept waiting for a commit: `shutting_down`.
  void expect_no_commit();
  /// Lets go of waiters whose deadline has passed, and answers them if nobody has.
  void drop_abandoned(waiting_readers::time_point now);

  [[nodiscard]] answer_batch& answers() { return answers_; }
  /// It keeps nothing and waits for nothing: no commit matters to it.
  [[nodiscard]] bool idle() const { return views_.empty() && pending_.empty(); }
  [[nodiscard]] bool anybody_waits() const { return !pending_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return views_.bytes(); }
  [[nodiscard]] std::size_t views() const { return views_.size(); }
  [[nodiscard]] cache_counts counts() const;

private:
  /// A stream that is loaded, or waited for.
  struct pending {
    const aggregate_type* type = nullptr;
    std::optional<version> known;  ///< The newest durable version, once it was heard of.
    std::uint64_t generation = 0;  ///< Of the load under way; 0: none is.
    begun_trace wanted_by;         ///< The first sampled reader since the last load began.
    waiting_readers::line waiting;
  };
  using pending_table = std::unordered_map<stream_id, pending>;

  /// Somebody waits to whom what is durable is new enough.
  [[nodiscard]] static bool load_can_help(const pending& those) {
    return those.waiting.content_with(those.known);
  }
  /// Answers those whom no load helps, if no commit will either.
  void give_up(pending& those);
  /// Starts the load that is due, if one is; forgets what nobody waits for.
  std::optional<view_load> go_on(pending_table::iterator place);

  view_store views_;
  waiting_readers readers_;
  pending_table pending_;
  std::uint64_t generation_ = 0;
  bool commits_may_come_ = true;
  cache_counts counts_;
  answer_batch answers_;
};

}  // namespace acta::internal
