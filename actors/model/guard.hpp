// The guard that every call into users' code is made within: constructors, inspect(), decide(),
// apply(), view(), upcasters, callbacks. They may throw anything; what they throw is one call's
// failure, and reaches neither an actor nor a thread of the runtime.
#pragma once

#include <cstddef>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>

#include "actors/base/utf8.hpp"
#include "actors/model/error.hpp"

namespace acta {

/// How much of a text of users' code is kept beyond the answer to its call: in dead letters, with
/// what is set aside, in a log.
inline constexpr std::size_t most_kept_bytes = 1'024;

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
  if constexpr (std::is_void_v<returned>) {
    try {
      call();
    } catch (...) {
      return result<void>{thrown_error(what)};
    }
    return result<void>{};
  } else {
    try {
      return call();
    } catch (...) {
      return returned{thrown_error(what)};
    }
  }
}

}  // namespace acta
