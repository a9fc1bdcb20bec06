// One connection to a broker, and what its messages ask of a node: from login to loss.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "runtime/delivery/amqp/amqp_connection.hpp"
#include "runtime/delivery/amqp/consumer_span.hpp"
#include "runtime/delivery/amqp/deliveries.hpp"
#include "runtime/delivery/amqp/message_reader.hpp"
#include "runtime/delivery/amqp/outcome_inbox.hpp"
#include "runtime/node.hpp"

namespace acta::internal {

class log;

/// What others ask of the thread; it looks after each wake-up of the inbox.
struct amqp_orders {
  std::atomic<bool> refuse_new{false};
  std::atomic<bool> stop{false};   ///< Once all is settled.
  std::atomic<bool> leave{false};  ///< With what is not.
};

/// One thread, but for the answers that come through the inbox.
class amqp_session final : amqp_listener {
public:
  /// Why run() returned.
  enum class end {
    lost,        ///< The connection is gone.
    unroutable,  ///< No queue takes dead letters.
    read_only,   ///< The journal has taken no writes for a while.
    stopped,     ///< It was asked to.
  };
  struct parting {
    end why;
    std::string detail = {};
  };
  struct setting {
    node& serving;
    log& events;
    std::shared_ptr<outcome_inbox> inbox;
    const amqp_orders& orders;
    deliveries::settings retrying;
    std::uint64_t number;  ///< Of the session: another one for each.
    std::string queue;
  };

  amqp_session(setting with, amqp_connection& broker);
  /// Handles messages until one of the ends; then what is not settled goes back to the queue.
  [[nodiscard]] parting run();

private:
  using clock = std::chrono::steady_clock;
  struct open_message {
    amqp_message message;
    message_target target{nullptr, {}, 0};  // null: nobody could be found
    clock::time_point since{};
    message_end how{};  // its status is a literal, for the metrics
    consumer_span traced{};
  };

  void delivered(amqp_message message) override;
  void confirmed(std::uint64_t tag) override;
  void returned(std::string why) override;
  void blocked(const std::string& why) override;
  void unblocked() override;

  [[nodiscard]] parting handle_messages();
  void take_outcomes();
  void answered(std::uint64_t tag, const result<receipt>& outcome);
  void take_steps();
  void carry_out(const deliveries::step& what);
  void send(std::uint64_t tag);
  void publish(open_message& one, const error& why);
  void log_dead_letter(const open_message& one, const std::string& code, const error& why);
  void settle(std::uint64_t tag);
  /// Counts the unsettled messages as given back: the broker has them again once the connection is
  /// closed.
  void settle_the_rest();
  void follow_orders();
  [[nodiscard]] bool is_read_only_for_long();
  void wait() const;
  [[nodiscard]] open_message& at(std::uint64_t tag) { return open_.at(tag); }

  setting with_;
  amqp_connection& broker_;
  deliveries all_;
  std::unordered_map<std::uint64_t, open_message> open_;
  std::string unroutable_;
  bool refused_new_ = false;
  clock::time_point checked_at_{};
  clock::time_point read_only_since_{};
};

}  // namespace acta::internal
