#include "actors/metrics/metrics_state.hpp"

#include <algorithm>

namespace acta::internal {

namespace {

/// A counter's name, and what its labels are called; an empty label is left out.
struct description {
  happening what;
  const char* name;
  const char* help;
  std::array<const char*, 3> labels;  // of subject, name, outcome
};

constexpr std::array descriptions{
    description{happening::command_finished,
                "acta_commands_total",
                "Commands answered, by outcome: the rate and the errors of RED.",
                {"aggregate", "command", "outcome"}},
    description{happening::query_finished,
                "acta_queries_total",
                "Queries answered, by outcome.",
                {"aggregate", "", "outcome"}},
    description{happening::load_finished,
                "acta_cache_loads_total",
                "Views that caches asked of aggregates, by outcome.",
                {"aggregate", "", "outcome"}},
    description{happening::cache_hit,
                "acta_cache_hits_total",
                "Reads that a cache answered at once.",
                {"shard", "", ""}},
    description{happening::cache_miss,
                "acta_cache_misses_total",
                "Reads that had to wait for a load or a commit.",
                {"shard", "", ""}},
    description{happening::cache_miss_joined,
                "acta_cache_coalesced_total",
                "Misses that joined a load which was under way.",
                {"shard", "", ""}},
    description{happening::cache_late_fill,
                "acta_cache_late_fills_total",
                "Fills of an older generation, discarded.",
                {"shard", "", ""}},
    description{happening::cache_eviction,
                "acta_cache_evictions_total",
                "Views that went to make room.",
                {"shard", "", ""}},
    description{happening::batch_committed,
                "acta_journal_batches_total",
                "Batches by outcome: ok if anything was stored; refused if each append was.",
                {"", "", "outcome"}},
    description{happening::aggregate_recovered,
                "acta_aggregates_recovered_total",
                "Aggregates brought to life from their stream.",
                {"aggregate", "", ""}},
    description{happening::aggregate_stopped,
                "acta_aggregates_stopped_total",
                "Aggregates that ended, and how.",
                {"aggregate", "", "outcome"}},
    description{happening::child_started,
                "acta_children_started_total",
                "Parts of the node that were started.",
                {"child", "", ""}},
    description{happening::child_restarted,
                "acta_children_restarted_total",
                "Parts of the node that failed and were started again.",
                {"child", "", ""}},
    description{happening::supervisor_escalated,
                "acta_supervisor_escalations_total",
                "Supervisors that gave up.",
                {"supervisor", "", ""}},
    description{happening::ticket_dropped,
                "acta_dead_letters_total",
                "Requests lost with the actor that held them; their callers were told.",
                {"aggregate", "request", "outcome"}},
    description{happening::aggregate_passivated,
                "acta_aggregates_passivated_total",
                "Aggregates that were asked to leave memory.",
                {"aggregate", "", ""}},
    description{happening::aggregate_parked,
                "acta_parked_total",
                "Aggregates, and single commands, that failed too often and were set aside.",
                {"aggregate", "", "what"}},
    description{happening::snapshot_taken,
                "acta_snapshots_total",
                "Snapshots of aggregates.",
                {"aggregate", "", "outcome"}},
    description{happening::snapshot_ignored,
                "acta_snapshots_ignored_total",
                "Snapshots of no use, whose aggregates replayed every event.",
                {"aggregate", "", "reason"}},
    description{happening::subscription_ended,
                "acta_subscriptions_ended_total",
                "Subscriptions that ended though nobody cancelled them, and why.",
                {"", "", "outcome"}},
    description{happening::trace_dropped,
                "acta_trace_headers_dropped_total",
                "Trace contexts that were not valid and are not kept with the events.",
                {"", "header", ""}},
    description{happening::request_handled,
                "acta_way_in_requests_total",
                "Requests that a way in answered, refused ones too, by route and status.",
                {"via", "route", "status"}},
    description{happening::connection_refused,
                "acta_way_in_connections_refused_total",
                "Connections that a way in closed unread, and why.",
                {"via", "", "reason"}},
    description{happening::connection_lost,
                "acta_way_in_connections_lost_total",
                "Connections to its broker that a way in lost.",
                {"via", "", ""}},
    description{happening::callback_threw,
                "acta_callbacks_threw_total",
                "Callers' callbacks that ended in an exception.",
                {"aggregate", "request", ""}},
};

constexpr const char* command_seconds = "acta_command_duration_seconds";
constexpr const char* query_seconds = "acta_query_duration_seconds";
constexpr const char* load_seconds = "acta_cache_load_duration_seconds";
constexpr const char* commit_seconds = "acta_journal_commit_duration_seconds";
constexpr const char* batch_events = "acta_journal_batch_events";
constexpr const char* recovery_seconds = "acta_recovery_duration_seconds";
constexpr const char* way_in_seconds = "acta_way_in_request_duration_seconds";

/// How a histogram is shown: its upper bounds, and how many of its values are one of theirs.
struct scale {
  std::array<double, 16> bounds;
  double unit;
};
/// 50 microseconds to 10 seconds; from Prometheus' habit of 1, 2.5, 5. Values are nanoseconds.
constexpr scale seconds{
    {5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 1e-2, 2.5e-2, 5e-2, 0.1, 0.25, 0.5, 1, 2.5, 10},
    1e9};
constexpr scale numbers{
    {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768}, 1};

struct measured {
  const char* name;
  const char* help;
  std::array<const char*, 3> labels;
  const scale& shown_in;
};

constexpr std::array measures{
    measured{command_seconds,
             "From admission to answer, which is durable.",
             {"aggregate", "command", ""},
             seconds},
    measured{query_seconds, "From admission to answer.", {"aggregate", "", ""}, seconds},
    measured{load_seconds, "From a cache's question to the view.", {"aggregate", "", ""}, seconds},
    measured{commit_seconds,
             "One batch, from handing it to the journal to its sync.",
             {"", "", ""},
             seconds},
    measured{batch_events, "Events per batch, which share one sync.", {"", "", ""}, numbers},
    measured{recovery_seconds,
             "From starting an aggregate to its first decision.",
             {"aggregate", "", ""},
             seconds},
    measured{way_in_seconds,
             "From the whole request to its answer, by route.",
             {"via", "route", ""},
             seconds},
};

template <class Labels>
metric_series labelled(const std::array<const char*, 3>& names, const Labels& values) {
  metric_series made;
  const std::array<std::string_view, 3> all{std::get<0>(values), std::get<1>(values),
                                            std::get<2>(values)};
  for (std::size_t i = 0; i < all.size(); ++i)
    if (*names[i]) made.labels.emplace_back(names[i], all[i]);
  return made;
}

/// A value on a bound is in the bucket below. A bound is exact to the width of the histogram's own
/// bucket there: 1/128 of it.
void write(const histogram& values, const scale& shown_in, metric_series& series) {
  const auto& bounds = shown_in.bounds;
  series.bounds.assign(bounds.begin(), bounds.end());
  series.counts.assign(bounds.size() + 1, 0);
  std::size_t at = 0;
  values.for_each([&](const histogram::bucket& bucket) {
    const auto least = static_cast<double>(bucket.least) / shown_in.unit;
    while (at < bounds.size() && bounds[at] < least) ++at;
    series.counts[at] += bucket.count;
  });
  series.sum = values.sum() / shown_in.unit;
}

}  // namespace

void metrics_state::observe(const observation& seen) {
  const auto time = [&](std::string_view family, const observation& of) {
    // What was refused at the edge took no time: it would make an overload look fast.
    if (seen.duration < seen.duration.zero()) return;
    measure(family, of,
            static_cast<std::uint64_t>(
                std::chrono::duration_cast<std::chrono::nanoseconds>(seen.duration).count()));
  };
  count(seen.what, seen,
        seen.what == happening::batch_committed || seen.what == happening::aggregate_recovered
            ? 1
            : seen.amount);
  switch (seen.what) {
    case happening::command_finished: time(command_seconds, seen); break;
    case happening::query_finished: time(query_seconds, seen); break;
    case happening::load_finished: time(load_seconds, seen); break;
    case happening::request_handled: time(way_in_seconds, seen); break;
    case happening::cache_bytes: cache_bytes_[seen.subject] = seen.amount; break;
    case happening::way_in_connected: connected_[seen.subject] = seen.amount; break;
    case happening::batch_committed:
      if (seen.outcome == "refused") break;  // nothing was written
      time(commit_seconds, {});
      if (seen.outcome != "ok") break;
      measure(batch_events, {}, seen.amount);
      events_committed_ += seen.amount;
      break;
    case happening::aggregate_recovered:
      time(recovery_seconds, seen);
      events_replayed_ += seen.amount;
      break;
    default: break;
  }
}

void metrics_state::add(const metrics_state& later) {
  for (const auto& [key, total] : later.counters_) counters_[key] += total;
  for (const auto& [key, values] : later.histograms_)
    if (const auto [here, is_new] = histograms_.try_emplace(key, values); !is_new)
      here->second += values;
  for (const auto& [shard, bytes] : later.cache_bytes_) cache_bytes_[shard] = bytes;
  for (const auto& [way, is] : later.connected_) connected_[way] = is;
  events_replayed_ += later.events_replayed_;
  events_committed_ += later.events_committed_;
}

void metrics_state::count(happening what, const observation& seen, std::uint64_t amount) {
  latest_counter_.find(what, {seen.subject, seen.name, seen.outcome}, [&]() -> std::uint64_t& {
    return counters_[{what, {seen.subject, seen.name, seen.outcome}}];
  }) += amount;
}

void metrics_state::measure(std::string_view family, const observation& seen,
                            histogram::value_type value) {
  // The outcome is no label here: a histogram per outcome would cost seventeen series each.
  latest_histogram_
      .find(family.data(), {seen.subject, seen.name, {}},
            [&]() -> histogram& {
              return histograms_[{family, {seen.subject, seen.name, {}}}];
            })
      .add(value);
}

metrics_snapshot metrics_state::snapshot() const {
  metrics_snapshot all;
  for (const auto& about : descriptions) {
    metric_family family{about.name, about.help, metric_family::kind::counter, {}};
    for (const auto& [key, total] : counters_)
      if (key.first == about.what) {
        family.series.push_back(labelled(about.labels, key.second));
        family.series.back().value = static_cast<double>(total);
      }
    all.push_back(std::move(family));
  }
  for (const auto& about : measures) {
    metric_family family{about.name, about.help, metric_family::kind::histogram, {}};
    for (const auto& [key, values] : histograms_)
      if (key.first == about.name) {
        family.series.push_back(labelled(about.labels, key.second));
        write(values, about.shown_in, family.series.back());
      }
    all.push_back(std::move(family));
  }
  const auto gauge = [&all](const char* name, const char* help, const char* label,
                            const std::map<std::string_view, std::uint64_t>& values) {
    metric_family made{name, help, metric_family::kind::gauge, {}};
    for (const auto& [of, value] : values)
      made.series.push_back({{{label, std::string{of}}}, static_cast<double>(value), {}, {}});
    all.push_back(std::move(made));
  };
  gauge("acta_cache_bytes", "What the views that are kept take.", "shard", cache_bytes_);
  gauge("acta_way_in_connected", "1 while the broker of a way in is there, 0 while it is away.",
        "via", connected_);
  const auto total = [&all](const char* name, const char* help, std::uint64_t value) {
    metric_series one;
    one.value = static_cast<double>(value);
    all.push_back({name, help, metric_family::kind::counter, {std::move(one)}});
  };
  total("acta_journal_events_total", "Events stored.", events_committed_);
  total("acta_recovered_events_total", "Events replayed to recover aggregates.", events_replayed_);
  return all;
}

}  // namespace acta::internal
