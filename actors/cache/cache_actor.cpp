#include "actors/cache/cache_actor.hpp"

#include <limits>

namespace acta::internal {

namespace {

/// Answers of hits that leave in one step: each step takes a lock, and may wake a thread.
constexpr std::size_t most_gathered = 64;

}  // namespace

cache_shell::cache_shell(shell::self_ptr self, cache_parameters with)
    : self_{self},
      with_{std::move(with)},
      state_{*with_.room},
      ticker_{self, with_.deadline_tick} {}

cache_shell::~cache_shell() { listen(false); }

caf::behavior cache_shell::make_behavior() {
  shell::install_handlers(self_);
  ticker_.arm();
  return {
      [this](admitted& asked) {
        ticker_.arm();
        if (leaving_) return with_.give_back(std::move(asked.ticket));
        read(std::move(asked.ticket));
      },
      [this](const stop&) { leave(); },
      [this](committed& batch) {
        ticker_.arm();
        for (const auto& news : batch.what) start(state_.take(news));
        end_turn();
      },
      [this](loaded& brought) {
        ticker_.arm();
        take(brought);
      },
      [this](withdrawn& left) {
        state_.withdraw(*left.ticket);
        end_turn();
      },
      [this](no_more_commits&) {
        state_.expect_no_commit();
        end_turn();
      },
      [this](answers_wait&) { state_.answers().post(); },
      [this](tick&) {
        state_.drop_abandoned(with_.loads->time().now());
        end_turn();
        tell();
        ticker_.ticked(state_.anybody_waits());
      },
  };
}

void cache_shell::leave() {
  leaving_ = true;
  for (auto& asked : state_.leave()) with_.give_back(std::move(asked));
  end_turn();
  tell();
  shell::post(self_, with_.shard, stop{});
}

void cache_shell::read(ticket_ptr asked) {
  const auto gathered = state_.answers().size();
  start(state_.read(std::move(asked)));
  if (state_.answers().size() >= most_gathered)
    state_.answers().post();
  else if (gathered == 0 && state_.answers().size() > 0)
    // Behind the reads that are in the mailbox by now: their answers leave in the same step.
    shell::post(self_, caf::actor_cast<caf::actor>(self_), answers_wait{});
}

void cache_shell::end_turn() {
  state_.answers().post();
  listen(!state_.idle());
}

void cache_shell::start(std::optional<view_load> due) {
  if (!due) return;
  if (auto asked = ticket_of(*due)) {
    listen(true);  // before the load leaves: see audience.hpp
    return shell::post(self_, with_.shard, admitted{std::move(asked)});
  }
  // What failed leads to no further load.
  const loaded refused{std::move(due->stream), due->generation,
                       error{errc::overloaded, "too many reads are under way here"}};
  static_cast<void>(state_.fill(refused, 0));
}

ticket_ptr cache_shell::ticket_of(const view_load& due) {
  request asked;
  asked.type = due.type;
  asked.append.stream = due.stream;
  asked.load = true;
  // It comes back when its lane does. To give it up earlier and ask again would only make the lane
  // longer; those who wait here have deadlines of their own.
  asked.deadline = std::chrono::steady_clock::time_point::max();
  span_context span;
  if (const auto& reader = due.wanted_by; reader.decided && with_.loads->traces()) {
    const auto& traces = *with_.loads->traces();
    span = reader.span;
    span.span = traces.new_span_id();
    asked.trace = std::make_unique<request_trace>(traces, span, reader.span.span, std::string{},
                                                  reader.time, traces.time->now());
  }
  return ticket::admit(with_.loads, std::move(asked),
                       [me = caf::actor_cast<caf::actor>(self_), stream = due.stream,
                        generation = due.generation, span](result<answer> found) {
                         shell::post(me, loaded{stream, generation, std::move(found), span});
                       });
}

void cache_shell::take(loaded& brought) {
  const auto size = size_of(brought);
  start(state_.fill(brought, size));
  end_turn();
}

std::size_t cache_shell::size_of(loaded& brought) {
  if (!brought.found) return 0;
  // Near enough to what it takes in memory. What cannot be encoded cannot be measured, nor kept.
  scratch_.clear();
  const auto view = brought.found->view;
  const users_code::call now{with_.users, "the size of a view", {}, &brought.stream};
  const auto encoded =
      with_.bytes_codec->encode([&](visitor& v) { return view->visit(v); }, scratch_);
  if (encoded) {
    const auto size = scratch_.size();
    // What one large view took is not kept for ever: no budget counts it.
    constexpr std::size_t most_scratch_bytes = 64 * 1024;
    if (scratch_.capacity() > most_scratch_bytes) bytes{}.swap(scratch_);
    return size;
  }
  if (encoded.error().code == errc::domain_failed) {
    // Whoever reads it over HTTP would meet the same: so all are told, and its shard sets it aside.
    brought.found = encoded.error();
    shell::post(self_, with_.shard, read_failed{brought.stream, encoded.error().detail});
  }
  return std::numeric_limits<std::size_t>::max();
}

void cache_shell::listen(bool wanted) {
  if (wanted == listening_) return;
  listening_ = wanted;
  if (wanted)
    with_.listeners->begin(with_.index);
  else
    with_.listeners->end(with_.index);
}

void cache_shell::tell() {
  const auto now = state_.counts();
  const auto say = [this](happening what, std::uint64_t amount) {
    if (amount > 0) with_.watcher->observe({what, with_.name, {}, {}, {}, amount});
  };
  say(happening::cache_hit, now.hits - told_.hits);
  say(happening::cache_miss, now.misses - told_.misses);
  say(happening::cache_miss_joined, now.coalesced - told_.coalesced);
  say(happening::cache_late_fill, now.late_fills - told_.late_fills);
  say(happening::cache_eviction, now.evictions - told_.evictions);
  told_ = now;
  if (told_bytes_ == state_.bytes()) return;
  told_bytes_ = state_.bytes();
  with_.watcher->observe({happening::cache_bytes, with_.name, {}, {}, {}, state_.bytes()});
}

}  // namespace acta::internal
