#include "runtime/load/open_loop.hpp"

#include <thread>
#include <utility>

namespace acta::internal::load {

open_loop::~open_loop() { wait(std::chrono::hours{24 * 365}); }

void open_loop::run(const rate_line& line, arrival_law law, time_point begin,
                    random_numbers& chance, const plan& next) {
  arrivals moments{line, law};
  while (const auto moment = moments.next(chance)) {
    const auto intended = begin + *moment;
    auto one = next();
    if (into_) into_->intended(intended);
    std::this_thread::sleep_until(intended);
    this->begin(std::move(one), intended);
  }
}

void open_loop::begin(planned one, time_point intended) {
  const auto now = std::chrono::steady_clock::now();
  if (into_ && target_.is_free()) into_->generator_late(now - intended);
  ++in_flight_;
  const bool is_command = !one.what.command.empty();
  target_.begin(std::move(one.what), [this, kind = one.kind, key = one.key, number = one.number,
                                      is_command, intended, begun = now](const outcome& answer) {
    if (into_)
      into_->answered(kind, intended, begun, std::chrono::steady_clock::now(), answer.code);
    if (is_command) answers_.add({key, number, answer.version, answer.events, answer.effect});
    // Under the lock, so that the loop is not gone before this is done with it.
    const std::lock_guard lock{mutex_};
    if (--in_flight_ == 0) changed_.notify_all();
  });
}

std::uint64_t open_loop::wait(std::chrono::nanoseconds most) {
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, most, [this] { return in_flight_ == 0; });
  return in_flight_;
}

}  // namespace acta::internal::load
