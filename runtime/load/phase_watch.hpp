// Looks at a phase twice a second while it is under way.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "runtime/load/run.hpp"

namespace acta::internal::load {

class phase_watch {
public:
  /// What it looks at; all of it outlives the watch.
  struct subject {
    const phase& what;
    const recorder& seen;
    load_loop& loop;
    load_loop::time_point began;
    const run_settings& how;
    const std::atomic<bool>& stopped;  ///< Set from elsewhere: the phase ends.
  };
  explicit phase_watch(const subject& of) : of_{of}, thread_{[this] { look(); }} {}
  phase_watch(const phase_watch&) = delete;
  phase_watch& operator=(const phase_watch&) = delete;
  /// Looks a last time.
  ~phase_watch();

  /// True once the phase was ended before its time.
  [[nodiscard]] bool has_ended_it() const { return ended_; }

private:
  void look();
  void tell();
  void end_it();

  const subject of_;
  std::uint64_t answered_before_ = 0;
  load_loop::time_point told_ = of_.began;
  bool over_ = false;
  std::atomic<bool> ended_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;
};

}  // namespace acta::internal::load
