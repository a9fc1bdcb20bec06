// A node in this process whose way in is a queue, with a real broker and a client of others.
#pragma once

#include <fcntl.h>

#include <atomic>
#include <future>
#include <optional>

#include "runtime/delivery/amqp/amqp.hpp"
#include "runtime/node.hpp"
#include "runtime/telemetry/log.hpp"
#include "tests/support/counter.hpp"
#include "tests/ways_in/queue.hpp"

namespace acta::testing {

using namespace internal;
using namespace std::chrono_literals;

inline nlohmann::json add_message(const std::string& id, const std::string& message_id,
                                  int amount) {
  return message_for("test.counter", id, "add", message_id, {{"amount", amount}});
}

/// A node in memory whose way in is a queue.
class consumer {
public:
  /// Logs errors to standard error; or into a file all from info on.
  consumer(amqp_options how, options of_node, const std::filesystem::path& log_to = {})
      : log_{log_to.empty()
                 ? log{log_level::error}
                 : log{log_level::info,
                       ::open(log_to.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)}},
        node_{quick(std::move(of_node))} {
    counters_.emplace(node_.host<counter>());
    way_ = amqp(std::move(how))({node_, log_, [this] { gave_up = true; }});
  }
  ~consumer() { end(); }

  result<void> start() { return way_->start(); }
  /// Ends the way in and leaves the node.
  void end_way() {
    way_->refuse_new();
    way_->stop(5s);
    way_.reset();
  }
  void end() {
    if (!way_) return;
    way_->refuse_new();
    node_.shut_down(10s);
    way_->stop(5s);
    way_.reset();
  }
  /// The sum of a counter, or nothing if there is none.
  std::optional<std::int64_t> sum(const std::string& id) {
    const auto seen = counters_->get(id).get();
    return seen ? std::optional{seen->view.sum} : std::nullopt;
  }
  bool comes_to(const std::string& id, std::int64_t wanted) {
    return poll_until([&] { return sum(id) == wanted; });
  }
  std::vector<recorded_event> events(const std::string& id) {
    std::promise<std::vector<recorded_event>> got;
    const auto* type = node_.find("test.counter");
    if (!node_.events(*type, id, {1}, 1'000, [&](auto all) {
          got.set_value(all ? *std::move(all) : std::vector<recorded_event>{});
        }))
      return {};
    return got.get_future().get();
  }
  std::string metrics() {
    std::promise<std::string> got;
    node_.metrics([&](std::string text) { got.set_value(std::move(text)); });
    return got.get_future().get();
  }
  /// Waits for a line of the metrics.
  bool measures(const std::string& line) {
    return poll_until([&] { return metrics().find(line + "\n") != std::string::npos; });
  }
  way_in& way() { return *way_; }
  bool is_away(const std::string& why) {
    return poll_until([&] { return way_->not_ready_reason().find(why) != std::string::npos; });
  }
  bool is_there() {
    return poll_until([&] { return way_->not_ready_reason().empty(); }, 60s);
  }
  acta::node& node() { return node_; }
  aggregates<counter>& counters() { return *counters_; }

  std::atomic<bool> gave_up{false};

private:
  static options quick(options how) {
    how.worker_threads = 2;
    how.shard_count = 4;
    how.metrics_tick = 1ms;
    return how;
  }

  log log_;
  acta::node node_;
  std::optional<aggregates<counter>> counters_;
  std::unique_ptr<way_in> way_;
};

class queue_test : public queue {
protected:
  [[nodiscard]] amqp_options options_of(std::string url = broker().url()) const {
    return {.url = std::move(url),
            .queue = name(),
            .dead_letter_exchange = dead(),
            .in_readiness = true};
  }
  consumer& start(options of_node = in_memory()) { return start(options_of(), std::move(of_node)); }
  consumer& start(amqp_options how, options of_node = in_memory()) {
    running_.emplace(std::move(how), std::move(of_node));
    const auto started = running_->start();
    EXPECT_TRUE(started) << started.error().detail;
    return *running_;
  }
  /// Ends the consumer, and says what it left.
  std::size_t left() {
    running_.reset();
    return count(name());
  }
  [[nodiscard]] bool has_dead(std::size_t many) const {
    return client({"await", dead(), std::to_string(many)}) == "there\n";
  }
  void TearDown() override {
    running_.reset();
    queue::TearDown();
  }

private:
  std::optional<consumer> running_;
};

}  // namespace acta::testing
