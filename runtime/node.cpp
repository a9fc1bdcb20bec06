// The composition root: opens the journal, reads what it says of itself, starts the actors, and
// ends all of it in order.
#include "runtime/node.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <random>
#include <thread>

#include "runtime/codec/cbor.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/contracts.hpp"
#include "runtime/engine.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/telemetry/prometheus.hpp"

namespace acta {

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

class actor_configuration : public caf::actor_system_config {
public:
  explicit actor_configuration(const options& how) {
    set("caf.scheduler.max-threads",
        how.worker_threads ? how.worker_threads : std::thread::hardware_concurrency());
    // Without a bound one hot actor would keep a worker to itself.
    set("caf.scheduler.max-throughput", how.messages_per_turn);
    // CAF's default, stealing, lets idle workers poll and sleep up to 10 ms: with one command under
    // way that cost 1.7 times the processor.
    set("caf.scheduler.policy", "sharing");
    set("caf.logger.console.verbosity", "quiet");
    set("caf.logger.file.verbosity", "quiet");
  }
};

template <class T>
T or_throw(result<T> made) {
  if (!made) throw startup_error{made.error()};
  return *std::move(made);
}

options valid(options&& how) {
  if (auto checked = check(how); !checked) throw startup_error{checked.error()};
  return std::move(how);
}

std::unique_ptr<journal> open_journal(const options& how) {
  if (how.data_directory.empty()) return std::make_unique<memory_journal>();
  rocksdb_options opening;
  opening.directory = how.data_directory;
  opening.tell = how.tell;
  return or_throw(open_rocksdb_journal(opening));
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
engine_identity identify(journal& adapter, const options& how) {
  const auto known = or_throw(adapter.properties());
  const engine_identity identity{
      static_cast<std::size_t>(number_in(known, "shards", how.shard_count)),
      number_in(known, "epoch", 0) + 1};
  if (how.tell && identity.shards != how.shard_count)
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
      : how_{valid(std::move(how))},
        configuration_{(register_messages(), how_)},
        adapter_{open_journal(how_)},
        system_{std::make_unique<caf::actor_system>(configuration_)},
        engine_{*system_,
                how_,
                {adapter_.get(), &codec_, &clock_, &random_},
                identify(*adapter_, how_)} {
    engine_.wait_until_started();
  }

  ~implementation() {
    shut_down(how_.drain_deadline);
    // Before the actor system: the adapter's threads may still bring something for ended actors.
    adapter_.reset();
  }

  const aggregate_type& host(aggregate_type&& type) {
    const std::unique_lock lock{mutex_};
    auto& place = types_[type.name];
    if (place)
      throw startup_error{{errc::malformed, "an aggregate type is already hosted as " + type.name}};
    if (auto agreed = agree_on_contracts(*adapter_, type); !agreed)
      throw startup_error{agreed.error()};
    type.state_fingerprint = state_fingerprint(type);
    place = std::make_unique<const aggregate_type>(std::move(type));
    return *place;
  }

  bool shut_down(std::chrono::milliseconds deadline) {
    const std::lock_guard lock{shutdown_};
    if (ended_) return drained_;
    engine_.entrance().close();
    const auto until = clock_.now() + deadline;
    // Credits come home when their requests are answered; nobody can be told of the last one, since
    // it leaves on whichever thread held it.
    while (!(drained_ = engine_.drained()) && clock_.now() < until)
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    engine_.entrance().abandon();
    engine_.end();
    system_->registry().await_running_count_equal(0);
    ended_ = true;
    return drained_;
  }

  options how_;
  actor_configuration configuration_;
  cbor_codec codec_;
  system_clock clock_;
  system_random random_;
  std::unique_ptr<journal> adapter_;
  std::unique_ptr<caf::actor_system> system_;
  engine engine_;
  mutable std::shared_mutex mutex_;
  std::map<std::string, std::unique_ptr<const aggregate_type>, std::less<>> types_;
  std::mutex shutdown_;
  bool ended_ = false;
  bool drained_ = false;
};

node::node(options how) : self_{std::make_unique<implementation>(std::move(how))} {}

node::~node() = default;

const aggregate_type& node::host(aggregate_type type) { return self_->host(std::move(type)); }

void node::require_all_hosted() const {
  if (auto agreed = check_contracts(*self_->adapter_, hosted()); !agreed)
    throw startup_error{agreed.error()};
}

const aggregate_type* node::find(std::string_view type) const {
  const std::shared_lock lock{self_->mutex_};
  const auto found = self_->types_.find(type);
  return found == self_->types_.end() ? nullptr : found->second.get();
}

std::vector<const aggregate_type*> node::hosted() const {
  std::vector<const aggregate_type*> all;
  const std::shared_lock lock{self_->mutex_};
  for (const auto& [name, type] : self_->types_) all.push_back(type.get());
  return all;
}

void node::execute(const aggregate_type& type, std::string_view id, std::size_t index,
                   any_value command, call_options how, callback<receipt> done) {
  self_->engine_.entrance().submit(type, id, index, std::move(command), std::move(how),
                                   [done = std::move(done)](result<answer> got) {
                                     if (!got) return done(got.error());
                                     done(receipt{got->version, got->events, got->repeated});
                                   });
}

void node::count_refused(const aggregate_type& type, std::size_t index, errc why) {
  self_->engine_.entrance().count_refused(type, index, why);
}

void node::query(const aggregate_type& type, std::string_view id, call_options how,
                 callback<any_view> done) {
  self_->engine_.entrance().submit(type, id, std::nullopt, {}, std::move(how),
                                   [done = std::move(done)](result<answer> got) {
                                     if (!got) return done(got.error());
                                     done(any_view{got->version, std::move(got->view)});
                                   });
}

void node::events(const aggregate_type& type, std::string_view id, version from,
                  std::size_t max_events, callback<std::vector<recorded_event>> done) {
  const stream_id stream{type.name, id};
  const error nobody{errc::not_found, "there is no " + to_string(stream)};
  auto* adapter = self_->adapter_.get();
  auto answer = [=, done = std::move(done)](result<event_page> page) {
    if (!page) return done(page.error());
    if (!page->events.empty()) return done(std::move(page->events));
    if (from <= version{1}) return done(nobody);
    // None from there on: is there any?
    adapter->read_stream(stream, version{1}, 1, [nobody, done](result<event_page> first) {
      if (!first) return done(first.error());
      if (first->events.empty()) return done(nobody);
      done(std::vector<recorded_event>{});
    });
  };
  adapter->read_stream(stream, from, max_events, std::move(answer));
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
  return self_->codec_.decode(event.payload, [&](visitor& v) { return contract->load(into, v); });
}

subscription node::subscribe(position from, std::function<void(const recorded_event&)> handler,
                             std::function<void(const error&)> ended) {
  auto state = std::make_shared<subscription::state>(self_->adapter_->identity(),
                                                     std::move(handler), std::move(ended));
  self_->engine_.subscribe(from, state);
  return subscription{std::move(state)};
}

subscription node::resume(const cursor& after, std::function<void(const recorded_event&)> handler,
                          std::function<void(const error&)> ended) {
  const position next{after.position.partition, after.position.offset + 1};
  const auto ours = check_cursor(after, self_->adapter_->identity(), last());
  if (ours) return subscribe(next, std::move(handler), std::move(ended));
  // It never leaves its cursor: whoever keeps reached() keeps what was refused.
  auto state = std::make_shared<subscription::state>(
      journal_identity{after.journal, {{after.history, 0}}}, std::move(handler), std::move(ended));
  state->begin_at(next);
  state->stopped(ours.error());
  return subscription{std::move(state)};
}

result<position> node::backup(const std::filesystem::path& directory) {
  return self_->adapter_->backup(directory);
}

position node::last() const { return self_->adapter_->last(); }

std::string node::not_ready_reason() const {
  // In this order: at the end of a shutdown the tree has ended too.
  if (self_->engine_.entrance().closed()) return "the node is shutting down";
  if (self_->engine_.failed()) return "a part of the node failed too often to be started again";
  return self_->adapter_->read_only_reason();
}

std::vector<dead_letter> node::dead_letters() const {
  return self_->engine_.entrance().dead_letters();
}

void node::parked(std::function<void(std::vector<acta::parked>)> done) {
  self_->engine_.parked_now(std::move(done));
}

void node::metrics(std::function<void(std::string)> done) {
  self_->engine_.metrics([this, done = std::move(done)](metrics_snapshot all) {
    const auto add = [&all](std::string name, std::string help, metric_family::kind kind,
                            std::uint64_t value) {
      metric_series one;
      one.value = static_cast<double>(value);
      all.push_back({std::move(name), std::move(help), kind, {std::move(one)}});
    };
    using enum metric_family::kind;
    const auto add_law = [&](const std::string& what, const admission_counts& counts) {
      const auto name = "acta_" + what;
      add(name + "_admitted_total", "What got a credit.", counter, counts.admitted);
      add(name + "_rejected_total", "Refused for want of credit.", counter, counts.rejected);
      add(name + "_answered_total", "Admitted, and answered.", counter, counts.answered);
      add(name + "_dead_lettered_total", "Admitted, and lost; who asked was told.", counter,
          counts.dead_lettered);
      add(name + "_outstanding", "Admitted, and under way.", gauge, counts.outstanding);
    };
    add_law("requests", self_->engine_.entrance().counts());
    add_law("loads", self_->engine_.entrance().load_counts());
    const auto subscriptions = self_->engine_.subscriptions();
    add("acta_subscriptions", "Subscriptions that have not ended.", gauge, subscriptions.active);
    add("acta_subscription_lag_events", "Durable events the slowest subscription has not handled.",
        gauge, subscriptions.most_behind);
    add("acta_journal_last_position", "Offset of the newest durable event.", gauge,
        self_->adapter_->last().offset);
    add("acta_journal_read_only", "1 when the journal takes no writes.", gauge,
        self_->adapter_->read_only_reason().empty() ? 0 : 1);
    done(prometheus_text(all));
  });
}

bool node::shut_down(std::chrono::milliseconds deadline) { return self_->shut_down(deadline); }

}  // namespace acta
