// A way in: where requests for a node come from, HTTP for instance.
//
//   start()        ->  requests come in
//   refuse_new()   ->  the node answers what it has, and nothing is added
//   stop(deadline) ->  the last answers leave; then nothing of this way in runs any more
//
// Every way in of a service has its turn in each step before the next step begins: `serve` starts
// them when its node is ready, has them refuse what is new before the node drains, and stops them
// when the node has drained.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "actors/model/error.hpp"

namespace acta {
class node;
}

namespace acta::internal {

class log;

/// One thread calls the three members, in the order above. It may call refuse_new() and stop() more
/// than once, without start(), and after a start() that failed.
class way_in {
public:
  way_in() = default;
  way_in(const way_in&) = delete;
  way_in& operator=(const way_in&) = delete;
  /// As stop(0 ms).
  virtual ~way_in() = default;

  /// Lets requests in; from now on they are handled on threads of the way in's own. Waits for no
  /// request; some seconds at most for somebody whom it depends on. Fails if nobody can come in;
  /// the detail is one line for an operator.
  [[nodiscard]] virtual result<void> start() = 0;

  /// Lets nothing new in. What has come in goes on: the node that answers it is about to drain.
  /// What would take longer than a drain may, a copy of the journal for instance, is told to end.
  /// Waits for nobody.
  virtual void refuse_new() = 0;

  /// Waits until all answers have been taken, at most so long; then cuts off what is left, and
  /// returns how many callers miss an answer or a part of it. Waits beyond the deadline for a
  /// handler that runs, since a handler uses the node: when this has returned none runs, and none
  /// will. Not from a handler.
  virtual std::size_t stop(std::chrono::milliseconds deadline) = 0;

  /// What stop() does, or would do now, as in "writing the last answers": a literal, for the log of
  /// a process that cannot wait for it.
  [[nodiscard]] virtual const char* stopping_means() const = 0;

  /// Why the service should not be called ready, or nothing. Any thread.
  [[nodiscard]] virtual std::string not_ready_reason() const { return {}; }
};

/// What a way in finds in its service. All of it outlives the way in.
struct way_in_surroundings {
  node& serving;
  log& events;
  /// Ends the service, with exit code 1: its way in cannot do what it is there for. Any thread.
  std::function<void()> give_up = [] {};
};

/// Makes a way in, which is not started yet.
using way_in_factory = std::function<std::unique_ptr<way_in>(const way_in_surroundings&)>;

}  // namespace acta::internal
