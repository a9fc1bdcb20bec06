// Sends operations at the moments that a rate and a seed say, whatever the target does meanwhile.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>

#include "runtime/load/arrivals.hpp"
#include "runtime/load/ledger.hpp"
#include "runtime/load/recorder.hpp"
#include "runtime/load/target.hpp"

namespace acta::internal::load {

/// The next operation, with the kind under which it is measured and the key of its aggregate.
struct planned {
  operation what;
  std::size_t kind = 0;
  std::uint64_t key = 0;
  std::uint64_t number = 0;  ///< Of a command within the run.
};
using plan = std::function<planned()>;

/// One thread calls its members; answers may come on any.
class open_loop {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// All of them outlive the loop. `into` null: nothing of it is measured.
  open_loop(target& on, ledger& answers, recorder* into)
      : target_{on}, answers_{answers}, into_{into} {}
  open_loop(const open_loop&) = delete;
  open_loop& operator=(const open_loop&) = delete;
  /// Waits for every answer: whoever wants to wait for less calls wait() before.
  ~open_loop();

  /// Sends along one line of rates from `begin` on. Returns when the last has begun.
  void run(const rate_line& line, arrival_law law, time_point begin, random_numbers& chance,
           const plan& next);
  /// Waits for the answers that are missing, at most so long. Returns how many still are.
  std::uint64_t wait(std::chrono::nanoseconds most);

  [[nodiscard]] std::uint64_t in_flight() const { return in_flight_; }

private:
  void begin(planned one, time_point intended);

  target& target_;
  ledger& answers_;
  recorder* into_;
  std::atomic<std::uint64_t> in_flight_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
};

}  // namespace acta::internal::load
