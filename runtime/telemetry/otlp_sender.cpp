#include "runtime/telemetry/otlp_sender.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <random>

#include "actors/base/longest_wait.hpp"
#include "actors/model/guard.hpp"
#include "actors/ports/deliberate_fault.hpp"
#include "runtime/codec/printable.hpp"

namespace acta::internal {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t most_waiting_bytes = 32 * 1024 * 1024;
constexpr std::chrono::minutes between_lines{1};
/// For a thread that is told to give up its request.
constexpr std::chrono::milliseconds to_give_up{200};
/// Shorter words are found in every text.
constexpr std::size_t least_secret = 4;

std::string counted(std::size_t spans) {
  return std::to_string(spans) + (spans == 1 ? " span" : " spans");
}

/// No span is without the name of its service: OpenTelemetry asks for that, and so do collectors.
trace_options with_service_name(trace_options how) {
  const bool named = std::any_of(how.resource.begin(), how.resource.end(),
                                 [](const auto& one) { return one.first == "service.name"; });
  if (!named) how.resource.emplace_back("service.name", "unknown_service");
  return how;
}

}  // namespace

otlp_sender::otlp_sender(const trace_options& how, http_url collector, notice_handler tell)
    : how_{with_service_name(how)},
      collector_{std::move(collector)},
      client_{io_, collector_, {.authorities = how_.authorities.string()}},
      delivery_{{}, std::random_device{}()},
      tell_{without_exceptions(std::move(tell))},
      waiting_{{how.waiting_spans, most_waiting_bytes, how.batch_spans}} {}

void otlp_sender::put(span&& one) {
  const std::lock_guard lock{mutex_};
  if (end_) {
    ++counts_.dropped_at_end;
    return;
  }
  if (!waiting_.put(std::move(one))) {
    if (!deliberate::commits("span_dropped_in_silence")) ++counts_.dropped_for_room;
    return;
  }
  if (waiting_.size() == 1) first_came_ = steady_clock::now();
  // The thread needs to know of the first, whose time begins, and of a batch that is full.
  if (waiting_.size() == 1 || waiting_.size() == how_.batch_spans) changed_.notify_all();
}

void otlp_sender::run() {
  for (auto batch = next_batch(); !batch.empty(); batch = next_batch())
    catching_all([&] { deliver(batch); },
                 [&] {
                   // Out of memory, say.
                   otlp_delivery::verdict lost;
                   lost.failed = true;
                   lost.lost = lost_spans::refused;
                   settle(lost, batch.size());
                 });
  // A resolver whose answer nobody waits for any more may still hang: not in the destructor of io_.
  io_.restart();
  io_.run();
  const std::lock_guard lock{mutex_};
  ended_ = true;
  changed_.notify_all();
}

std::vector<span> otlp_sender::next_batch() {
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return end_ || waiting_.size() > 0; });
  changed_.wait_until(lock, first_came_ + how_.batch_delay,
                      [this] { return end_ || waiting_.size() >= how_.batch_spans; });
  auto batch = waiting_.take();
  counts_.waiting += batch.size();
  // Those that are left came while the last batch was sent: they have waited.
  return batch;
}

void otlp_sender::deliver(const std::vector<span>& batch) {
  const auto body = otlp_traces(how_.resource, batch);
  delivery_.begin(steady_clock::now());
  while (wait_until(delivery_.not_before())) {
    const auto answer = exchange(body);
    const auto judged =
        delivery_.judge(answer, steady_clock::now(), std::chrono::system_clock::now());
    settle(judged, batch.size());
    // Whatever that throws, the batch is settled.
    catching_all([&] { tell(judged, batch.size()); }, [] {});
    if (!judged.again) return;
  }
  drop_at_end(batch.size());
}

bool otlp_sender::wait_until(time_point when) {
  std::unique_lock lock{mutex_};
  for (;;) {
    if (ends_before(when)) return false;
    if (steady_clock::now() >= when) return true;
    changed_.wait_until(lock, when);
  }
}

bool otlp_sender::ends_before(time_point when) const {
  return end_ && std::max(when, steady_clock::now()) >= *end_;
}

bool otlp_sender::sends_again() const {
  const std::lock_guard lock{mutex_};
  return !ends_before(delivery_.not_before());
}

std::chrono::milliseconds otlp_sender::time_for_a_request() const {
  const std::lock_guard lock{mutex_};
  if (!end_) return how_.timeout;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(*end_ - steady_clock::now());
  return std::clamp(left, std::chrono::milliseconds{0}, how_.timeout);
}

