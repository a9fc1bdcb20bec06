// Answers of a node on their way to the one thread that speaks to a broker.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "runtime/call.hpp"

namespace acta::internal {

struct message_outcome {
  std::uint64_t session;  ///< An answer may come when its connection is gone.
  std::uint64_t tag;
  result<receipt> ended;
};

/// Filled by any thread, emptied by one, which poll() wakes by descriptor().
class outcome_inbox {
public:
  outcome_inbox() = default;
  outcome_inbox(const outcome_inbox&) = delete;
  outcome_inbox& operator=(const outcome_inbox&) = delete;
  ~outcome_inbox() {
    if (wake_ >= 0) ::close(wake_);
  }

  void put(message_outcome one) {
    const std::lock_guard lock{mutex_};
    waiting_.push_back(std::move(one));
    if (waiting_.size() == 1) wake();
  }
  /// Wakes the thread for something else.
  void wake() {
    const std::uint64_t one = 1;
    (void)!::write(wake_, &one, sizeof one);
  }
  [[nodiscard]] std::vector<message_outcome> take_all() {
    std::uint64_t ignored = 0;
    (void)!::read(wake_, &ignored, sizeof ignored);
    const std::lock_guard lock{mutex_};
    return std::exchange(waiting_, {});
  }
  /// Below 0 if the process had no file number to give.
  [[nodiscard]] int descriptor() const { return wake_; }

private:
  const int wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::mutex mutex_;
  std::vector<message_outcome> waiting_;
};

}  // namespace acta::internal
