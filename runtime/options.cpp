#include "runtime/options.hpp"

#include <array>

namespace acta {

namespace {

constexpr std::size_t most_shards = 4096;

error wrong(const char* option, const std::string& why) {
  return {errc::malformed, std::string{"options."} + option + " " + why, {}, option};
}

}  // namespace

result<void> check(const options& how) {
  using namespace std::chrono_literals;
  struct needed {
    const char* option;
    bool there;
  };
  const std::array all{needed{"messages_per_turn", how.messages_per_turn > 0},
                       needed{"shard_count", how.shard_count > 0},
                       needed{"default_deadline", how.default_deadline > 0ms},
                       needed{"deadline_tick", how.deadline_tick > 0ms},
                       needed{"deduplication_window", how.deduplication_window > 0},
                       needed{"history_searches", how.history_searches > 0},
                       needed{"passivate_after", how.passivate_after > 0ms},
                       needed{"drain_deadline", how.drain_deadline > 0ms},
                       needed{"parking_least", how.parking_least > 0ms},
                       needed{"restart_delay_least", how.restart_delay_least > 0ms},
                       needed{"batch_events", how.batch_events > 0},
                       needed{"batch_bytes", how.batch_bytes > 0},
                       needed{"recovery_page_events", how.recovery_page_events > 0},
                       needed{"live_aggregates", how.live_aggregates > 0},
                       needed{"metrics_tick", how.metrics_tick > 0ms}};
  for (const auto& one : all)
    if (!one.there) return wrong(one.option, "must be more than 0");
  if (how.deduplication_reach < 0ms) return wrong("deduplication_reach", "must not be less than 0");
  if (how.parking_least > how.parking_most)
    return wrong("parking_least", "must not be more than parking_most");
  if (how.restart_delay_least > how.restart_delay_most)
    return wrong("restart_delay_least", "must not be more than restart_delay_most");
  if (how.shard_count > most_shards)
    return wrong("shard_count", "must be at most " + std::to_string(most_shards));
  return {};
}

}  // namespace acta
