// How a caller says that it waits no longer.
#pragma once

#include <functional>
#include <mutex>
#include <utility>

namespace acta {

/// Ends one wait. Any thread; cancel() and on_cancel() may come in either order.
class cancellation {
public:
  /// Calls what on_cancel() was given, once, on this thread.
  void cancel() { call(false); }
  /// Has `hook` called at cancel(), or now if that was before.
  void on_cancel(std::function<void()> hook) {
    {
      const std::lock_guard lock{mutex_};
      hook_ = std::move(hook);
      heeded_ = true;
    }
    call(true);
  }
  /// True if on_cancel() was called: somebody waits who can be told.
  [[nodiscard]] bool heeded() const {
    const std::lock_guard lock{mutex_};
    return heeded_;
  }

private:
  void call(bool only_if_cancelled) {
    std::function<void()> hook;
    {
      const std::lock_guard lock{mutex_};
      if (only_if_cancelled && !cancelled_) return;
      cancelled_ = true;
      hook = std::exchange(hook_, {});
    }
    if (hook) hook();
  }

  mutable std::mutex mutex_;
  std::function<void()> hook_;
  bool heeded_ = false;
  bool cancelled_ = false;
};

}  // namespace acta
