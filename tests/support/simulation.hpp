// A whole engine on CAF's deterministic scheduler: one thread, virtual time, a journal that can be
// held, and chance from a seed. Nothing happens but in run() and pass().
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/codec/cbor.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/engine/engine.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/deterministic_scheduler.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/held_journal.hpp"
#include "tests/support/scheduled_handlers.hpp"

namespace acta::testing {

using namespace internal;

/// What a caller heard; filled in by run(). An answer that comes twice fails the test.
class reply {
public:
  [[nodiscard]] bool here() const { return got_.has_value(); }
  /// "ok", the name of the error, or "nothing" as long as there is no answer.
  [[nodiscard]] std::string outcome() const {
    if (!got_) return "nothing";
    return got_->ok() ? "ok" : std::string{to_string(got_->error().code)};
  }
  [[nodiscard]] const answer& operator*() const { return **got_; }
  [[nodiscard]] const answer* operator->() const { return &**got_; }
  [[nodiscard]] std::int64_t sum() const {
    return static_cast<const total*>((*got_)->view->get())->sum;
  }
  void take(result<answer> got) {
    EXPECT_FALSE(got_.has_value()) << "answered twice";
    got_.emplace(std::move(got));
    if (then_) then_(*got_);
  }
  /// Hands the answer on when it comes, or now if it is here.
  void then(std::function<void(const result<answer>&)> hear) {
    then_ = std::move(hear);
    if (got_) then_(*got_);
  }

private:
  std::optional<result<answer>> got_;
  std::function<void(const result<answer>&)> then_;
};
using reply_ptr = std::shared_ptr<reply>;

/// What most tests go without. Outlives the simulation.
struct surroundings {
  tracer* spans = nullptr;
  completions* exit = nullptr;
};

class simulation {
public:
  /// `seed` 0: actors take turns in the order in which they were woken; else in a random one.
  explicit simulation(options how = few_shards(), std::uint64_t seed = 0,
                      std::uint32_t partitions = 1, surroundings around = {})
      : store{partitions}, turns_{seed}, shuffled_{seed != 0} {
    system_ = std::make_unique<caf::actor_system>(configuration_);
    coordinator_ = &coordinator_of(*system_);
    time_.clock = &coordinator_->clock();
    time_.clock->current_time += std::chrono::hours{1};
    handlers.run_on(*system_);
    engine_ports ports{&journal, &store, &codec_, &time_, &chance_};
    ports.handlers = &handlers;
    ports.tracer = around.spans;
    ports.exit = around.exit;
    engine_ = std::make_unique<internal::engine>(*system_, how, std::move(ports),
                                                 engine_identity{how.shard_count, 1});
    run();
  }
  ~simulation() {
    engine_->end();
    run();
    // What waits in these holds actors.
    journal.release_all();
    handlers.release();
    run();
    expect_conserved();
  }

  static options few_shards() {
    options how = in_memory();
    how.shard_count = 2;
    return how;
  }

  template <class Command>
  reply_ptr send(std::string_view id, Command command, call_options how = {}) {
    return submit(id, command_index<counter, Command>(), any_value::of(command), std::move(how));
  }
  /// The same under a command id.
  template <class Command>
  reply_ptr send(std::string_view id, Command command, std::string command_id) {
    call_options how;
    how.command_id = std::move(command_id);
    return send(id, command, std::move(how));
  }
  reply_ptr read(std::string_view id, freshness fresh = {},
                 std::chrono::milliseconds deadline = {}) {
    call_options how;
    how.fresh = fresh;
    how.deadline = deadline;
    return submit(id, std::nullopt, {}, std::move(how));
  }

  /// Sends a command, or with no index a read, to an aggregate of any type. The type outlives this.
  reply_ptr submit(const aggregate_type& of, std::string_view id, std::optional<std::size_t> index,
                   any_value command, call_options how) {
    auto heard = std::make_shared<reply>();
    const auto hear = [this, heard, id = std::string{id}](result<answer> got) {
      heard->take(got);
      if (on_answer) on_answer(id, got);
    };
    const auto sent =
        engine_->entrance().submit(of, id, index, std::move(command), std::move(how), hear);
    if (!sent) hear(sent.error());
    return heard;
  }

  /// Lets every actor do what it has to do. No time passes.
  void run() {
    auto& jobs = coordinator_->jobs;
    while (!jobs.empty()) {
      if (shuffled_)
        std::swap(jobs.front(), jobs[static_cast<std::size_t>(turns_.next() % jobs.size())]);
      coordinator_->run_once();
    }
  }
  /// Lets one actor handle one message. False: none has anything to do.
  bool step() {
    auto& jobs = coordinator_->jobs;
    if (jobs.empty()) return false;
    if (shuffled_)
      std::swap(jobs.front(), jobs[static_cast<std::size_t>(turns_.next() % jobs.size())]);
    coordinator_->run_once();
    return true;
  }
  /// Lets time pass, on which actors act when it is their turn.
  void pass_unnoticed(std::chrono::milliseconds duration) { coordinator_->advance_time(duration); }
  /// Lets time pass, a tick at a time, and everybody act on it.
  void pass(std::chrono::milliseconds duration) {
    constexpr std::chrono::milliseconds step{10};
    for (; duration.count() > 0; duration -= step) {
      coordinator_->advance_time(std::min(duration, step));
      run();
    }
  }

