// The thread of the exporter: waits for spans, sends them in batches, waits for the collector.
#pragma once

#include <boost/asio/io_context.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "runtime/net/http_client.hpp"
#include "runtime/telemetry/otlp_delivery.hpp"
#include "runtime/telemetry/otlp_exporter.hpp"
#include "runtime/telemetry/span_queue.hpp"

namespace acta::internal {

/// run() is the thread's; the rest is for any thread.
class otlp_sender {
public:
  otlp_sender(const trace_options& how, http_url collector, notice_handler tell);

  void put(span&& one);
  /// Sends until stop(), and what waits then.
  void run();
  /// Returns when run() has, or a moment after the deadline, and tells how many spans were lost by
  /// that. Nobody is told of anything after that.
  void stop(std::chrono::milliseconds deadline);
  /// Whether run() has returned.
  [[nodiscard]] bool ended() const;
  [[nodiscard]] otlp_counts counts() const;

private:
  using time_point = std::chrono::steady_clock::time_point;

  [[nodiscard]] std::vector<span> next_batch();
  void deliver(const std::vector<span>& batch);
  /// Returns false if the end comes first.
  [[nodiscard]] bool wait_until(time_point when);
  /// Under the lock.
  [[nodiscard]] bool ends_before(time_point when) const;
  /// False if the end comes before the next attempt: then tell_of_lost() tells what is lost.
  [[nodiscard]] bool sends_again() const;
  [[nodiscard]] std::chrono::milliseconds time_for_a_request() const;
  [[nodiscard]] result<http_response> exchange(std::string body);
  void settle(const otlp_delivery::verdict& judged, std::size_t spans);
  void drop_at_end(std::size_t spans);
  void tell(const otlp_delivery::verdict& judged, std::size_t spans);
  /// The last notice.
  void tell_of_lost();
  [[nodiscard]] std::string without_secrets(std::string text) const;

  const trace_options how_;
  const http_url collector_;
  // The thread's:
  boost::asio::io_context io_;
  http_client client_;
  otlp_delivery delivery_;
  std::optional<time_point> told_;
  bool told_of_failure_ = false;  // and of no success since
  std::mutex telling_;
  notice_handler tell_;  // under that lock
  // All of this under the other:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  span_queue waiting_;
  time_point first_came_{};  // of those that wait
  otlp_counts counts_;
  std::optional<time_point> end_;
  bool ended_ = false;
};

}  // namespace acta::internal
