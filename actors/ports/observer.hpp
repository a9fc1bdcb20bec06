// Where the actors say what happened.
#pragma once

#include "actors/ports/observation.hpp"

namespace acta::internal {

/// Any thread, any time; cheap, never blocks for long, never fails.
class observer {
public:
  virtual ~observer() = default;
  virtual void observe(const observation& seen) = 0;
};

}  // namespace acta::internal
