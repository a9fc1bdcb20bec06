#include "runtime/engine/engine.hpp"

#include <algorithm>
#include <caf/init_global_meta_objects.hpp>
#include <caf/logger.hpp>
#include <iterator>

#include "actors/journal/journal_actor.hpp"

namespace acta::internal {

namespace {

/// CAF leaves a reference to its logger with each thread that spawns an actor, and the system's
/// destructor waits until none is left. A user's thread may outlive the node.
void let_go_of_logger() { caf::logger::set_current_actor_system(nullptr); }

}  // namespace

void register_messages() {
  // CAF keeps its table of message types for the whole process; a user's own CAF program may have
  // filled in others.
  static std::once_flag once;
  std::call_once(once, [] {
    caf::init_global_meta_objects<caf::id_block::acta>();
    caf::core::init_global_meta_objects();
  });
}

namespace {

/// An answer that no ticket brings.
class callback_completion final : public completion {
public:
  callback_completion(std::shared_ptr<users_code> users, observer& watcher,
                      const callback_name& about, std::function<void()> callback, answer_exit by)
      : users_{std::move(users)},
        watcher_{&watcher},
        about_{about},
        call_{std::move(callback)},
        exit_{by} {
    if (about.stream) stream_ = *about.stream;
  }
  void complete() override {
    about_.stream = stream();
    call_back(users_.get(), *watcher_, about_, std::exchange(call_, nullptr));
  }
  [[nodiscard]] const stream_id* stream() const override { return stream_ ? &*stream_ : nullptr; }
  [[nodiscard]] answer_exit exit() const override { return exit_; }

private:
  std::shared_ptr<users_code> users_;
  observer* watcher_;
  callback_name about_;
  std::optional<stream_id> stream_;
  std::function<void()> call_;
  answer_exit exit_;
};

/// The aggregate works on, and its next recoveries take longer: an operator should know why.
std::function<void(const stream_id&, const error&)> told_of_snapshots(const notice_handler& tell) {
  if (!tell) return {};
  return [tell](const stream_id& of, const error& why) {
    tell({false, "snapshot_failed", to_string(of) + " goes without a snapshot: " + why.detail});
  };
}

}  // namespace

engine::engine(caf::actor_system& system, const options& how, engine_ports ports,
               engine_identity identity)
    : system_{&system},
      how_{with_bounded_waits(how)},
      ports_{std::move(ports)},
      shard_count_{identity.shards},
      trace_ids_{ports_.tracer ? ports_.random->next() : 0},
      tracing_{ports_.tracer, &trace_ids_, ports_.clock},
      older_commands_{how_.deduplication_bytes, how_.deduplication_reach},
      searches_{how.history_searches},
      event_pages_{how.event_pages},
      aggregates_{ports_.codec,
                  ports_.clock,
                  &feed_,
                  how.deduplication_window,
                  how.recovery_page_events,
                  how.snapshot_every_events,
                  how.snapshot_on_leave_events,
                  &older_commands_,
                  &searches_,
                  ports_.users.get(),
                  told_of_snapshots(how.tell)},
      actors_{std::make_shared<registry>(identity.shards)},
      listeners_{identity.shards},
      edge_{how_,
            identity.shards,
            {ports_.codec, ports_.clock, ports_.random, &feed_, ports_.journal, ports_.users.get(),
             &life_->failed, ports_.exit, traces()},
            actors_},
      shards_{{system_, &how_, restarts(), &aggregates_, ports_.catalog, ports_.codec,
               ports_.users.get(), &edge_, actors_.get(), &listeners_},
              identity.shards,
              identity.epoch} {
  root_ = start_supervisor(
      "root", restart_strategy::one_for_one,
      {{"metrics", [this] { return start_metrics(); }}, {"data", [this] { return start_data(); }}});
  let_go_of_logger();
  caf::actor_cast<caf::abstract_actor*>(root_)->attach_functor(
      [life = life_, actors = actors_, tell = how.tell](const caf::error& why) {
        if (life->ending) return;
        life->failed = true;
        actors->close({errc::unavailable, "the node has failed and serves no more"});
        if (tell)
          tell({true, "node_failed",
                "a part of the node failed too often to be started again: " + to_string(why)});
      });
}

caf::actor engine::start_metrics() {
  auto started = shell::spawn<metrics_shell>(*system_, feed_, how_.metrics_tick);
  feed_.connect(started);
  actors_->set_metrics(started);
  return started;
}

caf::actor engine::start_data() {
  // The shards come after the journal: when it is started again, so are they, with its new address.
  const auto away = [this] { actors_->forget_servers(); };
  return start_supervisor("data", restart_strategy::rest_for_one,
                          {{"journal", [this] { return start_journal(); }, away},
                           {"shards", [this] { return shards_.start(); }, away}});
}

supervisor_policy engine::restarts() {
  supervisor_policy how;
  how.restarts = {how_.restart_intensity, how_.restart_period};
  how.delay = {how_.restart_delay_least, how_.restart_delay_most};
  how.time = ports_.clock;
  how.chance = ports_.random;
  how.watcher = &feed_;
  return how;
}

caf::actor engine::start_supervisor(std::string_view name, restart_strategy strategy,
                                    std::vector<child_specification> children) {
  auto policy = restarts();
  policy.name = name;
  policy.strategy = strategy;
  return shell::spawn<supervisor_shell>(*system_,
                                        supervisor_parameters{policy, std::move(children)});
}

caf::actor engine::start_journal() {
  auto started = shell::spawn<journal_shell>(
      *system_, journal_parameters{ports_.journal,
                                   ports_.clock,
                                   &feed_,
                                   {how_.batch_events, how_.batch_bytes},
                                   how_.recovery_page_events,
                                   &listeners_,
                                   [this](auto what) { announce(std::move(what)); }});
  actors_->set_journal(started);
  return started;
}

begun_trace engine::begin_trace(const span_context& caller) const {
  if (!ports_.tracer) return {};
  begun_trace begun{true, tracing_.begin(caller), {}};
  if (begun.span.sampled) {
    begun.time = tracing_.start_clock();
    begun.handed_on = begun.time.steady;
  } else if (caller.valid()) {
    begun.span = {caller.trace_high, caller.trace_low, tracing_.new_span_id(), false};
  }
  return begun;
}

begun_trace engine::begin_unsampled(bool our_fault, std::chrono::nanoseconds took) const {
  if (!ports_.tracer || !ports_.tracer->takes_unsampled(our_fault, took)) return {};
  return {true, tracing_.begin_root(), tracing_.start_clock()};
}

void engine::take_span(span&& ended) const {
  if (!ports_.tracer) return;
  if (ended.context.span == 0) ended.context.span = tracing_.new_span_id();
  ports_.tracer->take(std::move(ended));
}

void engine::announce(std::vector<commit> what) {
  std::vector<committed> of(shard_count_);
  for (auto& one : what) {
    const auto shard = edge_.shard_of(one.stream);
    if (listeners_.listens(shard)) of[shard].what.push_back(std::move(one));
  }
  for (std::size_t i = 0; i < of.size(); ++i)
    if (!of[i].what.empty()) shell::post(actors_->cache(i), std::move(of[i]));
}

void engine::call_back(const callback_name& about, std::function<void()> callback, answer_exit by) {
  auto leaving =
      std::make_shared<callback_completion>(ports_.users, feed_, about, std::move(callback), by);
  if (ports_.exit)
    ports_.exit->post(std::move(leaving));
  else
    leaving->complete();
}

void engine::parked_now(std::function<void(std::vector<parked>)> done, answer_exit by) {
  // Answers when the last shard has: or when the question dies with a shard that has not.
  struct gathering {
    ~gathering() {
      by->call_back(
          {{}, "parked"}, [done = std::move(done), all = std::move(all)] { done(all); }, exit);
    }
    engine* by = nullptr;
    answer_exit exit{};
    std::mutex mutex;
    std::vector<parked> all;
    std::function<void(std::vector<parked>)> done;
  };
  const auto gathered = std::make_shared<gathering>();
  gathered->by = this;
  gathered->exit = by;
  gathered->done = std::move(done);
  for (std::size_t i = 0; i < shard_count_; ++i)
    shell::post(actors_->shard(i), list_parked{[gathered](std::vector<parked> some) {
                  const std::lock_guard lock{gathered->mutex};
                  std::move(some.begin(), some.end(), std::back_inserter(gathered->all));
                }});
}

void engine::metrics(std::function<void(metrics_snapshot)> told, answer_exit by) {
  const auto done = [this, by, told = std::move(told)](metrics_snapshot all) {
    call_back(
        {{}, "metrics"}, [told, all = std::move(all)] { told(all); }, by);
  };
  // Should the metrics actor end with the question unanswered, there is nothing to tell; but the
  // caller waits.
  using question = std::function<void(metrics_snapshot)>;
  const std::shared_ptr<question> asked{new question{done}, [](question* unanswered) {
                                          if (*unanswered) (*unanswered)({});
                                          delete unanswered;
                                        }};
  shell::post(actors_->metrics_actor(), get_metrics{[asked](metrics_snapshot all) {
                std::exchange(*asked, nullptr)(std::move(all));
              }});
}

void engine::subscribe(position from, std::shared_ptr<subscriber> to) {
  to->begin_at(from);
  if (auto started = start_subscription(from, to); !started) refuse(*to, started.error());
}

void engine::refuse(subscriber& to, const error& why) {
  if (why.code != errc::shutting_down)
    observe({happening::subscription_ended, {}, {}, to_string(why.code)});
  to.stopped(why, ports_.users.get());
}

result<void> engine::start_subscription(position from, const std::shared_ptr<subscriber>& to) {
  const std::lock_guard lock{mutex_};
  if (ended_) return error{errc::shutting_down, "the node has ended"};
  std::erase_if(subscriptions_, [](const auto& one) { return one.first->ended(); });
  const auto active = std::count_if(subscriptions_.begin(), subscriptions_.end(),
                                    [](const auto& one) { return one.first->active(); });
  if (static_cast<std::size_t>(active) >= most_subscriptions)
    return error{errc::overloaded,
                 "a node has at most " + std::to_string(most_subscriptions) +
                     " subscriptions, each with a thread: cancel one, or let one handler do the "
                     "work of several"};
  auto thread = ports_.handlers->start();
  if (!thread) return thread.error();
  subscription_parameters with;
  with.adapter = ports_.journal;
  with.journal_actor = [this] { return actors_->journal_actor(); };
  with.watcher = &feed_;
  with.users = ports_.users.get();
  with.to = to;
  with.thread = *std::move(thread);
  with.from = from;
  subscriptions_.emplace_back(to, shell::spawn<subscription_shell>(*system_, std::move(with)));
  let_go_of_logger();
  return {};
}

engine::subscription_counts engine::subscriptions() const {
  subscription_counts counts;
  const std::lock_guard lock{mutex_};
  for (const auto& [to, actor] : subscriptions_) {
    if (to->ended()) continue;
    ++counts.active;
    const auto handled = to->handled();
    const auto last = ports_.journal->last(handled.partition).offset;
    counts.most_behind = std::max(counts.most_behind, last - std::min(last, handled.offset));
  }
  return counts;
}

bool engine::drained() {
  const auto left = edge_.counts();
  if (left.outstanding_commands == 0 && left.outstanding > 0)
    for (std::size_t i = 0; i < shard_count_; ++i)
      shell::post(actors_->cache(i), no_more_commits{});
  return left.outstanding == 0;
}

void engine::end() {
  life_->ending = true;
  {
    const std::lock_guard lock{mutex_};
    ended_ = true;
    for (const auto& [to, one] : subscriptions_) shell::stop(one);
    subscriptions_.clear();
  }
  actors_->close({errc::shutting_down, "the node has ended"});
  shell::stop(root_);
}

}  // namespace acta::internal
