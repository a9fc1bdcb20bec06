#include "runtime/engine/edge.hpp"

#include <algorithm>
#include <limits>

#include "actors/base/longest_wait.hpp"
#include "actors/base/utf8.hpp"
#include "actors/model/malformed.hpp"
#include "actors/protocol/command_hash.hpp"
#include "runtime/codec/trace_context.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t max_command_id_bytes = 255;
constexpr std::size_t max_text_bytes = 256;
/// What a request costs besides its command: the ticket, its messages, its place in the lane.
constexpr std::size_t request_overhead_bytes = 512;

/// Says in the operator's log what /dead-letters shows, which ends with the process.
admission::told_of_lost tell_of_lost(const notice_handler& tell) {
  if (!tell) return {};
  return [tell](const dead_letter& lost) {
    tell({false, "request_lost",
          lost.request + " " + lost.command_id + " to " + to_string(lost.stream) +
              " was answered " + std::string{to_string(lost.told)} + ": " + lost.reason,
          lost.trace_id, lost.span_id});
  };
}

std::string_view name_of(const aggregate_type& type, std::optional<std::size_t> index) {
  return index ? std::string_view{type.commands[*index].name} : "query";
}

admission_counts sum_of(const std::vector<std::shared_ptr<admission>>& gates) {
  admission_counts all;
  for (const auto& gate : gates) all += gate->counts();
  return all;
}

/// Fails on what cannot be kept with an event, or cannot be meant.
result<void> check(const call_options& how) {
  const auto longer = [](std::size_t most) {
    return "must be at most " + std::to_string(most) + " bytes";
  };
  if (how.command_id.size() > max_command_id_bytes)
    return malformed("command_id", longer(max_command_id_bytes));
  for (const auto& [name, text] : {std::pair{"principal", &how.principal},
                                   {"correlation_id", &how.correlation_id},
                                   {"causation_id", &how.causation_id}}) {
    if (text->size() > max_text_bytes) return malformed(name, longer(max_text_bytes));
    if (!is_utf8(*text)) return malformed(name, "is not UTF-8");
  }
  if (how.deadline.count() < 0) return malformed("deadline", "must not be negative");
  return {};
}

}  // namespace

edge::edge(const options& how, std::size_t shards, edge_environment with,
           std::shared_ptr<registry> actors)
    : default_deadline_{bounded(how.default_deadline)},
      with_{with},
      actors_{std::move(actors)},
      keeps_views_{how.cache_bytes > 0} {
  const auto of_requests = std::make_shared<node_credits>(how.credits, how.credit_bytes, shards);
  // A load is asked for by a query that waits. But loads can outlive those queries, whose deadlines
  // may pass first; so they are bounded too, by the same number.
  const auto of_loads = std::make_shared<node_credits>(
      how.credits, std::numeric_limits<std::uint64_t>::max(), shards);
  for (std::size_t i = 0; i < shards; ++i) {
    gates_.push_back(std::make_shared<admission>(of_requests, *with.time, *with.watcher,
                                                 tell_of_lost(how.tell), with.users, with.exit,
                                                 with.traces));
    load_gates_.push_back(std::make_shared<admission>(of_loads, *with.time, *with.watcher,
                                                      admission::told_of_lost{}, nullptr, nullptr,
                                                      with.traces));
  }
}

edge::trace_start edge::begin_trace(const call_options& how) const {
  const auto& traces = *with_.traces;
  // By far the most: nobody has begun a trace, and none is to be begun.
  if (how.trace_context.empty() && !how.within.decided) {
    const auto own = traces.begin({});
    if (!own.sampled) return {};
    const auto time = traces.start_clock();
    return {std::make_unique<request_trace>(traces, own, 0, std::string{}, time, time.steady)};
  }
  const auto caller = parse_traceparent(how.trace_context);
  trace_start start{nullptr, caller.valid() && !caller.sampled};
  const bool state = caller.valid() && is_tracestate(how.trace_state);
  const auto make = [&](const span_context& own, std::uint64_t parent, const trace_clock& time,
                        trace_clock::time_point began) {
    start.trace = std::make_unique<request_trace>(traces, own, parent,
                                                  state ? how.trace_state : std::string{}, time,
                                                  began, how.within.handed_back);
  };
  if (const auto& within = how.within; within.decided) {
    if (!within.span.sampled) return start;
    auto own = within.span;
    own.span = traces.new_span_id();
    make(own, within.span.span, within.time, within.handed_on);
  } else if (const auto own = traces.begin(caller); own.valid()) {
    const auto time = traces.start_clock();
    make(own, caller.span, time, time.steady);
  }
  return start;
}

