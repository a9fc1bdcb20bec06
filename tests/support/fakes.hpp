// Ports for tests: a clock that is moved by hand, chance that can be repeated, an observer that
// remembers.
#pragma once

#include <map>
#include <mutex>
#include <random>
#include <vector>

#include "actors/ports/clock.hpp"
#include "actors/ports/observer.hpp"
#include "actors/ports/random.hpp"

namespace acta::testing {

using namespace internal;

class manual_clock final : public clock {
public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override { return now_; }
  [[nodiscard]] timestamp wall() const override {
    return timestamp{
        std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch())};
  }
  void advance(std::chrono::nanoseconds by) {
    now_ += std::chrono::duration_cast<std::chrono::steady_clock::duration>(by);
  }

private:
  std::chrono::steady_clock::time_point now_{std::chrono::seconds{1'000'000}};
};

class seeded_random final : public random_source {
public:
  explicit seeded_random(std::uint64_t seed) : generator_{seed} {}
  std::uint64_t next() override { return generator_(); }

private:
  std::mt19937_64 generator_;
};

class remembering_observer final : public observer {
public:
  void observe(const observation& what) override {
    const std::lock_guard lock{mutex_};
    seen.push_back(what);
  }
  [[nodiscard]] std::size_t count(happening what) const {
    std::size_t found = 0;
    for (const auto& one : seen) found += one.what == what ? 1 : 0;
    return found;
  }
  std::vector<observation> seen;

private:
  std::mutex mutex_;
};

}  // namespace acta::testing
