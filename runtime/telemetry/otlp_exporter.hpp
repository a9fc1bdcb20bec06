// Sends spans to an OpenTelemetry collector, by OTLP/HTTP in JSON.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <thread>

#include "actors/ports/tracer.hpp"
#include "runtime/notice.hpp"
#include "runtime/options.hpp"
#include "runtime/telemetry/trace_sampler.hpp"

namespace acta::internal {

/// What became of the spans so far. `exported`, those that were dropped and those that wait are all
/// that were taken.
struct otlp_counts {
  std::uint64_t exported = 0;
  std::uint64_t dropped_for_room = 0;     ///< The queue was full.
  std::uint64_t dropped_refused = 0;      ///< The collector refused their batch.
  std::uint64_t dropped_rejected = 0;     ///< The collector took their batch, and not these of it.
  std::uint64_t dropped_unreachable = 0;  ///< The collector took their batch in no attempt.
  std::uint64_t dropped_at_end = 0;       ///< The node ended first.
  std::uint64_t waiting = 0;
  std::uint64_t failed_attempts = 0;
  std::uint64_t limited_requests = 0;  ///< Worth a span of their own, but too many in a second.
};

/// One thread of its own sends batches, one after another. take() only puts a span into a queue: a
/// collector that is slow or gone costs the work nothing but the spans for which there is no room.
class otlp_exporter final : public tracer {
public:
  /// Starts the thread. `tell` hears of a collector that fails, at most once a minute, as
  /// `traces_not_exported`, and of the first batch after that as `traces_exported_again`; at the
  /// end, as `traces_lost`, of spans that could not be sent in time; with nothing secret. Fails
  /// (malformed) if the endpoint is no URL, a header cannot be sent or the authorities cannot be
  /// read.
  [[nodiscard]] static result<std::unique_ptr<otlp_exporter>> start(const trace_options& how,
                                                                    notice_handler tell);
  otlp_exporter(const otlp_exporter&) = delete;
  otlp_exporter& operator=(const otlp_exporter&) = delete;
  /// stop(), for as long as the options say. A thread that hangs in the resolver of names is left
  /// behind with what it uses.
  ~otlp_exporter() override;

  [[nodiscard]] bool samples(const span_context& parent, std::uint64_t trace_low) override;
  [[nodiscard]] bool takes_unsampled(bool our_fault, std::chrono::nanoseconds duration) override;
  void take(span&& ended) override;

  /// Sends what waits, at most `deadline` long, and drops the rest. What is taken after that is
  /// dropped too.
  void stop(std::chrono::milliseconds deadline);
  [[nodiscard]] otlp_counts counts() const;

private:
  class sender;
  otlp_exporter(const trace_options& how, std::shared_ptr<sender> sending);

  const trace_sampler sampler_;
  rate_limit unsampled_;
  const std::chrono::nanoseconds slower_than_;
  const std::chrono::milliseconds flush_deadline_;
  const std::shared_ptr<sender> sender_;  // the thread's too, which may outlive this
  std::thread thread_;
};

}  // namespace acta::internal
