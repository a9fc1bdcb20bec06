// Threads that must not wait: whoever waited there for an answer could hold up that very answer.
#pragma once

#include <utility>

namespace acta::internal {

/// Names the code on this thread that must not wait, as in "a callback". Null: the thread may wait.
[[nodiscard]] inline const char*& must_not_block() {
  thread_local const char* here = nullptr;
  return here;
}

/// Says so for as long as it lives, on the thread that makes it. `here` outlives it.
class no_blocking {
public:
  explicit no_blocking(const char* here) : before_{std::exchange(must_not_block(), here)} {}
  no_blocking(const no_blocking&) = delete;
  no_blocking& operator=(const no_blocking&) = delete;
  ~no_blocking() { must_not_block() = before_; }

private:
  const char* before_;
};

}  // namespace acta::internal
