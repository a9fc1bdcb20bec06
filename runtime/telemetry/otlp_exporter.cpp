#include "runtime/telemetry/otlp_exporter.hpp"

#include "runtime/net/http_client.hpp"
#include "runtime/net/http_url.hpp"
#include "runtime/telemetry/otel_environment.hpp"
#include "runtime/telemetry/otlp_sender.hpp"
#include "runtime/telemetry/signal_free_thread.hpp"

namespace acta::internal {

class otlp_exporter::sender : public otlp_sender {
  using otlp_sender::otlp_sender;
};

result<std::unique_ptr<otlp_exporter>> otlp_exporter::start(const trace_options& how,
                                                            notice_handler tell) {
  auto url = parse_http_url(how.endpoint);
  if (!url)
    return error{
        errc::malformed, "options.traces.endpoint: " + url.error().detail, {}, "traces.endpoint"};
  for (const auto& [name, value] : how.headers)
    if (auto sent = check_header(name, value); !sent)
      return error{
          errc::malformed, "options.traces.headers: " + sent.error().detail, {}, "traces.headers"};
  if (!how.authorities.empty())
    if (auto good = check_authorities(how.authorities.string()); !good)
      return error{errc::malformed,
                   "options.traces.authorities: " + good.error().detail,
                   {},
                   "traces.authorities"};
  auto sending = std::make_shared<sender>(how, *std::move(url), std::move(tell));
  return std::unique_ptr<otlp_exporter>{new otlp_exporter{how, std::move(sending)}};
}

otlp_exporter::otlp_exporter(const trace_options& how, std::shared_ptr<sender> sending)
    : sampler_{how.follow_parent, how.sample_ratio},
      unsampled_{how.unsampled_per_second},
      slower_than_{how.slower_than},
      flush_deadline_{how.flush_deadline},
      sender_{std::move(sending)},
      thread_{start_without_signals([mine = sender_] { mine->run(); })} {}

otlp_exporter::~otlp_exporter() {
  stop(flush_deadline_);
  if (sender_->ended())
    thread_.join();
  else
    thread_.detach();
}

bool otlp_exporter::samples(const span_context& parent, std::uint64_t trace_low) {
  return sampler_.samples(parent, trace_low);
}

bool otlp_exporter::takes_unsampled(bool our_fault, std::chrono::nanoseconds duration) {
  if (!our_fault && duration < slower_than_) return false;
  return !sampler_.never() && unsampled_.admits(std::chrono::steady_clock::now());
}

void otlp_exporter::take(span&& ended) { sender_->put(std::move(ended)); }

void otlp_exporter::stop(std::chrono::milliseconds deadline) { sender_->stop(deadline); }

otlp_counts otlp_exporter::counts() const {
  auto all = sender_->counts();
  all.limited_requests = unsampled_.refused();
  return all;
}

}  // namespace acta::internal
