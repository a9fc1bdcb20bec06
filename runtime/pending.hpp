// An answer to wait for, and the threads that must not.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "actors/base/blocking.hpp"
#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"
#include "actors/model/guard.hpp"

namespace acta {

/// What a reader sees of an aggregate, and at which version. All of it is durable.
template <class View>
struct versioned {
  acta::version version;
  View view;
};

/// A view whose type is not known here, for ways in that are driven by descriptions.
using any_view = versioned<std::shared_ptr<const any_value>>;

/// Thrown by pending on a thread that must not wait. The answer comes all the same, and is lost
/// with the pending; what() says what to do.
class would_block : public std::logic_error {
public:
  explicit would_block(const char* here)
      : std::logic_error{std::string{"get() would wait in "} + here +
                         ": take the form of send() or get() that calls back, or wait on a thread "
                         "of your own"} {}
};

namespace internal {

/// What an answer is while it is pending: it becomes a T on the thread that waits for it.
template <class T>
struct answer_of {
  using type = T;
  static result<T> take(result<T> came) { return came; }
};
template <class View>
struct answer_of<versioned<View>> {
  using type = any_view;
  static result<versioned<View>> take(result<any_view> came) {
    if (!came) return came.error();
    return guarded("a view's copy constructor", [&]() -> result<versioned<View>> {
      return versioned<View>{came->version, *static_cast<const View*>(came->view->get())};
    });
  }
};

}  // namespace internal

/// An answer that will come. Every answer comes, an error if nothing else; a request that was not
/// admitted is answered already.
template <class T>
class pending {
  using answer = typename internal::answer_of<T>::type;

public:
  pending() = default;
  explicit pending(std::future<result<answer>> later) : later_{std::move(later)} {}

  /// Waits for the answer and takes it. Throws would_block, at once, within a callback, and on a
  /// thread that runs actors: what it waits for might need that very thread.
  result<T> get() {
    check();
    return internal::answer_of<T>::take(later_.get());
  }
  /// Waits for at most so long. Throws as get() does.
  std::future_status wait_for(std::chrono::nanoseconds most) const {
    if (most.count() > 0) check();
    return later_.wait_for(most);
  }
  void wait() const {
    check();
    later_.wait();
  }
  /// Whether there is an answer that was not taken yet, or will be one.
  [[nodiscard]] bool valid() const { return later_.valid(); }

private:
  static void check() {
    if (const char* here = internal::must_not_block()) throw would_block{here};
  }
  std::future<result<answer>> later_;
};

}  // namespace acta
