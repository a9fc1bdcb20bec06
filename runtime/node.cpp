// The embedding API: each member hands on to the part of the node that does it.
#include "runtime/node.hpp"

#include <algorithm>

#include "actors/model/guard.hpp"
#include "runtime/codec/trace_context.hpp"
#include "runtime/contracts/stored_contracts.hpp"
#include "runtime/engine/node_metrics.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/schedule/book.hpp"
#include "runtime/telemetry/prometheus.hpp"

namespace acta {

using namespace internal;

namespace {

/// A page of events that somebody asked for. Its permit goes home when the callback begins.
struct page_request {
  std::shared_ptr<void> permit;
  callback<std::vector<recorded_event>> done;
};

}  // namespace

startup_error::startup_error(acta::error problem)
    : problem_{std::move(problem)}, text_{problem_.detail} {}

node::~node() = default;

const aggregate_type& node::host(aggregate_type type) { return self_->host(std::move(type)); }

void node::retire(std::string type) { self_->host(retired_aggregate(std::move(type))); }

void node::require_all_hosted() const {
  auto all = hosted();
  for (const auto* type : retired()) all.push_back(type);
  all.push_back(find(schedule_type));
  const users_code::call now{self_->users_.get(), "the description of what is hosted"};
  if (auto agreed = check_contracts(*self_->adapter_, all); !agreed)
    throw startup_error{agreed.error()};
}

const aggregate_type* node::find(std::string_view type) const {
  const std::shared_lock lock{self_->mutex_};
  const auto found = self_->types_.find(type);
  return found == self_->types_.end() ? nullptr : found->second.get();
}

std::vector<const aggregate_type*> node::hosted() const { return self_->types(false); }

std::vector<const aggregate_type*> node::retired() const { return self_->types(true); }

result<void> node::execute(const aggregate_type& type, std::string_view id, std::size_t index,
                           any_value command, call_options how, callback<receipt> done,
                           answer_exit by) {
  if (type.name == schedule_type) {
    count_refused(type, index, errc::unknown_aggregate);
    return error{errc::unknown_aggregate,
                 type.name + " is a type of acta's own and takes no commands: see /schedules"};
  }
  return self_->execute(type, id, index, std::move(command), std::move(how), std::move(done), by);
}

void node::count_refused(const aggregate_type& type, std::size_t index, errc why) {
  self_->engine_.entrance().count_refused(type, index, why);
}

void node::observe(const observation& seen) { self_->engine_.observe(seen); }

begun_trace node::begin_trace(std::string_view traceparent, std::string_view tracestate) const {
  self_->engine_.entrance().count_dropped(traceparent, tracestate);
  auto begun = self_->engine_.begin_trace(parse_traceparent(traceparent));
  begun.counted = true;
  return begun;
}

begun_trace node::begin_unsampled(bool our_fault, std::chrono::nanoseconds took) const {
  return self_->engine_.begin_unsampled(our_fault, took);
}

void node::take_span(span ended) const { self_->engine_.take_span(std::move(ended)); }

result<void> node::query(const aggregate_type& type, std::string_view id, call_options how,
                         callback<any_view> done, answer_exit by) {
  const auto sent = self_->engine_.entrance().submit(
      type, id, std::nullopt, {}, std::move(how),
      [done = std::move(done)](result<answer> outcome) {
        if (!outcome) return done(of_a_read(outcome.error()));
        done(any_view{outcome->version, std::move(outcome->view)});
      },
      by);
  if (!sent) return of_a_read(sent.error());
  return {};
}

result<void> node::events(const aggregate_type& type, std::string_view id, version from,
                          std::size_t max_events, callback<std::vector<recorded_event>> done,
                          answer_exit by) {
  auto permit = self_->engine_.event_pages().take();
  if (!permit)
    return of_a_read({errc::overloaded, "too many pages of events are being read at once"});
  const auto request =
      std::make_shared<page_request>(page_request{std::move(permit), std::move(done)});
  const stream_id stream{type.name, id};
  const auto nobody = of_a_read({errc::not_found, "there is no " + to_string(stream)});
  auto* adapter = self_->adapter_;
  const auto partition = self_->partition_;
  // It comes on a thread of the journal's, perhaps.
  callback<std::vector<recorded_event>> told = [&engine = self_->engine_, &type, stream, request,
                                                by](result<std::vector<recorded_event>> found) {
    engine.call_back(
        {type.name, "events", &stream},
        [request, found = std::move(found)] {
          request->permit = nullptr;
          request->done(found);
        },
        by);
  };
  auto answer = [=, done = std::move(told)](result<event_page> page) {
    if (!page) return done(of_a_read(page.error()));
    if (!page->events.empty()) return done(std::move(page->events));
    if (from <= version{1}) return done(nobody);
    // None from there on: is there any?
    adapter->read_stream(partition, stream, version{1}, 1,
                         [nobody, done](result<event_page> first) {
                           if (!first) return done(of_a_read(first.error()));
                           if (first->events.empty()) return done(nobody);
                           done(std::vector<recorded_event>{});
                         });
  };
  adapter->read_stream(partition, stream, from, std::max<std::size_t>(max_events, 1),
                       std::move(answer));
  return {};
}

result<void> node::decode(const aggregate_type& type, const recorded_event& event,
                          void* into) const {
  return self_->decode(type, event, into);
}

result<position> node::backup(const std::filesystem::path& directory, const backup_options& how) {
  if (!self_->on_disk_) return error{errc::storage, "a journal in memory has no backup"};
  return guarded("backup_options.stopped", [&] { return self_->on_disk_->backup(directory, how); });
}

const std::filesystem::path& node::data_directory() const { return self_->how_.data_directory; }

position node::last() const { return self_->adapter_->last(self_->partition_); }

result<void> node::ready() const {
  // In this order: a node that has failed is shut down as any other.
  if (self_->engine_.entrance().closed())
    return error{errc::shutting_down, "the node is shutting down"};
  if (self_->engine_.failed())
    return error{errc::unavailable, "a part of the node failed too often to be started again"};
  if (auto why = self_->adapter_->read_only_reason(); !why.empty())
    return error{errc::read_only, std::move(why)};
  return {};
}

std::string node::not_ready_reason() const {
  const auto state = ready();
  return state ? std::string{} : state.error().detail;
}

std::vector<std::string> node::in_users_code() const { return self_->users_->under_way(); }

const std::shared_ptr<users_code>& node::users() const { return self_->users_; }

std::vector<dead_letter> node::dead_letters() const {
  return self_->engine_.entrance().dead_letters();
}

void node::parked(std::function<void(std::vector<acta::parked>)> done, answer_exit by) {
  self_->engine_.parked_now(std::move(done), by);
}

void node::metrics(std::function<void(std::string)> done, answer_exit by) {
  self_->engine_.metrics(
      [self = self_.get(), done = std::move(done)](metrics_snapshot all) {
        add_node_metrics(all, self->engine_, *self->adapter_, self->partition_, self->clock_);
        add_callback_metrics(all, self->completions_.callbacks().threads(),
                             self->completions_.callbacks().added());
        if (self->on_disk_) {
          const auto lag = self->on_disk_->lag();
          add_index_metrics(all, lag.events, lag.waited);
        }
        if (self->exporter_) add_trace_metrics(all, self->exporter_->counts());
        done(prometheus_text(all));
      },
      by);
}

bool node::shut_down(std::chrono::milliseconds deadline) { return self_->shut_down(deadline); }

}  // namespace acta
