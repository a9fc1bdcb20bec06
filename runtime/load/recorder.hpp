// What was measured, by kind of operation: latencies from the intended begin, and outcomes.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "actors/base/histogram.hpp"

namespace acta::internal::load {

/// Of one kind of operation. Latencies in nanoseconds.
struct measured {
  /// By the code of the answer: from when the operation was to begin until its last answer. A wait
  /// for a connection, for a generator that is late, or for another try is within it. So a target
  /// that stalls cannot hide the stall by delaying the next request (Gil Tene: "coordinated
  /// omission").
  std::map<std::string, histogram> latency;
  /// From when it did begin: what a client that waits for each answer would have seen.
  histogram service_time;

  [[nodiscard]] histogram all() const {
    histogram sum;
    for (const auto& [code, of_code] : latency) sum += of_code;
    return sum;
  }
  measured& operator+=(const measured& other) {
    for (const auto& [code, of_code] : other.latency) latency[code] += of_code;
    service_time += other.service_time;
    return *this;
  }
};

/// One second of a phase.
struct second_of_run {
  std::uint64_t intended = 0;                       ///< Operations that were to begin in it.
  std::map<std::string, std::uint64_t> answered{};  ///< Answers in it, by code.
  histogram latency{};                              ///< Of the answers in it.
};

/// All of it, at one moment.
struct measurement {
  std::vector<measured> kinds;
  std::vector<second_of_run> seconds;
  histogram lateness;         ///< Of the generator while the target was free.
  std::uint64_t retries = 0;  ///< Answers after which an operation was sent again.
};

/// Any thread.
class recorder {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `kinds` are known by their index. Seconds are counted from `began`.
  recorder(std::size_t kinds, time_point began) : began_{began} { all_.kinds.resize(kinds); }

  void intended(time_point at) {
    const std::lock_guard lock{mutex_};
    ++second(at).intended;
  }
  void answered(std::size_t kind, time_point intended, time_point begun, time_point now,
                const std::string& code) {
    const auto latency = nanoseconds(now - intended);
    const std::lock_guard lock{mutex_};
    auto& its = all_.kinds[kind];
    its.latency[code].add(latency);
    its.service_time.add(nanoseconds(now - begun));
    auto& within = second(now);
    ++within.answered[code];
    within.latency.add(latency);
  }
  /// How late the generator was although the target was free.
  void generator_late(std::chrono::nanoseconds by) {
    const std::lock_guard lock{mutex_};
    all_.lateness.add(nanoseconds(by));
  }

  void tried_again() {
    const std::lock_guard lock{mutex_};
    ++all_.retries;
  }

  /// For a look while a phase is under way: its seconds grow with it, and are left out, so that the
  /// copy holds up no answer.
  [[nodiscard]] std::vector<measured> kinds() const {
    const std::lock_guard lock{mutex_};
    return all_.kinds;
  }
  [[nodiscard]] measurement so_far() const {
    const std::lock_guard lock{mutex_};
    return all_;
  }

private:
  static std::uint64_t nanoseconds(std::chrono::steady_clock::duration time) {
    return time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
  }
  second_of_run& second(time_point at) {
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(at - began_).count();
    const auto index = static_cast<std::size_t>(whole > 0 ? whole : 0);
    if (index >= all_.seconds.size()) all_.seconds.resize(index + 1);
    return all_.seconds[index];
  }

  const time_point began_;
  mutable std::mutex mutex_;
  measurement all_;
};

}  // namespace acta::internal::load
