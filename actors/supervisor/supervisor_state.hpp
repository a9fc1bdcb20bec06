// When a supervisor starts and stops its children, after OTP: one_for_one restarts the child that
// ended, rest_for_one that child and those started after it, at once the first time, then after a
// back-off. Too many restarts in too short a time: the supervisor stops its children and itself,
// and leaves the decision to its own supervisor. A child that was told to stop, and did, has not
// failed: one_for_one starts at once whatever is to take its place. No CAF, no thread: the
// supervisor's actor acts.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "actors/ports/clock.hpp"
#include "actors/ports/observer.hpp"
#include "actors/ports/random.hpp"
#include "actors/protocol/restart_policy.hpp"

namespace acta::internal {

enum class restart_strategy { one_for_one, rest_for_one };

struct supervisor_policy {
  std::string_view name;  ///< A literal: it is a label in metrics.
  restart_strategy strategy = restart_strategy::one_for_one;
  restart_policy restarts;
  backoff delay;  ///< Before the second restart within the period, and longer before each further.
  const clock* time = nullptr;      ///< Outlives the supervisor.
  random_source* chance = nullptr;  ///< Outlives the supervisor.
  observer* watcher = nullptr;      ///< Outlives the supervisor.
};

/// The actors of a supervisor's children, by their place in the order of their start.
class child_actors {
public:
  virtual ~child_actors() = default;
  virtual void start(std::size_t index) = 0;
  /// It ends later, and the state is told.
  virtual void stop(std::size_t index) = 0;
  /// It has ended and is to be started again: others need not try it meanwhile.
  virtual void is_away(std::size_t index) = 0;
  /// wait_is_over() is to be called with these after this time.
  virtual void wait(std::chrono::milliseconds how_long, std::size_t index, std::uint64_t round) = 0;
  /// There were too many restarts; all is stopped now.
  virtual void give_up() = 0;
  /// No child runs any more, after stop_all() or give_up().
  virtual void all_stopped() = 0;
};

class supervisor_state {
public:
  /// `names` are literals, in the order in which the children are started.
  supervisor_state(const supervisor_policy& with, std::vector<std::string_view> names,
                   child_actors& actors)
      : with_{with},
        names_{std::move(names)},
        actors_{&actors},
        budget_{with.restarts},
        runs_(names_.size()) {}

  void start_all() { start_from(0); }
  void child_ended(std::size_t index);
  /// Somebody told the child to stop, and it did.
  void child_finished(std::size_t index);
  void wait_is_over(std::size_t index, std::uint64_t round);
  /// Stops the children, the last first, each when the one after it has ended.
  void stop_all();

private:
  void start(std::size_t index);
  void start_from(std::size_t first);
  void start_rest();
  void restart(std::size_t index);
  void start_again(std::size_t index, std::chrono::milliseconds after);
  void stop_last();
  [[nodiscard]] bool none_runs_from(std::size_t first) const;

  supervisor_policy with_;
  std::vector<std::string_view> names_;
  child_actors* actors_;
  restart_budget budget_;
  std::vector<bool> runs_;
  std::optional<std::size_t> restarting_from_;  // waiting until these have ended
  bool wait_is_over_ = true;                    // before starting those again
  std::uint64_t round_ = 0;                     // of restarts: an older one's wait means nothing
  bool stopping_ = false;
};

}  // namespace acta::internal
