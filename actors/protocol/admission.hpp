// Admission: what a shard may hold of the node's credits, and who waits for it. Credits are taken
// here, at the edge, never in an actor; so they bound every queue behind it (invariant 6).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/base/budget.hpp"
#include "actors/base/timing_wheel.hpp"
#include "actors/model/error.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/completions.hpp"
#include "actors/ports/observer.hpp"
#include "actors/ports/set_aside.hpp"
#include "actors/ports/users_code.hpp"

namespace acta::internal {

class ticket;
struct tracing;

/// The conservation law: at rest, admitted = answered + dead_lettered, and nothing is outstanding.
struct admission_counts {
  std::uint64_t admitted = 0;
  std::uint64_t rejected = 0;  ///< For want of credit; these were never admitted.
  std::uint64_t answered = 0;  ///< Including those whose deadline passed.
  std::uint64_t dead_lettered =
      0;                          ///< Lost with the actor that held them; their callers were told.
  std::uint64_t outstanding = 0;  ///< Admitted requests that are still somewhere.
  std::uint64_t outstanding_commands = 0;  ///< Among these.
  std::uint64_t outstanding_bytes = 0;

  admission_counts& operator+=(const admission_counts& other);
};

/// The credits of a node, for so many requests and so many bytes. Its shards share them.
struct node_credits {
  node_credits(std::uint64_t most_requests, std::uint64_t most_bytes, std::size_t shards)
      : requests{most_requests, shards}, bytes{most_bytes, shards} {}
  budget requests;
  budget bytes;
};

/// What one shard uses of the node's credits, and its outstanding tickets. Any thread.
class admission {
public:
  using told_of_lost = std::function<void(const dead_letter&)>;
  /// `tell` hears of every dead letter, on the thread that lost the request. `users` has the
  /// callbacks that are under way. Answers leave through `exit`; null: whoever answers calls back.
  /// `traces`: null if nobody takes spans. All three outlive this.
  admission(std::shared_ptr<node_credits> of, const clock& time, observer& watcher,
            told_of_lost tell = {}, users_code* users = nullptr, completions* exit = nullptr,
            const tracing* traces = nullptr)
      : of_{std::move(of)},
        requests_{of_->requests},
        bytes_{of_->bytes},
        time_{&time},
        watcher_{&watcher},
        tell_{std::move(tell)},
        users_{users},
        exit_{exit},
        traces_{traces} {}
  admission(const admission&) = delete;
  admission& operator=(const admission&) = delete;

  /// Answers every ticket whose deadline has passed. Its credit stays out while its request is
  /// still in a queue, since that is what a credit bounds.
  void expire();
  /// From now on lost tickets answer `shutting_down`.
  void end() { closed_ = true; }
  /// Ends; and the tickets that are left answer `shutting_down` now.
  void close();

  [[nodiscard]] admission_counts counts() const;
  /// A request of more bytes is never admitted.
  [[nodiscard]] std::uint64_t most_bytes() const { return of_->bytes.most_of_one(); }
  /// False: no request is somewhere, so no deadline can pass.
  [[nodiscard]] bool anything_outstanding() const { return requests_.used() > 0; }
  /// The newest dead letters, at most 1,000; the oldest first.
  [[nodiscard]] std::vector<dead_letter> dead_letters() const;
  [[nodiscard]] const clock& time() const { return *time_; }
  [[nodiscard]] observer& watcher() const { return *watcher_; }
  [[nodiscard]] users_code* users() const { return users_; }
  [[nodiscard]] completions* exit() const { return exit_; }
  [[nodiscard]] const tracing* traces() const { return traces_; }
  [[nodiscard]] bool closed() const { return closed_.load(std::memory_order_relaxed); }

private:
  friend class ticket;
  bool take(ticket& t);
  /// Counts it, under the lock.
  bool refuse();
  void give_back(ticket& t) noexcept;
  /// Gives a ticket that nobody holds any more a holder.
  std::shared_ptr<ticket> hold_again(ticket& t);
  void count_answer(bool lost) noexcept;
  void bury(dead_letter letter);
  std::vector<std::shared_ptr<ticket>> overdue(
      std::optional<std::chrono::steady_clock::time_point> now);

  const std::shared_ptr<node_credits> of_;
  share requests_;  // and bytes_: of the requests that are outstanding
  share bytes_;
  const clock* time_;
  observer* watcher_;
  const told_of_lost tell_;
  users_code* users_;
  completions* exit_;
  const tracing* traces_;
  std::atomic<bool> closed_{false};
  mutable std::mutex mutex_;
  admission_counts counts_;  // but for these, and what the shares know:
  std::atomic<std::uint64_t> answered_{0};
  std::atomic<std::uint64_t> dead_lettered_{0};
  std::deque<dead_letter> dead_letters_;
  timing_wheel outstanding_;
};

}  // namespace acta::internal
