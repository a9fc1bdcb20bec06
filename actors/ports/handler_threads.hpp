// Where the handlers of subscriptions run. A handler may block, so it gets no thread that others
// need.
#pragma once

#include <functional>
#include <memory>

#include "actors/model/error.hpp"

namespace acta::internal {

/// The thread of one subscription. Ends when this is destroyed, after what was given to run().
class handler_thread {
public:
  virtual ~handler_thread() = default;
  /// Runs `what` after all that was given before; returns at once. `what` must not throw. Any
  /// thread.
  virtual void run(std::function<void()> what) = 0;
};

class handler_threads {
public:
  virtual ~handler_threads() = default;
  /// Fails (overloaded) if the process has no thread to give. Any thread.
  virtual result<std::unique_ptr<handler_thread>> start() = 0;
};

}  // namespace acta::internal