void edge::trace_refused(const aggregate_type& type, std::string_view id,
                         std::optional<std::size_t> index, const error& why,
                         const trace_start& of) const {
  const request_end how{type.name, id, type.retired() ? "query" : name_of(type, index), &why};
  const auto now = with_.time->now();
  if (of.trace) {
    of.trace->leave_stages(now);
    of.trace->settled(now);
    of.trace->end(now, how);
  } else if (!of.never_shown &&
             with_.traces->to->takes_unsampled(our_fault(why.code), std::chrono::nanoseconds{0})) {
    show_unsampled(*with_.traces, now, {how, {}});
  }
}

result<void> edge::submit(const aggregate_type& type, std::string_view id,
                          std::optional<std::size_t> index, any_value command, call_options how,
                          answered done, answer_exit by) {
  trace_start start;
  if (with_.traces) start = begin_trace(how);
  const auto refuse = [&](error why) {
    if (with_.traces) trace_refused(type, id, index, why, start);
    return reject(type, type.retired() ? std::nullopt : index, std::move(why));
  };
  // It has no commands by which it could be counted.
  if (type.retired())
    return refuse({errc::retired, type.name + " is retired: its events can be read, no more"});
  if (closed_) return refuse({errc::shutting_down, "the node takes no more requests"});
  if (*with_.failed) return refuse({errc::unavailable, "the node has failed and serves no more"});
  if (index && !with_.adapter->read_only_reason().empty())
    return refuse({errc::read_only, "the journal takes no writes since one failed"});
  const auto wanted = how.fresh;
  const auto cancelled = std::move(how.cancelled);
  auto asked = prepare(type, id, index, std::move(command), std::move(how), start.trace.get());
  if (!asked) return refuse(asked.error());
  asked->exit = by;
  asked->never_shown = start.never_shown;
  asked->trace = std::move(start.trace);
  const auto shard = shard_of(asked->append.stream);
  const bool cached = goes_to_cache(*asked, wanted);
  const auto sent = actors_->send(shard, cached ? duty::reads : duty::commands, [&] {
    return ticket::admit(gates_[shard], *std::move(asked), std::move(done));
  });
  if (!sent || !*sent) start.trace = std::move(asked->trace);
  if (!sent) return refuse(sent.error());
  if (!*sent) return refuse(no_credit(*asked, *gates_[shard]));
  // Behind the request, so that one which can be answered at once is. The caller may keep its
  // cancellation for longer than there is a node.
  if (cancelled && cached && wanted.floor > version{})
    cancelled->on_cancel([actors = std::weak_ptr{actors_}, shard, waiting = std::weak_ptr{*sent}] {
      const auto those = actors.lock();
      const auto left = waiting.lock();
      if (those && left) those->withdraw(shard, left);
    });
  return {};
}

error edge::no_credit(const request& asked, const admission& gate) const {
  if (asked.bytes <= gate.most_bytes())
    return {errc::overloaded, "too many requests are under way here"};
  return {errc::malformed,
          "takes " + std::to_string(asked.bytes) + " bytes, and options.credit_bytes admit " +
              std::to_string(gate.most_bytes()) + " of one request at most",
          {},
          "command"};
}

bool edge::goes_to_cache(const request& asked, const freshness& wanted) const {
  if (asked.command_index || wanted.past_the_cache) return false;
  // A cache that keeps nothing still holds a read back until its version is durable.
  return keeps_views_ || wanted.floor > version{};
}

