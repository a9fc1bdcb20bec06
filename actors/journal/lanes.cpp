#include "actors/journal/lanes.hpp"

#include <cassert>

namespace acta::internal {

namespace {

bool has_events(const lane_entry& entry) { return !entry.ticket->request.append.events.empty(); }

std::size_t size_of(const append_request& append) {
  std::size_t size = 0;
  const auto each = 64 + text_bytes(append.metadata);
  for (const auto& event : append.events) size += event.payload.size() + event.type.size() + each;
  return size;
}

errc to_errc(append_status status) {
  switch (status) {
    case append_status::unknown: return errc::outcome_unknown;
    case append_status::read_only: return errc::read_only;
    default: return errc::conflict;
  }
}

error explain(append_status status) {
  const auto why = to_errc(status);
  switch (status) {
    case append_status::unknown:
      return {why, "writing to the journal failed; ask again with the same command id"};
    case append_status::read_only: return {why, "the journal takes no writes since one failed"};
    // It was refused, so it had no effect: whoever serves the stream now decides it anew.
    case append_status::fenced:
      return {why, "another node writes to this part of the journal now; ask again"};
    default: return {why, "another writer was there first; ask again"};
  }
}

}  // namespace

bool lanes::writes(const entry& what) const {
  const auto* append = std::get_if<lane_entry>(&what);
  return append && has_events(*append) && !broken_.contains(append->writer);
}

void lanes::enter(lane_entry asked, lane_effects& effects) {
  const auto writer = asked.writer;
  const bool alone = !has_events(asked) && !entries_of_.contains(writer);
  if (alone || broken_.contains(writer)) return answer_held(asked, effects.answers);
  if (has_events(asked)) asked.ticket->entered_lane();
  if (deliberate::commits("context_lost_at_the_lane")) asked.ticket->request.trace = nullptr;
  if (deliberate::commits("answer_before_sync")) asked.ticket->answer(asked.ticket->sealed);
  ++entries_of_[writer];
  pending_.emplace_back(std::move(asked));
}

void lanes::enter(recover_me asked, lane_effects& effects) {
  if (deliberate::commits("recovery_not_ordered_behind_the_lane"))
    return effects.recoveries.push_back(std::move(asked));
  // Its predecessor's entries came in before it, whichever they are; so it waits for all of them.
  pending_.emplace_back(std::move(asked));
  attach_entries_without_events(effects);
}

void lanes::enter(leave_lane last, lane_effects& effects) {
  pending_.emplace_back(std::move(last));
  attach_entries_without_events(effects);
}

void lanes::enter(save_snapshot what, lane_effects& effects) {
  if (deliberate::commits("snapshot_ahead_of_the_log"))
    return effects.snapshots.push_back(std::move(what));
  pending_.emplace_back(std::move(what));
  attach_entries_without_events(effects);
}

void lanes::enter(search_commands asked, lane_effects& effects) {
  // What it looks for may be under way.
  if (deliberate::commits("search_not_ordered_behind_the_lane"))
    return effects.searches.push_back(std::move(asked));
  pending_.emplace_back(std::move(asked));
  attach_entries_without_events(effects);
}

void lanes::attach_entries_without_events(lane_effects& effects) {
  while (!pending_.empty() && !writes(pending_.front())) {
    if (under_way_.empty())
      release(pending_.front(), effects);
    else
      under_way_.back().push_back({std::move(pending_.front()), false});
    pending_.pop_front();
  }
}

std::vector<append_ptr> lanes::next_batch(lane_effects& effects) {
  std::vector<append_ptr> appends;
  attach_entries_without_events(effects);
  if (pending_.empty() || under_way_.size() >= limits_.outstanding) return appends;
  batch cut;
  std::size_t events = 0;
  std::size_t size = 0;
  while (!pending_.empty() && events < limits_.events && size < limits_.bytes) {
    const bool written = writes(pending_.front());
    if (written) {
      const auto& ticket = std::get<lane_entry>(pending_.front()).ticket;
      const auto& append = ticket->request.append;
      events += append.events.size();
      size += size_of(append);
      appends.emplace_back(ticket, &append);
    }
    cut.push_back({std::move(pending_.front()), written});
    pending_.pop_front();
  }
  under_way_.push_back(std::move(cut));
  return appends;
}

void lanes::settle(const std::vector<append_result>& results, lane_effects& effects,
                   const batch_facts& facts) {
  assert(!under_way_.empty());
  auto settled = std::move(under_way_.front());
  under_way_.pop_front();
  settled_batch within{facts};
  auto next = results.begin();
  for (auto& [what, written] : settled) {
    if (written)
      settle_append(std::get<lane_entry>(what), *next++, effects, within);
    else
      release(what, effects);
  }
  assert(next == results.end());
}

void lanes::release(entry& what, lane_effects& effects) {
  if (auto* asked = std::get_if<recover_me>(&what))
    return effects.recoveries.push_back(std::move(*asked));
  if (auto* search = std::get_if<search_commands>(&what))
    return effects.searches.push_back(std::move(*search));
  if (auto* last = std::get_if<leave_lane>(&what)) {
    broken_.erase(last->writer);
    return effects.left.push_back(std::move(*last));
  }
  if (auto* kept = std::get_if<save_snapshot>(&what)) {
    // Of a broken lane it holds what was never stored: it would run ahead of its events.
    if (!broken_.contains(kept->writer)) effects.snapshots.push_back(std::move(*kept));
    return;
  }
  auto& held = std::get<lane_entry>(what);
  uncount(held.writer);
  answer_held(held, effects.answers);
}

void lanes::answer_held(lane_entry& held, answer_batch& leaving) {
  const auto found = broken_.find(held.writer);
  if (found == broken_.end()) return held.ticket->answer(std::move(held.ticket->sealed), leaving);
  // Decided on top of events that were not stored: neither it nor its answer may be seen. It was
  // not tried itself, whatever happened to the append that broke the lane.
  held.ticket->answer(
      error{found->second == errc::conflict ? errc::conflict : errc::read_only,
            "it rests on a write that was not stored, and was not tried itself; ask again"},
      leaving);
}

void lanes::uncount(writer_id writer) {
  const auto count = entries_of_.find(writer);
  assert(count != entries_of_.end());
  if (--count->second == 0) entries_of_.erase(count);
}

void lanes::settle_append(lane_entry& appended, const append_result& got, lane_effects& effects,
                          settled_batch& within) {
  uncount(appended.writer);
  appended.ticket->handed_to_journal(within.facts.handed_over);
  if (auto* trace = appended.ticket->request.trace.get()) {
    if (!within.shown.valid()) within.shown = trace->show_batch(within.facts);
    trace->link(within.shown);
  }
  if (got.status == append_status::stored)
    return appended.ticket->answer(std::move(appended.ticket->sealed), effects.answers);
  const auto why = to_errc(got.status);
  if (broken_.emplace(appended.writer, why).second && !deliberate::commits("broken_lane_not_told"))
    effects.broken.emplace_back(appended.owner, why);
  appended.ticket->answer(explain(got.status), effects.answers);
}

}  // namespace acta::internal
