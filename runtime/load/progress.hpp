// How far a run is, for whoever watches it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace acta::internal::load {

/// Of the phase that is under way, from its begin on. Rates are of the last half second.
struct progress {
  std::string phase;
  std::size_t phase_index = 0;
  std::size_t phases = 1;  ///< 0: nobody knows.
  std::chrono::nanoseconds elapsed{};
  std::chrono::nanoseconds length{};
  double rate_asked = 0;  ///< 0 in a closed loop.
  double rate_reached = 0;
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  std::uint64_t max_ns = 0;
  std::map<std::string, std::uint64_t> outcomes;  ///< Answers by code.
  std::uint64_t in_flight = 0;
};

}  // namespace acta::internal::load