  /// How many actors have asked to be woken later.
  [[nodiscard]] std::size_t pending_timeouts() const {
    const auto& all = time_.clock->schedule;
    return static_cast<std::size_t>(std::count_if(
        all.begin(), all.end(), [](const auto& one) { return !one.second.f.disposed(); }));
  }

  [[nodiscard]] std::chrono::steady_clock::time_point now() const { return time_.now(); }
  /// Somebody sets the clock on the wall; the other one goes on as before.
  void set_wall_clock_back(std::chrono::microseconds by) { time_.wall_is_behind_by += by; }

  /// Ends an actor as an exception would.
  void kill(const caf::actor& which) { caf::anon_send_exit(which, caf::exit_reason::kill); }
  void kill_metrics() { kill(engine_->actors().metrics_actor()); }
  void kill_journal() { kill(engine_->actors().journal_actor()); }
  void kill_shard_of(std::string_view id) { kill(engine_->actors().shard(shard_of(id))); }
  void kill_cache_of(std::string_view id) { kill(engine_->actors().cache(shard_of(id))); }

  [[nodiscard]] std::size_t shard_of(std::string_view id) const {
    return engine_->entrance().shard_of({counter::type, id});
  }
  /// The first of "0", "1", ... that lives in this shard.
  [[nodiscard]] std::string id_in_shard(std::size_t shard) const {
    for (int i = 0;; ++i)
      if (shard_of(std::to_string(i)) == shard) return std::to_string(i);
  }
  [[nodiscard]] std::vector<parked> set_aside() {
    std::vector<parked> all;
    engine_->parked_now([&](std::vector<parked> found) { all = std::move(found); });
    run();
    return all;
  }
  [[nodiscard]] internal::engine& engine() { return *engine_; }
  /// For actors of a test's own.
  [[nodiscard]] caf::actor_system& system() { return *system_; }
  [[nodiscard]] const internal::clock& time() const { return time_; }
  [[nodiscard]] random_source& chance() { return chance_; }
  [[nodiscard]] admission_counts counts() const { return engine_->entrance().counts(); }
  /// Invariant 6 at rest: what was admitted was answered or is a dead letter; no credit is out.
  void expect_conserved() const {
    for (const auto& all : {counts(), engine_->entrance().load_counts()}) {
      EXPECT_EQ(all.admitted, all.answered + all.dead_lettered);
      EXPECT_EQ(all.outstanding, 0U);
      EXPECT_EQ(all.outstanding_bytes, 0U);
    }
  }

  /// What the journal holds, in order.
  std::vector<recorded_event> log() {
    std::vector<recorded_event> all;
    journal.read_all(from_start, 1'000'000, [&](result<event_page> page) { all = page->events; });
    return all;
  }
  /// The value of a series, summed over those of its labels that are not given.
  double metric(const std::string& family, const std::string& label_value = {}) {
    double sum = 0;
    bool asked = false;
    engine_->metrics([&](const metrics_snapshot& all) {
      asked = true;
      for (const auto& one : all)
        if (one.name == family)
          for (const auto& series : one.series)
            if (label_value.empty() || has(series, label_value)) sum += series.value;
    });
    run();
    EXPECT_TRUE(asked);
    return sum;
  }

  /// Called with each answer at the moment it is given, on the stack of the actor that gives it.
  std::function<void(std::string_view id, const result<answer>&)> on_answer;
  memory_journal store;         ///< As another node sees it.
  held_journal journal{store};  ///< As the engine does.
  scheduled_handlers handlers;
  const aggregate_type type = [] {
    auto made = describe<counter>();
    made.state_fingerprint = state_fingerprint(made);
    return made;
  }();

private:
  class virtual_clock final : public internal::clock {
  public:
    [[nodiscard]] std::chrono::steady_clock::time_point now() const override {
      return clock->now();
    }
    [[nodiscard]] timestamp wall() const override {
      return timestamp{
          std::chrono::duration_cast<std::chrono::microseconds>(clock->now().time_since_epoch()) -
          wall_is_behind_by};
    }
    std::chrono::microseconds wall_is_behind_by{0};
    caf::detail::test_actor_clock* clock = nullptr;
  };
  static bool has(const metric_series& series, const std::string& label_value) {
    for (const auto& [name, value] : series.labels)
      if (value == label_value) return true;
    return false;
  }
  reply_ptr submit(std::string_view id, std::optional<std::size_t> index, any_value command,
                   call_options how) {
    return submit(type, id, index, std::move(command), std::move(how));
  }

  deterministic_scheduling configuration_;
  virtual_clock time_;
  cbor_codec codec_;
  seeded_random chance_{1};
  seeded_random turns_;
  bool shuffled_;
  std::unique_ptr<caf::actor_system> system_;
  caf::scheduler::test_coordinator* coordinator_ = nullptr;
  std::unique_ptr<internal::engine> engine_;
};

}  // namespace acta::testing
