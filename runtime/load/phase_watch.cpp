#include "runtime/load/phase_watch.hpp"

#include <algorithm>

namespace acta::internal::load {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr auto between_looks = 50ms;
constexpr auto between_words = 500ms;

}  // namespace

phase_watch::~phase_watch() {
  {
    const std::lock_guard lock{mutex_};
    over_ = true;
  }
  changed_.notify_all();
  thread_.join();
  tell();
}

void phase_watch::look() {
  std::unique_lock lock{mutex_};
  while (!changed_.wait_for(lock, between_looks, [this] { return over_; })) {
    if (of_.stopped) end_it();
    if (clock::now() - told_ >= between_words) tell();
  }
}

void phase_watch::tell() {
  const auto now = clock::now();
  phase_result so_far;
  so_far.name = of_.what.name;
  so_far.was_measured = of_.what.measured;
  so_far.length = so_far.until_last_answer = now - of_.began;
  so_far.seen.kinds = of_.seen.kinds();
  measured all;
  for (const auto& kind : so_far.seen.kinds) all += kind;
  const auto latency = all.all();
  progress at;
  at.phase = of_.what.name;
  at.elapsed = so_far.length;
  at.length = of_.what.length();
  // Of the end, when it is over and waits for answers.
  at.rate_asked = of_.what.rate_at(std::min(at.elapsed, at.length - 1ns));
  const auto since = std::chrono::duration<double>{now - told_}.count();
  at.rate_reached = since > 0 ? static_cast<double>(latency.count() - answered_before_) / since : 0;
  at.p50_ns = latency.at(0.5);
  at.p99_ns = latency.at(0.99);
  at.max_ns = latency.most();
  for (const auto& [code, of_code] : all.latency) at.outcomes[code] = of_code.count();
  at.in_flight = of_.loop.in_flight();
  answered_before_ = latency.count();
  told_ = now;
  of_.how.watch(at);
  if (of_.what.measured && of_.how.is_enough(so_far, at)) end_it();
}

void phase_watch::end_it() {
  if (!ended_.exchange(true)) of_.loop.stop();
}

}  // namespace acta::internal::load