result<http_response> otlp_sender::exchange(std::string body) {
  http_request request{"POST", collector_.target, how_.headers, std::move(body)};
  request.headers.emplace_back("Content-Type", "application/json");
  request.headers.emplace_back("User-Agent", "acta/0.1.0");
  std::optional<result<http_response>> outcome;
  client_.ask(std::move(request), time_for_a_request(),
              [&outcome](result<http_response> answer) { outcome = std::move(answer); });
  // Not until nothing is left to run: a resolver may hang for longer than the request may take.
  io_.restart();
  while (!outcome) io_.run_one();
  return *std::move(outcome);
}

void otlp_sender::settle(const otlp_delivery::verdict& judged, std::size_t spans) {
  const std::lock_guard lock{mutex_};
  if (judged.failed) ++counts_.failed_attempts;
  if (judged.again) return;
  counts_.waiting -= spans;
  if (judged.lost == lost_spans::refused) counts_.dropped_refused += spans;
  if (judged.lost == lost_spans::unreachable) counts_.dropped_unreachable += spans;
  if (judged.lost != lost_spans::none) return;
  const auto rejected = std::min<std::uint64_t>(judged.rejected, spans);
  counts_.dropped_rejected += rejected;
  counts_.exported += spans - rejected;
}

void otlp_sender::drop_at_end(std::size_t spans) {
  const std::lock_guard lock{mutex_};
  counts_.waiting -= spans;
  counts_.dropped_at_end += spans + waiting_.size();
  while (waiting_.size() > 0) (void)waiting_.take();
}

void otlp_sender::tell(const otlp_delivery::verdict& judged, std::size_t spans) {
  const std::lock_guard lock{telling_};
  if (!tell_) return;
  const auto now = steady_clock::now();
  if (judged.why.empty()) {
    if (std::exchange(told_of_failure_, false))
      tell_({.event = "traces_exported_again",
             .reason = collector_.origin() + " takes spans again",
             .recovered = true});
    return;
  }
  if (told_ && now - *told_ < between_lines) return;
  told_ = now;
  told_of_failure_ = judged.failed;
  auto reason = judged.why;
  if (!reason.starts_with(collector_.origin())) reason = collector_.origin() + " " + reason;
  if (judged.again && sends_again())
    reason += "; " + counted(spans) + " will be sent again";
  else if (judged.lost != lost_spans::none)
    reason += "; " + counted(spans) + " dropped";
  tell_({false, "traces_not_exported", without_secrets(std::move(reason))});
}

std::string otlp_sender::without_secrets(std::string text) const {
  if (deliberate::commits("header_value_told")) return text;
  for (const auto& [name, value] : how_.headers)
    // "Bearer TOKEN": a collector may quote the second word alone.
    for (std::size_t at = 0; at < value.size();) {
      const auto end = std::min(value.find(' ', at), value.size());
      const auto word = value.substr(at, end - at);
      at = end + 1;
      if (word.size() < least_secret) continue;
      for (auto found = text.find(word); found != std::string::npos; found = text.find(word, found))
        text.replace(found, word.size(), "***");
    }
  return printable(text);
}

void otlp_sender::stop(std::chrono::milliseconds deadline) {
  std::unique_lock lock{mutex_};
  if (!end_) end_ = steady_clock::now() + bounded(deadline);
  changed_.notify_all();
  const auto until = *end_;
  const auto is_over = [this] { return ended_; };
  if (!changed_.wait_until(lock, until, is_over)) {
    boost::asio::post(io_, [this] { client_.cancel(); });
    changed_.wait_until(lock, until + to_give_up, is_over);
  }
  lock.unlock();
  tell_of_lost();
}

void otlp_sender::tell_of_lost() {
  // What waits now nobody sends: the thread hangs, in the resolver of names say.
  const auto at_end = counts();
  const auto lost = at_end.dropped_at_end + at_end.waiting;
  const std::lock_guard lock{telling_};
  // The thread may outlive whoever is told.
  const auto last = std::exchange(tell_, {});
  if (last && lost > 0)
    last({.event = "traces_lost",
          .reason = collector_.origin() + " did not take " + counted(lost) + " before the end"});
}

bool otlp_sender::ended() const {
  const std::lock_guard lock{mutex_};
  return ended_;
}

otlp_counts otlp_sender::counts() const {
  const std::lock_guard lock{mutex_};
  auto all = counts_;
  all.waiting += waiting_.size();
  return all;
}

}  // namespace acta::internal
