#include "runtime/options.hpp"

#include <array>

#include "actors/base/longest_wait.hpp"

namespace acta {

namespace {

constexpr std::size_t most_shards = 4096;
constexpr std::size_t most_threads = 1024;
constexpr std::size_t most_messages = 1'000'000;

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
                       needed{"event_pages", how.event_pages > 0},
                       needed{"passivate_after", how.passivate_after > 0ms},
                       needed{"drain_deadline", how.drain_deadline > 0ms},
                       needed{"parking_least", how.parking_least > 0ms},
                       needed{"restart_delay_least", how.restart_delay_least > 0ms},
                       needed{"batch_events", how.batch_events > 0},
                       needed{"batch_bytes", how.batch_bytes > 0},
                       needed{"recovery_page_events", how.recovery_page_events > 0},
                       needed{"live_aggregates", how.live_aggregates > 0},
                       needed{"live_bytes", how.live_bytes > 0},
                       needed{"metrics_tick", how.metrics_tick > 0ms},
                       needed{"traces.timeout", how.traces.timeout > 0ms},
                       needed{"traces.waiting_spans", how.traces.waiting_spans > 0},
                       needed{"traces.batch_spans", how.traces.batch_spans > 0}};
  for (const auto& one : all)
    if (!one.there) return wrong(one.option, "must be more than 0");
  const std::array times{needed{"evictable_after", how.evictable_after >= 0ms},
                         needed{"aggregate_restart_period", how.aggregate_restart_period >= 0ms},
                         needed{"restart_period", how.restart_period >= 0ms},
                         needed{"deduplication_reach", how.deduplication_reach >= 0ms},
                         needed{"traces.slower_than", how.traces.slower_than >= 0ms},
                         needed{"traces.batch_delay", how.traces.batch_delay >= 0ms},
                         needed{"traces.flush_deadline", how.traces.flush_deadline >= 0ms}};
  for (const auto& one : times)
    if (!one.there) return wrong(one.option, "must not be negative");
  if (how.parking_least > how.parking_most)
    return wrong("parking_least", "must not be more than parking_most");
  if (how.restart_delay_least > how.restart_delay_most)
    return wrong("restart_delay_least", "must not be more than restart_delay_most");
  if (how.scheduler != scheduler_policy::sharing && how.scheduler != scheduler_policy::stealing)
    return wrong("scheduler", "must be sharing or stealing");
  // Not a number is not within it either.
  if (!(how.traces.sample_ratio >= 0 && how.traces.sample_ratio <= 1))
    return wrong("traces.sample_ratio", "must be from 0 to 1");
  struct bounded_number {
    const char* option;
    std::size_t value;
    std::size_t most;
  };
  for (const auto& one :
       {bounded_number{"shard_count", how.shard_count, most_shards},
        bounded_number{"worker_threads", how.worker_threads, most_threads},
        bounded_number{"messages_per_turn", how.messages_per_turn, most_messages}})
    if (one.value > one.most)
      return wrong(one.option, "must be at most " + std::to_string(one.most));
  return {};
}

options with_bounded_waits(options how) {
  for (auto* wait :
       {&how.default_deadline, &how.deadline_tick, &how.passivate_after, &how.evictable_after,
        &how.aggregate_restart_period, &how.parking_least, &how.parking_most,
        &how.restart_delay_least, &how.restart_delay_most, &how.restart_period, &how.metrics_tick,
        &how.drain_deadline, &how.deduplication_reach, &how.traces.timeout, &how.traces.slower_than,
        &how.traces.batch_delay, &how.traces.flush_deadline})
    *wait = internal::bounded(*wait);
  return how;
}

}  // namespace acta
