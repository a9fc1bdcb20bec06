// The composition root: opens the journal, reads what it says of itself, starts the actors, and
// ends all of it in order.
#include "runtime/node.hpp"

#include <algorithm>
#include <atomic>
#include <caf/actor_system.hpp>
#include <caf/scoped_actor.hpp>
#include <future>
#include <random>
#include <thread>

#include "actors/base/longest_wait.hpp"
#include "actors/model/guard.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/codec/trace_context.hpp"
#include "runtime/contracts/stored_contracts.hpp"
#include "runtime/engine/actor_configuration.hpp"
#include "runtime/engine/answer_exits.hpp"
#include "runtime/engine/engine.hpp"
#include "runtime/engine/node_metrics.hpp"
#include "runtime/engine/thread_per_subscription.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/schedule/book.hpp"
#include "runtime/schedule/port.hpp"
#include "runtime/telemetry/otlp_exporter.hpp"
#include "runtime/telemetry/prometheus.hpp"

namespace acta {

using namespace internal;

namespace {

class system_clock final : public clock {
public:
  [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::now();
  }
  [[nodiscard]] timestamp wall() const override {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  }
};

class system_random final : public random_source {
public:
  std::uint64_t next() override {
    const std::lock_guard lock{mutex_};
    return generator_();
  }

private:
  std::mutex mutex_;
  std::mt19937_64 generator_{(std::uint64_t{std::random_device{}()} << 32) |
                             std::random_device{}()};
};

/// CAF leaves a reference to a part of the system with the thread that makes it, and the system's
/// destructor waits until that is gone: a node could be destroyed on that thread only. So one makes
/// it that ends here.
std::unique_ptr<caf::actor_system> make_system(actor_configuration& how) {
  return std::async(std::launch::async, [&how] { return std::make_unique<caf::actor_system>(how); })
      .get();
}

/// Callbacks that block should not go unnoticed: there are not threads without end.
completion_threads::told_of_more told_of_threads(const notice_handler& tell,
                                                 const std::shared_ptr<users_code>& users) {
  if (!tell) return {};
  return [tell, users](std::size_t threads, bool no_more, const std::string& stream) {
    std::string under_way;
    for (const auto& one : users->under_way()) under_way += "; " + one;
    tell({false, "callbacks_block",
          "the answer to " + stream + " has waited for a thread; there are " +
              std::to_string(threads) + " for callbacks now" +
              (no_more ? ", there will be no more, and callbacks wait" : "") + "; under way" +
              (under_way.empty() ? ": nothing" : under_way.replace(0, 1, ":"))});
  };
}

template <class T>
T or_throw(result<T> made) {
  if (!made) throw startup_error{made.error()};
  return *std::move(made);
}

/// The same handler, on the list while it runs. It keeps the list, since an actor may tell of its
/// end after the node's.
notice_handler listed(notice_handler tell, std::shared_ptr<users_code> users) {
  if (!tell) return {};
  return [tell = std::move(tell), users = std::move(users)](const notice& told) {
    const users_code::call now{users.get(), "options.tell on", told.event};
    tell(told);
  };
}

options valid(options&& how, std::shared_ptr<users_code> users) {
  if (auto checked = check(how); !checked) throw startup_error{checked.error()};
  how.tell = listed(without_exceptions(std::move(how.tell)), std::move(users));
  return with_bounded_waits(std::move(how));
}

std::unique_ptr<embedded_journal> open_on_disk(const options& how) {
  if (how.data_directory.empty()) return nullptr;
  rocksdb_options opening;
  opening.directory = how.data_directory;
  opening.tell = how.tell;
  // Each may ask a second time, whether there is any event at all.
  opening.most_pages = std::max(opening.most_pages, 2 * how.event_pages);
  return or_throw(open_rocksdb_journal(opening));
}

std::unique_ptr<otlp_exporter> start_export(const options& how) {
  if (how.traces.endpoint.empty()) return nullptr;
  return or_throw(otlp_exporter::start(how.traces, how.tell));
}

/// A number that the journal remembers; `otherwise` if it is new.
std::uint64_t number_in(const std::map<std::string, std::string>& properties, const char* name,
                        std::uint64_t otherwise) {
  const auto found = properties.find(name);
  if (found == properties.end()) return otherwise;
  const auto value = whole_number(found->second).value_or(0);
  if (value == 0)
    throw startup_error{{errc::damaged, std::string{"the journal's property "} + name + " is '" +
                                            found->second + "', no number above 0"}};
  return value;
}

/// Reads what the journal remembers, and counts this start.
engine_identity identify(catalog& adapter, const options& how) {
  const auto known = or_throw(adapter.properties());
  const engine_identity identity{
      static_cast<std::size_t>(number_in(known, "shards", how.shard_count)),
      number_in(known, "epoch", 0) + 1};
  // Of the default nobody needs to hear that an older journal has another number.
  if (how.tell && identity.shards != how.shard_count && how.shard_count != options{}.shard_count)
    how.tell({false, "shard_count_ignored",
              "the journal was made with " + std::to_string(identity.shards) +
                  " shards and keeps them; options.shard_count is " +
                  std::to_string(how.shard_count)});
  auto stored = adapter.set_properties({{"shards", std::to_string(identity.shards)},
                                        {"shard_hash", "xxh3-64 of type/id, modulo shards"},
                                        {"epoch", std::to_string(identity.epoch)}});
  if (!stored) throw startup_error{stored.error()};
  return identity;
}

/// A page of events that somebody asked for. Its permit goes home when the callback begins.
struct page_request {
  std::shared_ptr<void> permit;
  callback<std::vector<recorded_event>> done;
};

}  // namespace

startup_error::startup_error(acta::error problem)
    : problem_{std::move(problem)}, text_{problem_.detail} {}

class subscription::state : public subscriber {
public:
  state(const journal_identity& of, event_handler handler, end_handler ended)
      : subscriber{std::move(handler), std::move(ended)}, journal_{of.id}, history_{of.current()} {}
  [[nodiscard]] cursor reached() const { return {journal_, history_, handled()}; }

private:
  const journal_id journal_;
  const std::uint64_t history_;
};

subscription& subscription::operator=(subscription&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

subscription::~subscription() { cancel(); }

void subscription::cancel() {
  if (state_) state_->cancel();
}

position subscription::handled() const { return state_ ? state_->handled() : acta::position{}; }

cursor subscription::reached() const { return state_ ? state_->reached() : cursor{}; }

class node::implementation {
public:
  explicit implementation(options&& how)
      : how_{valid(std::move(how), users_)},
        configuration_{(register_messages(), how_)},
        exporter_{start_export(how_)},
        on_disk_{open_on_disk(how_)},
        in_memory_{on_disk_ ? nullptr : std::make_unique<memory_journal>()},
        system_{make_system(configuration_)},
        completions_{told_of_threads(how_.tell, users_)},
        engine_{*system_,
                how_,
                {adapter_, adapter_, &codec_, &clock_, &random_, users_, &completions_, &handlers_,
                 how_.tracer ? how_.tracer.get() : exporter_.get()},
                identify(*adapter_, how_)} {
    engine_.wait_until_started();
    if (!engine_.failed()) return;
    finish();
    throw startup_error{{errc::unavailable, "a part of the node failed too often at its start"}};
  }

  ~implementation() {
    shut_down(how_.drain_deadline);
    if (!ended_) tell(false, "shutdown_waits", "the node ends when this has returned: ");
    finish();
  }

  const aggregate_type& host(aggregate_type&& type) {
    if (type.name == schedule_type)
      throw startup_error{{errc::malformed, type.name + " is a type of acta's own"}};
    return host_any(std::move(type));
  }

  const aggregate_type& host_any(aggregate_type&& type) {
    // Of a class of the program the compiler has said so.
    if (type.name.empty() || type.name.find('/') != std::string::npos)
      throw startup_error{{errc::malformed, "'" + type.name +
                                                "' is no type of an aggregate: it is not empty, "
                                                "and holds no '/'"}};
    const std::unique_lock lock{mutex_};
    if (types_.contains(type.name))
      throw startup_error{{errc::malformed, "an aggregate type is already hosted as " + type.name}};
    agree_with_journal(type);
    auto kept = std::make_unique<const aggregate_type>(std::move(type));
    return *types_.emplace(kept->name, std::move(kept)).first->second;
  }

  void agree_with_journal(aggregate_type& type) {
    const users_code::call now{users_.get(), "the description of", type.name};
    // Without a layout it would only go without snapshots; but one that throws never serves.
    if (!type.retired())
      if (auto layout = schema_of(*type.state); !layout && is_thrown(layout.error()))
        throw startup_error{layout.error()};
    if (auto agreed = agree_on_contracts(*adapter_, type); !agreed)
      throw startup_error{agreed.error()};
    if (!type.retired()) type.state_fingerprint = state_fingerprint(type);
  }

  [[nodiscard]] std::vector<const aggregate_type*> types(bool retired) const {
    std::vector<const aggregate_type*> all;
    const std::shared_lock lock{mutex_};
    for (const auto& [name, type] : types_)
      if (type->retired() == retired && name != schedule_type) all.push_back(type.get());
    return all;
  }

  bool shut_down(std::chrono::milliseconds deadline) {
    const std::lock_guard lock{shutdown_};
    if (schedules_) schedules_->refuse_new();
    const auto until = clock_.now() + bounded(deadline);
    if (!std::exchange(abandoned_, true)) {
      engine_.entrance().close();
      // Credits come home when callbacks begin; nobody can be told of the last one, since it leaves
      // on whichever thread held it.
      drained_ = wait_until([this] { return engine_.drained(); }, until);
      engine_.entrance().abandon();
    }
    // What is told to end needs a moment for it, also when the deadline is over.
    const auto farewell = std::max(until, clock_.now() + std::chrono::milliseconds{100});
    engine_.end();
    ended_ = wait_until([this] { return at_rest(); }, farewell);
    if (!ended_) tell(true, "shutdown_held", "the node cannot end before this has returned: ");
    return drained_ && ended_;
  }

  [[nodiscard]] bool at_rest() const {
    return system_->registry().running() == 0 && completions_.idle() && handlers_.none() &&
           users_->none();
  }

  template <class Happened>
  bool wait_until(Happened happened, std::chrono::steady_clock::time_point until) const {
    for (;;) {
      if (happened()) return true;
      if (clock_.now() >= until) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
  }

  /// Who is told why a subscription ended: an operator, if its owner does not ask.
  [[nodiscard]] std::function<void(const error&)> end_handler(
      std::function<void(const error&)> ended) const {
    if (ended || !how_.tell) return ended;
    return [tell = how_.tell](const error& why) {
      if (why.code != errc::shutting_down) tell({true, "subscription_ended", why.detail});
    };
  }

  void tell(bool failed, std::string_view event, std::string reason) const {
    if (!how_.tell) return;
    const auto calls = users_->under_way();
    for (const auto& one : calls) reason += (&one == &calls.front() ? "" : "; ") + one;
    // A disk that does not answer holds it too.
    if (calls.empty()) reason += "nothing of users' code, but the journal or an actor";
    how_.tell({failed, event, std::move(reason)});
  }

  /// Waits until nothing runs any more.
  void finish() {
    if (schedules_) schedules_->close();
    engine_.end();
    system_->registry().await_running_count_equal(0);
    // After the actors, which have told each thread to end; before the system, which it posts to.
    handlers_.wait();
    wait_until([this] { return users_->none(); }, std::chrono::steady_clock::time_point::max());
    // Before the actor system: the adapter's threads may still bring something for ended actors.
    on_disk_.reset();
    in_memory_.reset();
    completions_.stop();
    // After the last callback, which may have brought an answer for it.
    if (schedules_) schedules_->stop();
  }

  const std::shared_ptr<users_code> users_ = std::make_shared<users_code>();
  options how_;
  actor_configuration configuration_;
  cbor_codec codec_;
  system_clock clock_;
  system_random random_;
  /// Before all that may make a span, so that it ends after it. Null: nothing is traced.
  std::unique_ptr<otlp_exporter> exporter_;
  thread_per_subscription handlers_;
  std::unique_ptr<embedded_journal> on_disk_;  // or
  std::unique_ptr<memory_journal> in_memory_;
  journal_adapter* const adapter_ =
      on_disk_ ? static_cast<journal_adapter*>(on_disk_.get()) : in_memory_.get();
  /// The only one: a node has one order of all its events.
  const partition_id partition_ = adapter_->partitions().front();
  std::unique_ptr<caf::actor_system> system_;
  answer_exits completions_;
  engine engine_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::unique_ptr<const aggregate_type>, std::less<>> types_;
  std::unique_ptr<acta::schedules> schedules_;
  std::mutex shutdown_;
  bool ended_ = false;
  bool drained_ = false;
  bool abandoned_ = false;
};

namespace {

/// The node as its schedules see it.
class port_of_node final : public schedule_port {
public:
  port_of_node(node& here, const aggregate_type& books, const notice_handler& tell,
               const clock& time)
      : node_{here}, books_{books}, tell_{tell}, time_{time} {}

  [[nodiscard]] const aggregate_type& books() const override { return books_; }
  [[nodiscard]] bool may_have_books() const override {
    return std::any_of(books_.events.begin(), books_.events.end(),
                       [](const event_type& one) { return one.contract->stored.load(); });
  }
  [[nodiscard]] const aggregate_type* find(std::string_view type) const override {
    return node_.find(type);
  }
  result<void> execute(const aggregate_type& type, std::string_view id, std::size_t index,
                       any_value command, call_options how, callback<receipt> done) override {
    return node_.execute(type, id, index, std::move(command), std::move(how), std::move(done),
                         answer_exit::at_once);
  }
  result<void> query(const aggregate_type& type, std::string_view id, call_options how,
                     callback<any_view> done) override {
    return node_.query(type, id, std::move(how), std::move(done), answer_exit::at_once);
  }
  result<void> event(const aggregate_type& type, std::string_view id, version which,
                     callback<recorded_event> done) override {
    return node_.events(
        type, id, which, 1,
        [done = std::move(done)](result<std::vector<recorded_event>> page) {
          if (!page) return done(page.error());
          if (page->empty()) return done(error{errc::not_found, "no such event"});
          done(std::move(page->front()));
        },
        answer_exit::ways_in);
  }
  [[nodiscard]] result<void> decode(const aggregate_type& type, const recorded_event& event,
                                    void* into) const override {
    return decode_(type, event, into);
  }
  void observe(const observation& seen) override { node_.observe(seen); }
  [[nodiscard]] begun_trace begin_trace() const override { return node_.begin_trace({}); }
  void take_span(span ended) const override { node_.take_span(std::move(ended)); }
  void tell(const notice& what) override {
    if (tell_) tell_(what);
  }
  [[nodiscard]] users_code* users() const override { return node_.users().get(); }
  [[nodiscard]] const clock& time() const override { return time_; }

  /// node.decode(), which is not for everybody.
  std::function<result<void>(const aggregate_type&, const recorded_event&, void*)> decode_;

private:
  node& node_;
  const aggregate_type& books_;
  const notice_handler& tell_;
  const clock& time_;
};

}  // namespace

node::node(options how) : self_{std::make_unique<implementation>(std::move(how))} {
  // After the engine: of a node that cannot start nothing is hosted.
  const auto& books = self_->host_any(describe<schedule_book>());
  auto port = std::make_unique<port_of_node>(*this, books, self_->how_.tell, self_->clock_);
  port->decode_ = [this](const aggregate_type& type, const recorded_event& event, void* into) {
    return decode(type, event, into);
  };
  self_->schedules_ = std::make_unique<acta::schedules>(std::move(port));
}

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
  return self_->engine_.entrance().submit(
      type, id, index, std::move(command), std::move(how),
      [done = std::move(done)](const result<answer>& outcome) {
        if (!outcome) return done(outcome.error());
        done(receipt{outcome->version, outcome->events, outcome->repeated});
      },
      by);
}

void node::count_refused(const aggregate_type& type, std::size_t index, errc why) {
  self_->engine_.entrance().count_refused(type, index, why);
}

void node::observe(const observation& seen) { self_->engine_.observe(seen); }

begun_trace node::begin_trace(std::string_view traceparent) const {
  return self_->engine_.begin_trace(parse_traceparent(traceparent));
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
  const auto wrong = [&event](errc code, const std::string& why) {
    return error{code, to_string(event.stream) + ", " + event.type + ", schema version " +
                           std::to_string(event.schema_version) + ": " + why};
  };
  if (event.stream.type() != type.name)
    return wrong(errc::malformed, "this is no event of " + type.name);
  const auto* contract = type.find_event(event.type, event.schema_version);
  if (!contract) return wrong(errc::damaged, "not known here");
  if (contract->retired()) return wrong(errc::retired, "this event is retired");
  const users_code::call now{self_->users_.get(), "the decoding of", event.type, &event.stream,
                             event.position.offset};
  return self_->codec_.decode(event.payload, [&](visitor& v) { return contract->load(into, v); });
}

subscription node::subscribe(position from, std::function<void(const recorded_event&)> handler,
                             std::function<void(const error&)> ended) {
  auto state = std::make_shared<subscription::state>(
      self_->adapter_->identity(), std::move(handler), self_->end_handler(std::move(ended)));
  const auto begins = check_beginning(from, last());
  if (begins) {
    self_->engine_.subscribe(from, state);
  } else {
    state->begin_at(from);
    state->stopped(begins.error(), self_->users_.get());
  }
  return subscription{std::move(state)};
}

subscription node::resume(const cursor& after, std::function<void(const recorded_event&)> handler,
                          std::function<void(const error&)> ended) {
  const auto ours = check_cursor(after, self_->adapter_->identity(), last());
  if (ours) return subscribe(after.position.next(), std::move(handler), std::move(ended));
  // It never leaves its cursor: whoever keeps reached() keeps what was refused.
  auto state = std::make_shared<subscription::state>(
      journal_identity{after.journal, {{after.history, 0}}}, std::move(handler),
      self_->end_handler(std::move(ended)));
  state->begin_after(after.position);
  state->stopped(ours.error(), self_->users_.get());
  return subscription{std::move(state)};
}

result<position> node::backup(const std::filesystem::path& directory, const backup_options& how) {
  if (!self_->on_disk_) return error{errc::storage, "a journal in memory has no backup"};
  return guarded("backup_options.stopped", [&] { return self_->on_disk_->backup(directory, how); });
}

acta::schedules& node::schedules() { return *self_->schedules_; }

void node::run_schedules() { self_->schedules_->run(); }

pending<schedule_receipt> node::schedule(schedule_plan plan, call_options how) {
  auto promise = std::make_shared<std::promise<result<schedule_receipt>>>();
  pending<schedule_receipt> later{promise->get_future()};
  schedules().add(std::move(plan), std::move(how), [promise](result<schedule_receipt> answer) {
    promise->set_value(std::move(answer));
  });
  return later;
}

pending<schedule_receipt> node::send_at(timestamp time, const aggregate_type& type,
                                        std::string_view id, std::size_t index,
                                        const result<any_value>& command, call_options how) {
  const auto refused = [](error why) {
    std::promise<result<schedule_receipt>> told;
    told.set_value(std::move(why));
    return pending<schedule_receipt>{told.get_future()};
  };
  if (!command) return refused(command.error());
  std::vector<std::string> unrepresentable;
  const auto json = guarded("a command's inspect()", [&] {
    return to_json([&](visitor& v) { return command->visit(v); }, &unrepresentable);
  });
  if (!json) return refused(json.error());
  if (!unrepresentable.empty())
    return refused({errc::malformed,
                    "a schedule keeps its command as JSON, which has no form for it",
                    {},
                    unrepresentable.front()});
  if (how.command_id.empty())
    how.command_id =
        "send-at-" + std::to_string(self_->random_.next()) + std::to_string(self_->random_.next());
  schedule_plan plan;
  plan.name = how.command_id;
  plan.at = time;
  plan.aggregate = type.name;
  plan.id = id;
  plan.command = type.commands[index].name;
  plan.arguments = json->dump();
  plan.fills_in_due = false;
  return schedule(std::move(plan), std::move(how));
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
