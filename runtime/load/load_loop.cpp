#include "runtime/load/load_loop.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <queue>
#include <utility>
#include <vector>

namespace acta::internal::load {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// stop() is called by handlers of signals too, which must not wake anybody.
constexpr auto between_looks = 50ms;
constexpr unsigned most_doublings = 20;

}  // namespace

/// What the callbacks of answers share with the loop, and outlives it with the last of them.
class load_loop::state : public std::enable_shared_from_this<state> {
public:
  static constexpr std::size_t a_client = ~std::size_t{0};

  /// Another try of the operation in a slot, or a client's turn.
  struct turn {
    time_point when;
    std::size_t slot = a_client;
    bool operator<(const turn& other) const { return when > other.when; }
  };

  state(const surroundings& with, retry_policy again, hearing heard)
      : target_{with.on},
        answers_{with.answers},
        seen_{with.seen},
        into_{with.into},
        again_{again},
        heard_{std::move(heard)} {}

  void clients_think(std::chrono::nanoseconds so_long) { think_ = so_long; }
  void add_client(time_point when) {
    const std::lock_guard lock{mutex_};
    add_turn({when, a_client});
  }

  /// Waits until `when` or a turn, whichever is first. Nothing: `when` has come.
  std::optional<turn> next_turn(time_point when, const std::atomic<bool>& stopped) {
    std::unique_lock lock{mutex_};
    while (!stopped) {
      const auto now = clock::now();
      const auto first = turns_.empty() ? time_point::max() : turns_.top().when;
      if (first <= now) {
        const auto due = turns_.top();
        turns_.pop();
        return due;
      }
      if (when <= now) break;
      changed_.wait_until(lock, std::min({when, first, now + between_looks}));
    }
    return std::nullopt;
  }

  void send(planned one, time_point intended, bool by_client) {
    if (into_) into_->intended(intended);
    const auto now = clock::now();
    if (into_ && target_.is_free()) into_->generator_late(now - intended);
    one.least_version = seen_.newest(one.key);
    auto what = again_.times > 0 ? one.what : std::exchange(one.what, with_command_of(one.what));
    const auto slot = take_slot({std::move(one), intended, now, 0, false, by_client});
    begin(std::move(what), slot);
  }
  void send_again(std::size_t slot) {
    std::unique_lock lock{mutex_};
    auto what = slots_[slot].one.what;
    lock.unlock();
    begin(std::move(what), slot);
  }

  std::uint64_t settle(time_point until) {
    const std::atomic<bool> never{false};
    for (;;) {
      std::unique_lock lock{mutex_};
      if (count_in_flight() == 0) break;
      if (clock::now() >= until) break;
      lock.unlock();
      if (const auto due = next_turn(std::min(until, clock::now() + 1ms), never))
        if (due->slot != a_client) send_again(due->slot);
    }
    return close();
  }
  /// Takes no more answers; what is under way is unanswered.
  std::uint64_t close() {
    const std::lock_guard lock{mutex_};
    if (std::exchange(closed_, true)) return 0;
    const auto now = clock::now();
    const outcome none{"unanswered", said::unknown};
    std::uint64_t missing = 0;
    for (const auto& one : slots_) {
      if (!one.is_open) continue;
      ++missing;
      note(one, none, now);
    }
    return missing;
  }
  [[nodiscard]] std::uint64_t in_flight() const {
    const std::lock_guard lock{mutex_};
    return count_in_flight();
  }

private:
  struct under_way {
    planned one;  // without arguments if there is no other try
    time_point intended;
    time_point begun;
    unsigned tries = 0;
    bool may_be_done = false;  // by a try before
    bool by_client = false;
    bool is_open = true;
  };

  /// All that is needed of an operation that is sent once.
  static operation with_command_of(const operation& what) {
    operation rest;
    rest.command = what.command;
    return rest;
  }

  [[nodiscard]] std::size_t count_in_flight() const { return slots_.size() - free_.size(); }
  std::size_t take_slot(under_way one) {
    const std::lock_guard lock{mutex_};
    if (free_.empty()) {
      slots_.push_back(std::move(one));
      return slots_.size() - 1;
    }
    const auto slot = free_.back();
    free_.pop_back();
    slots_[slot] = std::move(one);
    return slot;
  }
  void begin(operation what, std::size_t slot) {
    target_.begin(std::move(what), [self = shared_from_this(), slot](const outcome& answer) {
      self->answered(slot, answer);
    });
  }
  void answered(std::size_t slot, outcome answer) {
    const auto now = clock::now();
    const std::lock_guard lock{mutex_};
    if (closed_) return;
    auto& its = slots_[slot];
    if (answer.may_retry && its.tries < again_.times) {
      its.may_be_done = its.may_be_done || answer.effect == said::unknown;
      if (into_) into_->tried_again();
      add_turn({now + again_.after * (1U << std::min(its.tries, most_doublings)), slot});
      ++its.tries;
    } else {
      // A try before may still be carried out, after the one that had no effect.
      if (its.may_be_done && answer.effect == said::no) answer.effect = said::unknown;
      note(its, answer, now);
      its.is_open = false;
      free_.push_back(slot);
      if (its.by_client) add_turn({now + think_, a_client});
    }
  }
  void add_turn(turn one) {
    turns_.push(one);
    changed_.notify_all();
  }
  void note(const under_way& its, const outcome& answer, time_point now) {
    const auto& one = its.one;
    if (into_) into_->answered(one.kind, its.intended, its.begun, now, answer.code);
    if (one.is_command())
      answers_.add({one.key, one.number, answer.version, answer.events, answer.effect});
    if (heard_) heard_(one, answer);
  }

  target& target_;
  ledger& answers_;
  const version_watch& seen_;
  recorder* const into_;
  const retry_policy again_;
  const hearing heard_;
  std::chrono::nanoseconds think_{0};
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::priority_queue<turn> turns_;
  std::vector<under_way> slots_;
  std::vector<std::size_t> free_;
  bool closed_ = false;
};

load_loop::load_loop(const surroundings& with, retry_policy again, hearing heard)
    : state_{std::make_shared<state>(with, again, std::move(heard))} {}

load_loop::~load_loop() { state_->close(); }

std::uint64_t load_loop::in_flight() const { return state_->in_flight(); }

void load_loop::run_open(const rate_line& line, arrival_law law, time_point begin,
                         random_numbers& chance, const plan& next) {
  arrivals moments{line, law};
  while (const auto moment = moments.next(chance)) {
    const auto intended = begin + *moment;
    auto one = next();
    if (!one) return;
    if (!wait_until(intended)) return;
    state_->send(*std::move(one), intended, false);
  }
}

bool load_loop::wait_until(time_point when) {
  while (const auto due = state_->next_turn(when, stopped_)) state_->send_again(due->slot);
  return !stopped_;
}

void load_loop::run_closed(std::size_t clients, std::chrono::nanoseconds think, time_point end,
                           const plan& next) {
  state_->clients_think(think);
  for (std::size_t i = 0; i < clients; ++i) state_->add_client(clock::now());
  while (clients > 0) {
    const auto due = state_->next_turn(end, stopped_);
    if (!due) return;
    if (due->slot != state::a_client) {
      state_->send_again(due->slot);
      continue;
    }
    auto one = due->when < end ? next() : std::nullopt;
    if (one)
      state_->send(*std::move(one), due->when, true);
    else
      --clients;
  }
}

std::uint64_t load_loop::settle(std::chrono::nanoseconds most) {
  return state_->settle(clock::now() + most);
}

}  // namespace acta::internal::load
