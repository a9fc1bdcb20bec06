// One actor per aggregate: recovers through the lane, then decides what comes and hands it on. It
// keeps no list of waiting callers; only while it recovers do requests wait here, bounded by
// credits.
#pragma once

#include "actors/aggregate/aggregate_state.hpp"
#include "actors/protocol/caf_shell.hpp"

namespace acta {

/// What an aggregate actor is started with.
struct aggregate_parameters {
  const aggregate_environment* shared = nullptr;  ///< Outlives the actor.
  const aggregate_type* type = nullptr;           ///< Outlives the actor.
  stream_id stream;
  writer_id writer;
  caf::actor journal;
};

class aggregate_shell {
public:
  aggregate_shell(shell::self_ptr self, aggregate_parameters with);
  caf::behavior make_behavior();

private:
  void recover();
  void take_page(recovered& found);
  void take(ticket_ptr asked);
  void end_after(const error& problem);
  void leave();

  shell::self_ptr self_;
  aggregate_parameters with_;
  aggregate_state state_;
  bool recovering_ = true;
  std::chrono::steady_clock::time_point started_at_;
  std::vector<ticket_ptr> waiting_;
};

}  // namespace acta
