// The thread that keeps a connection to a broker: it connects, loses it, says so, and connects
// again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "runtime/delivery/amqp/amqp.hpp"
#include "runtime/delivery/amqp/amqp_session.hpp"

namespace acta::internal {

class amqp_way_in final : public way_in {
public:
  amqp_way_in(amqp_options how, const way_in_surroundings& around);
  ~amqp_way_in() override { (void)stop(std::chrono::milliseconds{0}); }

  /// Fails (malformed) if an option is not good, and with what the broker says if it says no. Waits
  /// for the broker some seconds, and goes on without it.
  [[nodiscard]] result<void> start() override;
  void refuse_new() override;
  std::size_t stop(std::chrono::milliseconds deadline) override;
  [[nodiscard]] const char* stopping_means() const override { return "leaving the queue"; }
  [[nodiscard]] std::string not_ready_reason() const override;

private:
  void run();
  void keep_connected();
  /// Returns false if there is no point in another try.
  bool connect_once();
  /// The broker says no before it ever said yes: nothing of that mends itself.
  void refuse(const error& why);
  bool handle(const amqp_session::parting& ended);
  /// Empty: the queue is there. Otherwise `event` tells of it.
  void set_state(std::string why_away, const char* event = "amqp_away");
  /// The broker is there, and the journal takes no writes: nothing is consumed.
  void set_paused() { set_state("the journal takes no writes", "amqp_paused"); }
  /// For the back-off, or until it is to stop.
  void pause();

  const amqp_options how_;
  const way_in_surroundings around_;
  amqp_subscription to_;
  const std::shared_ptr<outcome_inbox> inbox_ = std::make_shared<outcome_inbox>();
  amqp_orders orders_;
  amqp_cut cut_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string away_ = "the queue was not reached yet";  // under the lock; empty: it is there
  bool tried_ = false;                                  // under the lock
  bool over_ = false;                                   // under the lock
  std::optional<error> refused_;                        // under the lock

  std::string told_;  // the thread's own, as are those below
  std::chrono::milliseconds back_off_{0};
  std::uint64_t sessions_ = 0;
  bool was_connected_ = false;
  std::thread thread_;
};

}  // namespace acta::internal
