// What goes into the log of a service, and from where: notices of its node, errors that clients are
// not told of, complaints of HTTP.
#pragma once

#include <atomic>
#include <string>

#include "runtime/cli/stopping.hpp"
#include "runtime/delivery/http_message.hpp"
#include "runtime/notice.hpp"
#include "runtime/telemetry/log.hpp"

namespace acta::internal {

/// The level of that name; `info` if there is none.
[[nodiscard]] log_level level_of(const std::string& name);
/// The level at which a notice is logged.
[[nodiscard]] log_level level_of(const notice& told);

/// Any thread. Outlives the node that tells, and every answer.
class service_log {
public:
  service_log(log& events, stopping& end) : events_{events}, end_{end} {}

  /// Returns a handler of notices that logs each and hands it to `theirs`, if there is one. A node
  /// that gave up begins the end.
  [[nodiscard]] notice_handler told_to_both(notice_handler theirs);
  /// True once a notice said that something failed: then the service does not end with exit code 0.
  [[nodiscard]] bool told_of_failure() const { return failed_; }

  /// Returns `done`, before which the inside of an answer, which its client is not told, is logged.
  [[nodiscard]] http_done logged(const http_call& call, http_done done);
  void complain_of_http(const std::string& why) { events_.warning("http", {{"reason", why}}); }

private:
  log& events_;
  stopping& end_;
  std::atomic<bool> failed_{false};
};

}  // namespace acta::internal
