// Every message between actors, one sentence each. They never leave the process, so none is
// serialised, and all of them may be moved out of.
#pragma once

#include <caf/actor.hpp>
#include <caf/type_id.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "actors/ports/journal.hpp"
#include "actors/ports/set_aside.hpp"
#include "actors/protocol/metrics_snapshot.hpp"
#include "actors/protocol/ticket.hpp"

namespace acta::internal {

/// Edge to shard or, with a query, to cache; cache to shard, shard to aggregate: an admitted
/// request.
struct admitted {
  ticket_ptr ticket;
};

/// Aggregate to journal: the next entry in my lane. An entry without events is held until what went
/// before it in the lane is settled.
struct lane_entry {
  writer_id writer;
  caf::actor owner;
  ticket_ptr ticket;
};

/// Aggregate to journal: read me my events from this version on, 0 for those after my snapshot,
/// when all that was sent to you before is settled; and make me the stream's writer. Answered with
/// `recovered`.
struct recover_me {
  stream_id stream;
  writer_id writer;
  caf::actor owner;
  version from;
  partition_id partition{};
};

/// Journal to aggregate: a page of your events, or why there is none.
struct recovered {
  result<event_page> page{event_page{}};
};

/// Aggregate to journal: look for this command when all that was sent to you before is settled.
/// Answered with `commands_searched`.
struct search_commands {
  command_search what;
  caf::actor owner;
  partition_id partition{};
};

/// Journal to aggregate: what your search came to.
struct commands_searched {
  result<search_result> outcome{search_result{}};
};

/// Journal to aggregate: your lane is broken, all in it was answered; stop, and a successor starts
/// anew.
struct lane_failed {
  errc why = errc::conflict;
};

/// Aggregate to journal: keep this when all of mine that you got before is stored, else forget it.
struct save_snapshot {
  stream_id stream;
  writer_id writer;
  snapshot what;
  partition_id partition{};
};

/// Nothing comes after this; stop. Shard to aggregate: nobody asked for you for long, or you said
/// that you are stopping. Registry to cache, and cache to shard behind its last load: somebody else
/// serves the shard next. Shards' tree to a shard's supervisor, or to who is in its place: there is
/// nothing left to do.
struct stop {};

/// Aggregate to shard: I have failed, or my lane has. Answered with `stop` behind the last request.
struct stopping {
  writer_id who;
};

/// Aggregate to shard: this came while I was stopping; it is for my successor.
struct handed_back {
  writer_id who;
  ticket_ptr ticket;
};

/// Aggregate to shard: my state weighs so many bytes now (aggregate/state_weight.hpp).
struct weighs {
  writer_id who;
  std::uint64_t bytes = 0;
};

/// Aggregate or cache to shard: the view of this stream could not be made or measured, since the
/// domain threw. The aggregate goes on.
struct read_failed {
  stream_id stream;
  std::string what;
};

/// Aggregate to journal: nothing of this life comes after this; forget its lane when it is settled,
/// and tell `owner`, if there is one.
struct leave_lane {
  stream_id stream;
  writer_id writer;
  caf::actor owner = {};
  partition_id partition{};
};

/// Journal to aggregate: all that you sent is settled.
struct lane_left {};

/// Journal adapter to journal actor: a batch was written and synced, or not; one result per append.
struct batch_settled {
  append_results results;
};

/// What became of one append: the stream's version with it; nothing if it was not stored, so that
/// what was known of the stream may be old.
struct commit {
  stream_id stream;
  std::optional<version> now;
};

/// Journal to cache: these were settled; sent before their answers leave.
struct committed {
  std::vector<commit> what;
};

/// Edge to cache: nobody waits for the answer to this any more.
struct withdrawn {
  ticket_ptr ticket;
};

/// Engine to cache: no command is under way any more, and none will be. Who waits for a version
/// that is not durable waits in vain.
struct no_more_commits {};

/// Cache to itself: the answers it has gathered since it sent this are to leave.
struct answers_wait {};

/// Ticket of a load to cache: the stream's view, or why there is none.
struct loaded {
  stream_id stream;
  std::uint64_t generation = 0;
  result<answer> found{answer{}};
  span_context span = {};  ///< Of the load, if it is sampled.
};

/// Subscription to journal: tell me, once, when there is an event after this position.
struct watch_log {
  position after;
  caf::actor watcher;
};

/// Journal to subscription: there is something to read.
struct log_advanced {};

/// Journal adapter to subscription: the next events of the log.
struct log_page {
  result<event_page> page{event_page{}};
};

/// Thread of a subscription to its actor: its handler is done with your page, or threw.
struct page_handled {
  result<void> outcome;
};

/// Feed to metrics: a batch of observations has gathered; take it.
struct observed {};

/// Edge to metrics: give me everything measured so far.
struct get_metrics {
  std::function<void(metrics_snapshot)> done;
};

/// Registry to who stands in for a shard: a request waits for it, where none did.
struct request_waits {};

/// In the reason of an aggregate's end: why it failed.
struct aggregate_failure {
  std::optional<command_identity> command;  ///< The one that made it fail, if one did.
  bool unrecoverable = false;  ///< Its stream cannot be read: a successor would fail too.
  std::string what;
};

/// Anyone to shard: what have you set aside?
struct list_parked {
  std::function<void(std::vector<parked>)> done;
};

/// Supervisor to itself: the wait before this restart is over.
struct restart_due {
  std::size_t index = 0;
  std::uint64_t round = 0;
};

/// To oneself: look at your own deadlines.
struct tick {};

/// Shard to itself: look for aggregates that nobody asked for long.
struct look_for_idle {};

}  // namespace acta::internal

// What CAF must be told of each message follows from this list.
// clang-format off
#define ACTA_MESSAGES(message) \
  message(admitted) message(lane_entry) message(recover_me) message(recovered) \
  message(lane_failed) message(leave_lane) message(batch_settled) message(committed) \
  message(loaded) message(watch_log) message(log_advanced) message(log_page) \
  message(observed) message(get_metrics) message(tick) message(save_snapshot) message(stop) \
  message(lane_left) message(list_parked) message(aggregate_failure) message(restart_due) \
  message(no_more_commits) message(answers_wait) message(stopping) message(handed_back) \
  message(search_commands) message(commands_searched) message(withdrawn) message(read_failed) \
  message(page_handled) message(weighs) message(request_waits) message(look_for_idle)
// clang-format on

#define ACTA_TYPE_ID(name) CAF_ADD_TYPE_ID(acta, (acta::internal::name))
#define ACTA_UNSAFE(name) CAF_ALLOW_UNSAFE_MESSAGE_TYPE(acta::internal::name)

// Far above the first free id, so that a user's own CAF program can share the process.
CAF_BEGIN_TYPE_ID_BLOCK(acta, caf::first_custom_type_id + 1000)
ACTA_MESSAGES(ACTA_TYPE_ID)
CAF_END_TYPE_ID_BLOCK(acta)

ACTA_MESSAGES(ACTA_UNSAFE)

#undef ACTA_UNSAFE
#undef ACTA_TYPE_ID
#undef ACTA_MESSAGES
