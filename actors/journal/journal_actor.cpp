#include "actors/journal/journal_actor.hpp"

#include <algorithm>

#include "actors/ports/deliberate_fault.hpp"

namespace acta::internal {

namespace {

/// What the batch makes of its streams, should all of it be stored.
std::vector<commit> commits_of(const std::vector<append_ptr>& batch) {
  std::vector<commit> all;
  all.reserve(batch.size());
  for (const auto& append : batch)
    all.push_back({append->stream, append->expected.next(append->events.size())});
  return all;
}

std::vector<std::size_t> sizes_of(const std::vector<append_ptr>& batch) {
  std::vector<std::size_t> all;
  all.reserve(batch.size());
  for (const auto& append : batch) all.push_back(append->events.size());
  return all;
}

/// A batch is judged by what became of its write. One without a write, since every append of it was
/// refused, has neither succeeded nor failed.
std::string_view outcome_of(const std::vector<append_result>& results) {
  const auto any = [&results](auto matches) {
    return std::any_of(results.begin(), results.end(),
                       [&](const append_result& one) { return matches(one.status); });
  };
  if (any([](auto status) { return status == append_status::stored; })) return "ok";
  if (any([](auto status) {
        return status == append_status::unknown || status == append_status::read_only;
      }))
    return "failed";
  return "refused";
}

}  // namespace

journal_shell::journal_shell(shell::self_ptr self, journal_parameters with)
    : self_{self}, with_{std::move(with)}, lanes_{with_.limits} {}

caf::behavior journal_shell::make_behavior() {
  shell::install_handlers(self_);
  return {
      [this](lane_entry& entry) {
        lane_effects effects;
        lanes_.enter(std::move(entry), effects);
        write(effects);
      },
      [this](recover_me& asked) { enter(asked); },
      [this](leave_lane& gone) { enter(gone); },
      [this](save_snapshot& kept) { enter(kept); },
      [this](search_commands& asked) { enter(asked); },
      [this](batch_settled& batch) { settle(batch); },
      [this](watch_log& watcher) {
        watchers_.push_back(std::move(watcher));
        wake_watchers();
      },
  };
}

template <class Entry>
void journal_shell::enter(Entry& what) {
  lane_effects effects;
  lanes_.enter(std::move(what), effects);
  carry_out(effects);
}

void journal_shell::write(lane_effects& effects) {
  for (auto batch = lanes_.next_batch(effects); !batch.empty();
       batch = lanes_.next_batch(effects)) {
    written_.push_back({with_.time->now(), sizes_of(batch),
                        with_.listeners->anybody() ? commits_of(batch) : std::vector<commit>{}});
    with_.adapter->append(std::move(batch),
                          [me = caf::actor_cast<caf::actor>(self_)](auto results) {
                            shell::post(me, batch_settled{std::move(results)});
                          });
  }
  carry_out(effects);
}

void journal_shell::settle(const batch_settled& batch) {
  std::size_t stored = 0;
  for (std::size_t i = 0; i < batch.results.size(); ++i)
    if (batch.results[i].status == append_status::stored) stored += written_.front().events[i];
  const batch_facts facts{written_.front().at,     with_.time->now(),    outcome_of(batch.results),
                          with_.adapter->system(), batch.results.size(), batch.results.write,
                          batch.results.sync};
  with_.watcher->observe({happening::batch_committed,
                          "journal",
                          {},
                          facts.outcome,
                          facts.settled - facts.handed_over,
                          stored});
  // Before the answers leave, so that a read that is begun after one finds no older view.
  auto commits = std::move(written_.front().commits);
  const bool too_late = deliberate::commits("commit_announced_after_the_answer");
  if (!too_late) announce(std::move(commits), batch.results);
  written_.pop_front();
  lane_effects effects;
  lanes_.settle(batch.results, effects, facts);
  if (too_late) {
    effects.answers.post();
    announce(std::move(commits), batch.results);
  }
  carry_out(effects);
  lane_effects next;
  write(next);
  wake_watchers();
}

void journal_shell::announce(std::vector<commit> commits,
                             const std::vector<append_result>& results) {
  if (commits.empty()) return;
  for (std::size_t i = 0; i < commits.size(); ++i)
    if (results[i].status != append_status::stored) commits[i].now.reset();
  with_.announce(std::move(commits));
}

void journal_shell::carry_out(lane_effects& effects) {
  effects.answers.post();
  // First: whoever ends for it must not act on a search any more.
  for (auto& [aggregate, why] : effects.broken) shell::post(self_, aggregate, lane_failed{why});
  for (auto& kept : effects.snapshots)
    with_.adapter->save(kept.partition, kept.stream, std::move(kept.what));
  for (auto& asked : effects.recoveries)
    with_.adapter->recover(
        asked.partition, asked.stream, asked.writer, asked.from, with_.recovery_page_events,
        [owner = asked.owner](auto page) { shell::post(owner, recovered{std::move(page)}); });
  for (auto& asked : effects.searches)
    with_.adapter->find_command(asked.partition, std::move(asked.what),
                                [owner = asked.owner](auto outcome) {
                                  shell::post(owner, commands_searched{std::move(outcome)});
                                });
  for (const auto& gone : effects.left) {
    with_.adapter->leave(gone.partition, gone.stream, gone.writer);
    shell::post(self_, gone.owner, lane_left{});
  }
}

void journal_shell::wake_watchers() {
  std::erase_if(watchers_, [&](watch_log& waiting) {
    if (waiting.after >= with_.adapter->last(waiting.after.partition)) return false;
    shell::post(self_, waiting.watcher, log_advanced{});
    return true;
  });
}

}  // namespace acta::internal
