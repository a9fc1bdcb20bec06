// Supervisors after OTP: one_for_one restarts the child that ended, rest_for_one that child and
// those started after it, at once the first time, then after a back-off. Too many restarts in too
// short a time: the supervisor ends its children and itself, and leaves the decision to its own
// supervisor.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/ports/random.hpp"
#include "actors/protocol/caf_shell.hpp"
#include "actors/protocol/restart_policy.hpp"

namespace acta::internal {

enum class restart_strategy { one_for_one, rest_for_one };

/// A child is started again whenever it ends before its supervisor does.
struct child_specification {
  std::string_view name;  ///< A literal: it is a label in metrics.
  /// Starts the child. Called again for each restart; what it captures says where others find it.
  std::function<caf::actor()> start;
  /// Called when it has ended, if it is to be started again: others need not try it meanwhile.
  std::function<void()> ended = {};
};

/// What a supervisor is started with.
struct supervisor_parameters {
  std::string_view name;  ///< A literal.
  restart_strategy strategy = restart_strategy::one_for_one;
  restart_policy policy;
  backoff delay;  ///< Before the second restart within the period, and longer before each further.
  std::vector<child_specification> children;  ///< Started in this order, ended in reverse.
  const clock* time = nullptr;                ///< Outlives the actor.
  random_source* chance = nullptr;            ///< Outlives the actor.
  observer* watcher = nullptr;                ///< Outlives the actor.
};

class supervisor_shell {
public:
  supervisor_shell(shell::self_ptr self, supervisor_parameters with);
  /// Its children end with it, also when it dies of an exception or is killed.
  ~supervisor_shell();
  caf::behavior make_behavior();

private:
  void start(std::size_t index);
  void start_from(std::size_t first);
  void start_again(std::size_t index, std::chrono::milliseconds after);
  void due(const restart_due& told);
  void start_rest();
  void child_ended(const caf::down_msg& ended);
  void restart(std::size_t index, const caf::error& why);
  void stop_all(caf::error why);
  void stop_last();
  [[nodiscard]] bool none_runs_from(std::size_t first) const;

  shell::self_ptr self_;
  supervisor_parameters with_;
  restart_budget budget_;
  std::vector<caf::actor> children_;            // beside with_.children; null while not running
  std::optional<std::size_t> restarting_from_;  // waiting until these have ended
  bool wait_is_over_ = true;                    // before starting those again
  std::uint64_t round_ = 0;                     // of restarts: an older one's wait means nothing
  std::optional<caf::error> stopping_;          // why this supervisor ends
};

}  // namespace acta::internal