result<request> edge::prepare(const aggregate_type& type, std::string_view id,
                              std::optional<std::size_t> index, any_value command,
                              call_options&& how, const request_trace* trace) const {
  if (!stream_id::valid_id(id))
    return malformed("id", "must be 1 to 256 bytes without control characters");
  if (auto good = check(how); !good) return good.error();
  if (!index && !how.expected_version.expects_nothing())
    return malformed("expected_version", "is for commands");
  request asked;
  asked.type = &type;
  asked.command_index = index;
  asked.command = std::move(command);
  asked.repeats_since = how.repeats_since;
  asked.expected_version = std::move(how.expected_version);
  asked.at_least = how.fresh.floor;
  asked.append.stream = stream_id{type.name, id};
  asked.deadline =
      with_.time->now() + (how.deadline.count() > 0 ? bounded(how.deadline) : default_deadline_);
  asked.bytes = request_overhead_bytes;
  if (!how.within.counted) count_dropped(how.trace_context, how.trace_state);
  if (!index) return asked;
  auto& metadata = asked.append.metadata;
  metadata.command_id =
      how.command_id.empty() ? random_id(*with_.chance) : std::move(how.command_id);
  metadata.correlation_id = std::move(how.correlation_id);
  metadata.causation_id = std::move(how.causation_id);
  metadata.principal = std::move(how.principal);
  metadata.trace_context = trace_of(how, trace);
  const auto weighed = [&] {
    const users_code::call now{with_.users, "the encoding of", type.commands[*index].name,
                               &asked.append.stream};
    return weigh_command(*with_.bytes_codec, asked);
  }();
  if (!weighed) return weighed.error();
  metadata.command_hash = weighed->hash;
  asked.bytes += weighed->bytes + text_bytes(metadata);
  return asked;
}

void edge::count_dropped(std::string_view traceparent, std::string_view tracestate) const {
  if (traceparent.empty() && tracestate.empty()) return;
  const bool parent = is_traceparent(traceparent);
  if (!parent && !traceparent.empty())
    with_.watcher->observe({happening::trace_dropped, {}, "traceparent"});
  if (!tracestate.empty() && !(parent && is_tracestate(tracestate)))
    with_.watcher->observe({happening::trace_dropped, {}, "tracestate"});
}

std::string edge::trace_of(const call_options& how, const request_trace* trace) {
  const bool parent = is_traceparent(how.trace_context);
  if (!parent && !trace) return {};
  const auto kept = trace ? to_traceparent(trace->decision()) : how.trace_context;
  return parent && is_tracestate(how.trace_state) ? kept + " " + how.trace_state : kept;
}

void edge::count_refused(const aggregate_type& type, std::optional<std::size_t> index,
                         errc why) const {
  with_.watcher->observe({index ? happening::command_finished : happening::query_finished,
                          type.name, name_of(type, index), to_string(why)});
}

error edge::reject(const aggregate_type& type, std::optional<std::size_t> index, error why) const {
  count_refused(type, index, why.code);
  return why;
}

std::size_t edge::shard_of(const stream_id& stream) const {
  const auto text = stream.text();
  return with_.bytes_codec->hash(std::as_bytes(std::span{text.data(), text.size()})) %
         gates_.size();
}

void edge::abandon() {
  // All of them at once: a callback that blocks holds up the answers, but not what they say.
  for (const auto* gates : {&gates_, &load_gates_})
    for (const auto& gate : *gates) gate->end();
  for (const auto& gate : gates_) gate->close();
  for (const auto& gate : load_gates_) gate->close();
}

std::vector<dead_letter> edge::dead_letters() const {
  std::vector<dead_letter> all;
  for (const auto* gates : {&gates_, &load_gates_})
    for (const auto& gate : *gates)
      for (auto& one : gate->dead_letters()) all.push_back(std::move(one));
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  return all;
}

admission_counts edge::counts() const { return sum_of(gates_); }

admission_counts edge::load_counts() const { return sum_of(load_gates_); }

}  // namespace acta::internal
