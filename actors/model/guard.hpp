// The guard that every call into users' code is made within: constructors, inspect(), decide(),
// apply(), view(), upcasters, callbacks. They may throw anything; what they throw is one call's
// failure, and reaches neither an actor nor a thread of the runtime.
#pragma once

#include <atomic>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "actors/base/utf8.hpp"
#include "actors/model/error.hpp"

namespace acta {

/// How much of a text of users' code is kept beyond the answer to its call: in dead letters, with
/// what is set aside, in a log.
inline constexpr std::size_t most_kept_bytes = 1'024;

namespace detail {

/// Keeps an exception for ever.
inline void never_destroy(std::exception_ptr what) {
  struct kept {
    std::exception_ptr what;
    kept* older;
  };
  static std::atomic<kept*> newest{nullptr};
  auto* one = new kept{std::move(what), newest.load()};
  while (!newest.compare_exchange_weak(one->older, one)) {
  }
}

/// The exception that is nested in the one that is being handled; null: none is. Only within a
/// catch block.
inline std::exception_ptr nested_in_handled() noexcept {
  try {
    throw;
  } catch (const std::nested_exception& outer) {
    return outer.nested_ptr();
  } catch (...) {
    return nullptr;
  }
}

/// Lets go of `last` and of what is nested in it, one exception after another, though their
/// destructors may throw: that of exception_ptr would end the process then. More than
/// most_nested, which may be nested in themselves, are leaked.
inline constexpr std::size_t most_nested = 1'000;
inline void let_go(std::exception_ptr last) {
  for (std::size_t level = 0; last; ++level) {
    if (level == most_nested) return never_destroy(std::move(last));
    std::exception_ptr nested;
    try {
      try {
        try {
          std::rethrow_exception(std::exchange(last, nullptr));
        } catch (...) {
          nested = nested_in_handled();
        }
      } catch (...) {
      }
    } catch (...) {
      never_destroy(std::current_exception());
    }
    last = std::move(nested);
  }
}

}  // namespace detail

/// Calls `call`. If that throws anything, calls `handle` within the catch block. Returns the result
/// of the call that returned. Every guard uses this function, since a catch block alone does not
/// suffice: it destroys the thrown object at its end, and the destructor may throw. This function
/// drops that second exception; if its destructor throws too, the object is leaked. What is nested
/// in the thrown object (std::throw_with_nested) is destroyed in the same way, after it. An
/// exception of `handle` leaves the function.
template <class Call, class Handle>
auto catching_all(Call&& call, Handle&& handle) -> std::invoke_result_t<Call> {
  using returned = std::invoke_result_t<Call>;
  if constexpr (std::is_void_v<returned>) {
    (void)catching_all(
        [&] {
          call();
          return true;
        },
        [&] {
          handle();
          return true;
        });
  } else {
    std::optional<returned> handled;
    std::exception_ptr nested;
    try {
      try {
        try {
          return call();
        } catch (...) {
          nested = detail::nested_in_handled();
          handled.emplace(handle());
        }
      } catch (...) {
        if (!handled) throw;
      }
    } catch (...) {
      if (!handled) throw;
      detail::never_destroy(std::current_exception());
    }
    if (nested) detail::let_go(std::move(nested));
    return *std::move(handled);
  }
}

/// The text of the exception that is being handled, or the beginning of a text that is longer than
/// `most_bytes`. Only within a catch block.
[[nodiscard]] inline std::string thrown_text(std::size_t most_bytes = most_kept_bytes) {
  try {
    throw;
  } catch (const std::exception& thrown) {
    const auto* text = thrown.what();
    return text ? beginning_of(text, most_bytes) : "an exception without a text";
  } catch (...) {
    return "an exception of unknown type";
  }
}

/// The exception that is being handled as an error: domain_failed, or unavailable for want of
/// memory, which is not the domain's mistake. `what` is the function that threw, as in "view()".
/// Only within a catch block.
[[nodiscard]] inline error thrown_error(std::string_view what) {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return {errc::unavailable, "there was no memory for " + std::string{what}};
  } catch (...) {
    return {errc::domain_failed, std::string{what} + " threw: " + thrown_text()};
  }
}

/// Whether thrown_error() may have made `what`: then users' code failed, and nothing is known of
/// what was read or written.
[[nodiscard]] inline bool is_thrown(const error& what) {
  return what.code == errc::domain_failed || what.code == errc::unavailable;
}

/// Calls `call` and returns its result; a failed result if it threw anything. A call that returns
/// void makes a result<void>.
template <class Call>
auto guarded(std::string_view what, Call&& call) {
  using returned = std::invoke_result_t<Call>;
  if constexpr (std::is_void_v<returned>)
    return catching_all(
        [&] {
          call();
          return result<void>{};
        },
        [&] { return result<void>{thrown_error(what)}; });
  else
    return catching_all(call, [&] { return returned{thrown_error(what)}; });
}

}  // namespace acta
