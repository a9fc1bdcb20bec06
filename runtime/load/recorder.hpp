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

/// Of one kind. Latencies in nanoseconds.
struct measured {
  /// From when it was to begin until its answer: a wait for a connection, or for a generator that
  /// is late, is within it. So a target that stalls cannot hide it by delaying the next request
  /// (Gil Tene: "coordinated omission").
  histogram latency;
  /// From when it did begin: what a client that waits for each answer would have seen.
  histogram service_time;
  std::map<std::string, std::uint64_t> outcomes;  // by code

  measured& operator+=(const measured& other) {
    latency += other.latency;
    service_time += other.service_time;
    for (const auto& [code, count] : other.outcomes) outcomes[code] += count;
    return *this;
  }
};

/// One second of a run.
struct second_of_run {
  std::uint64_t intended = 0;  ///< Operations that were to begin in it.
  std::uint64_t answered = 0;  ///< Answers in it.
  std::uint64_t failed = 0;    ///< Of them, other than "ok".
  histogram latency = {};      ///< Of the answers in it.
};

/// Any thread.
class recorder {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// `kinds` are known by their index. Seconds are counted from `began`.
  recorder(std::size_t kinds, time_point began) : began_{began}, kinds_(kinds) {}

  void intended(time_point at) {
    const std::lock_guard lock{mutex_};
    ++second(at).intended;
  }
  void answered(std::size_t kind, time_point intended, time_point begun, time_point now,
                const std::string& code) {
    const auto latency = nanoseconds(now - intended);
    const std::lock_guard lock{mutex_};
    auto& its = kinds_[kind];
    its.latency.add(latency);
    its.service_time.add(nanoseconds(now - begun));
    ++its.outcomes[code];
    auto& within = second(now);
    ++within.answered;
    if (code != "ok") ++within.failed;
    within.latency.add(latency);
  }
  /// How late the generator was although a connection was free.
  void generator_late(std::chrono::nanoseconds by) {
    const std::lock_guard lock{mutex_};
    late_.add(nanoseconds(by));
  }

  [[nodiscard]] std::vector<measured> kinds() const {
    const std::lock_guard lock{mutex_};
    return kinds_;
  }
  [[nodiscard]] std::vector<second_of_run> seconds() const {
    const std::lock_guard lock{mutex_};
    return seconds_;
  }
  [[nodiscard]] histogram lateness() const {
    const std::lock_guard lock{mutex_};
    return late_;
  }

private:
  static std::uint64_t nanoseconds(std::chrono::steady_clock::duration time) {
    return time.count() > 0 ? static_cast<std::uint64_t>(time.count()) : 0;
  }
  second_of_run& second(time_point at) {
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(at - began_).count();
    const auto index = static_cast<std::size_t>(whole > 0 ? whole : 0);
    if (index >= seconds_.size()) seconds_.resize(index + 1);
    return seconds_[index];
  }

  const time_point began_;
  mutable std::mutex mutex_;
  std::vector<measured> kinds_;
  std::vector<second_of_run> seconds_;
  histogram late_;
};

}  // namespace acta::internal::load
