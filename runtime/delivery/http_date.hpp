// The time of an answer, as its `Date` header says it (RFC 9110, 6.6.1).
#pragma once

#include <chrono>
#include <string>

namespace acta::internal {

/// Writes a time as HTTP does: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
[[nodiscard]] std::string imf_fixdate(std::chrono::sys_seconds time);

/// Keeps the text of the newest second: most answers of a busy server share one. One thread.
class http_date {
public:
  /// Returns the text for `now`; it is valid until the next call.
  const std::string& at(std::chrono::system_clock::time_point now);

private:
  std::chrono::sys_seconds second_{};
  std::string text_ = imf_fixdate(second_);
};

}  // namespace acta::internal
