// The actor of a supervisor: starts, watches and stops its children as its state says.
#pragma once

#include <functional>
#include <vector>

#include "actors/protocol/caf_shell.hpp"
#include "actors/supervisor/supervisor_state.hpp"

namespace acta::internal {

/// A child is started again whenever it ends before its supervisor does. One that ends without an
/// error was told to: see supervisor_state.
struct child_specification {
  std::string_view name;  ///< A literal: it is a label in metrics.
  /// Starts the child, or what is to be in its place now. Called again for each restart; what it
  /// captures says where others find it.
  std::function<caf::actor()> start;
  /// Called when it has ended, if it is to be started again: others need not try it meanwhile.
  std::function<void()> ended = {};
};

/// What a supervisor is started with.
struct supervisor_parameters {
  supervisor_policy policy;
  std::vector<child_specification> children;  ///< Started in this order, stopped in reverse.
};

/// Told to `stop`, it stops its children and ends as one that has not failed.
class supervisor_shell : private child_actors {
public:
  supervisor_shell(shell::self_ptr self, supervisor_parameters with);
  supervisor_shell(const supervisor_shell&) = delete;
  supervisor_shell& operator=(const supervisor_shell&) = delete;
  /// Its children end with it, also when it dies of an exception or is killed.
  ~supervisor_shell() override;
  caf::behavior make_behavior();

private:
  void start(std::size_t index) override;
  void stop(std::size_t index) override { shell::stop(children_[index]); }
  void is_away(std::size_t index) override;
  void wait(std::chrono::milliseconds how_long, std::size_t index, std::uint64_t round) override;
  void give_up() override;
  void all_stopped() override { self_->quit(why_); }
  void child_ended(const caf::down_msg& ended);

  shell::self_ptr self_;
  std::vector<child_specification> specifications_;
  supervisor_state state_;
  std::vector<caf::actor> children_;  // beside specifications_; null while not running
  caf::error newest_end_;             // of a child
  caf::error why_;                    // this supervisor ends
};

}  // namespace acta::internal
