#include "runtime/cli/ways_in.hpp"

#include <algorithm>

#include "runtime/cli/commands.hpp"
#include "runtime/node.hpp"

namespace acta::internal {

void ways_in::open() {
  end_.doing("opening the ways in");
  for (const auto& one : all_) {
    const auto started = one.way->start();
    if (started) continue;
    if (!one.without) throw command_error{started.error()};
    events_.warning(one.without, {{"reason", started.error().detail}});
  }
}

std::string ways_in::not_ready_reason() const {
  for (const auto& one : all_)
    if (auto why = one.way->not_ready_reason(); !why.empty()) return why;
  return {};
}

bool ways_in::drain(node& serving, std::chrono::milliseconds deadline) {
  end_.doing("draining");
  for (const auto& one : all_) one.way->refuse_new();
  const bool in_time = serving.shut_down(deadline);
  const auto until = std::chrono::steady_clock::now() + last_answers;
  for (auto one = all_.rbegin(); one != all_.rend(); ++one) {
    end_.doing(one->way->stopping_means());
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    const auto cut = one->way->stop(std::max(left, std::chrono::milliseconds{0}));
    if (cut == 0) continue;
    events_.warning(
        "answers_cut",
        {{"reason",
          std::to_string(cut) + " connections took their answers too slowly, and were closed"}});
  }
  return in_time;
}

}  // namespace acta::internal
