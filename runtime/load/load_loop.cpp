#include "runtime/load/load_loop.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
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
/// A callback leaves its answer and goes: what an answer means, the loop's own thread finds out. So
/// no thread of the target, which may have less of a processor, ever holds what the loop waits for.
class load_loop::state : public std::enable_shared_from_this<state> {
public:
  struct under_way {
    planned one;  // without arguments if there is no other try
    time_point intended;
    time_point begun;
    unsigned tries = 0;
    bool may_be_done = false;  // by a try before
    bool by_client = false;
    bool is_open = true;
    // Of its callback, until it is taken:
    outcome answer{};
    time_point answered_at{};
    under_way* answered_before = nullptr;
  };
  /// Another try of an operation, or a client's turn.
  struct turn {
    time_point when;
    under_way* again = nullptr;
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
  void add_client(time_point when) { turns_.push({when}); }

  /// Waits until `when` or a turn, whichever is first. Nothing: `when` has come.
  std::optional<turn> next_turn(time_point when, const std::atomic<bool>& stopped) {
    while (!stopped) {
      take_answers();
      const auto now = clock::now();
      const auto first = turns_.empty() ? time_point::max() : turns_.top().when;
      if (first <= now) {
        const auto due = turns_.top();
        turns_.pop();
        return due;
      }
      if (when <= now) break;
      sleep_until(std::min({when, first, now + between_looks}));
    }
    return std::nullopt;
  }

  void send(planned one, time_point intended, bool by_client) {
    if (into_) into_->intended(intended);
    const auto now = clock::now();
    if (into_ && target_.is_free()) into_->generator_late(now - intended);
    one.least_version = seen_.newest(one.key);
    auto what = again_.times > 0 ? one.what : std::exchange(one.what, with_command_of(one.what));
    begin(std::move(what), place({std::move(one), intended, now, 0, false, by_client}));
  }
  void send_again(under_way& its) { begin(its.one.what, its); }

  std::uint64_t settle(time_point until) {
    const std::atomic<bool> never{false};
    while (in_flight() > 0 && clock::now() < until)
      if (const auto due = next_turn(std::min(until, clock::now() + 1ms), never))
        if (due->again) send_again(*due->again);
    return close();
  }
  /// Takes no more answers; what is under way is unanswered.
  std::uint64_t close() {
    if (std::exchange(closed_, true)) return 0;
    take_answers();
    const auto now = clock::now();
    const outcome none{"unanswered", said::unknown};
    std::uint64_t missing = 0;
    for (const auto& one : all_) {
      if (!one.is_open) continue;
      ++missing;
      note(one, none, now);
    }
    return missing;
  }
  [[nodiscard]] std::uint64_t in_flight() const { return in_flight_; }

private:
  /// All that is needed of an operation that is sent once.
  static operation with_command_of(const operation& what) {
    operation rest;
    rest.command = what.command;
    return rest;
  }

  under_way& place(under_way one) {
    ++in_flight_;
    if (free_.empty()) return all_.emplace_back(std::move(one));
    auto& its = *free_.back();
    free_.pop_back();
    return its = std::move(one);
  }
  void begin(operation what, under_way& its) {
    target_.begin(std::move(what), [self = shared_from_this(), &its](outcome answer) {
      self->leave(its, std::move(answer));
    });
  }
  /// On a thread of the target.
  void leave(under_way& its, outcome answer) {
    const bool makes_a_turn = its.by_client || (answer.may_retry && again_.times > 0);
    its.answer = std::move(answer);
    its.answered_at = clock::now();
    its.answered_before = newest_.load(std::memory_order_relaxed);
    while (!newest_.compare_exchange_weak(its.answered_before, &its)) {
    }
    if (makes_a_turn && sleeps_) {
      { const std::lock_guard lock{mutex_}; }  // it looks once more, or hears this
      changed_.notify_one();
    }
  }
  void sleep_until(time_point when) {
    std::unique_lock lock{mutex_};
    sleeps_ = true;
    if (newest_ == nullptr) changed_.wait_until(lock, when);
    sleeps_ = false;
  }
  void take_answers() {
    under_way* in_order = nullptr;
    for (auto* next = newest_.exchange(nullptr); next;) {
      auto* const before = next->answered_before;
      next->answered_before = std::exchange(in_order, next);
      next = before;
    }
    // What it names next may be under way again by then.
    while (in_order) take(*std::exchange(in_order, in_order->answered_before));
  }
  void take(under_way& its) {
    auto answer = std::move(its.answer);
    if (answer.may_retry && its.tries < again_.times) {
      its.may_be_done = its.may_be_done || answer.effect == said::unknown;
      if (into_) into_->tried_again();
      turns_.push(
          {its.answered_at + again_.after * (1U << std::min(its.tries, most_doublings)), &its});
      ++its.tries;
    } else {
      // A try before may still be carried out, after the one that had no effect.
      if (its.may_be_done && answer.effect == said::no) answer.effect = said::unknown;
      note(its, answer, its.answered_at);
      its.is_open = false;
      free_.push_back(&its);
      --in_flight_;
      if (its.by_client) turns_.push({its.answered_at + think_});
    }
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
  // Of the loop's thread:
  std::priority_queue<turn> turns_;
  std::deque<under_way> all_;  // its callbacks know where they are
  std::vector<under_way*> free_;
  bool closed_ = false;
  // Of any:
  std::atomic<std::uint64_t> in_flight_{0};
  std::atomic<under_way*> newest_{nullptr};  // answer; each names the one that was left before it
  std::atomic<bool> sleeps_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
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
  while (const auto due = state_->next_turn(when, stopped_)) state_->send_again(*due->again);
  return !stopped_;
}

void load_loop::run_closed(std::size_t clients, std::chrono::nanoseconds think, time_point end,
                           const plan& next) {
  state_->clients_think(think);
  for (std::size_t i = 0; i < clients; ++i) state_->add_client(clock::now());
  while (clients > 0) {
    const auto due = state_->next_turn(end, stopped_);
    if (!due) return;
    if (due->again) {
      state_->send_again(*due->again);
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
