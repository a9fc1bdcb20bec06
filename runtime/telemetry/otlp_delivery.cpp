#include "runtime/telemetry/otlp_delivery.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "actors/protocol/restart_policy.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/net/retry_after.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t most_of_a_message = 200;

bool may_succeed_later(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

/// What a collector says of a batch that it took.
struct partial_success {
  std::uint64_t rejected = 0;
  std::string message;
};

/// Reads an ExportTraceServiceResponse. Nothing, if it is none; an empty body has no complaint.
std::optional<partial_success> read_success(const std::string& body) {
  if (body.find_first_not_of(" \t\r\n") == std::string::npos) return partial_success{};
  const auto read = nlohmann::json::parse(body, nullptr, false);
  if (!read.is_object()) return std::nullopt;
  partial_success made;
  const auto part = read.find("partialSuccess");
  if (part == read.end() || !part->is_object()) return made;
  if (const auto count = part->find("rejectedSpans"); count != part->end()) {
    // A 64-bit integer is text in OTLP/JSON; some collectors write a number.
    if (count->is_string()) made.rejected = whole_number(count->get<std::string>()).value_or(0);
    if (count->is_number_unsigned()) made.rejected = count->get<std::uint64_t>();
  }
  if (const auto message = part->find("errorMessage");
      message != part->end() && message->is_string())
    made.message = message->get<std::string>().substr(0, most_of_a_message);
  return made;
}

}  // namespace

otlp_delivery::verdict otlp_delivery::judge(const result<http_response>& answer, steady now,
                                            wall time) {
  if (!answer && answer.error().code == errc::unavailable)
    return try_again(answer.error().detail, {}, now);
  if (!answer) return give_up(answer.error().detail);
  const auto status = "answered " + std::to_string(answer->status);
  if (may_succeed_later(answer->status))
    return try_again(status, retry_after(answer->header("Retry-After"), time), now);
  if (answer->status / 100 != 2) return give_up(status);
  auto read = read_success(answer->body);
  // A server of another kind, most likely.
  if (!read) return give_up(status + " with a body that is no OTLP/JSON");
  failures_ = 0;
  verdict made;
  made.rejected = read->rejected;
  if (made.rejected > 0)
    made.why = "rejected " + std::to_string(made.rejected) + " spans: " + read->message;
  return made;
}

otlp_delivery::verdict otlp_delivery::try_again(std::string why,
                                                std::optional<std::chrono::seconds> asked,
                                                steady now) {
  ++failures_;
  const backoff waits{how_.first_wait, how_.longest_wait};
  const auto own = waits.delay(failures_, random_());
  // A collector may say 0, or a date that is over by our clock; or mean milliseconds.
  not_before_ = now + std::clamp(std::chrono::milliseconds{asked.value_or(std::chrono::seconds{0})},
                                 own, how_.longest_asked);
  verdict made;
  made.failed = true;
  made.why = std::move(why);
  made.again = not_before_ <= began_ + how_.give_up_after;
  if (!made.again) made.lost = lost_spans::unreachable;
  return made;
}

otlp_delivery::verdict otlp_delivery::give_up(std::string why) {
  failures_ = 0;
  verdict made;
  made.failed = true;
  made.why = std::move(why);
  made.lost = lost_spans::refused;
  return made;
}

}  // namespace acta::internal
