// Where the actors get chance from, so that a test can repeat it.
#pragma once

#include <cstdint>

namespace acta::internal {

/// Any thread, any time.
class random_source {
public:
  virtual ~random_source() = default;
  /// 64 uniformly distributed bits.
  virtual std::uint64_t next() = 0;
};

}  // namespace acta::internal
