// One connection to a broker: a consumer on one channel, dead letters with confirms on another.
// A thin wrapper of librabbitmq that knows no node.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "actors/model/error.hpp"
#include "runtime/delivery/amqp/amqp_message.hpp"
#include "runtime/delivery/amqp/amqp_url.hpp"

namespace acta::internal {

/// Where messages come from, and where dead letters go.
struct amqp_subscription {
  amqp_url broker;
  std::string queue;
  std::string dead_letter_exchange;
  std::uint16_t prefetch = 256;
};

/// Why a dead letter is one, as its headers say it: acta-code, acta-detail, and acta-field if
/// there is one.
struct dead_letter_reason {
  std::string code;
  std::string detail;
  std::string field = {};
  /// Of the span that made it, in the place of its publisher's; empty: the publisher's stays.
  std::string traceparent = {};
};

/// What a connection tells, on the thread that reads it.
class amqp_listener {
public:
  amqp_listener() = default;
  amqp_listener(const amqp_listener&) = delete;
  amqp_listener& operator=(const amqp_listener&) = delete;
  virtual ~amqp_listener() = default;
  /// Where its body is too large to be held: publish() within this call sends it on as it comes in;
  /// without that it is read and forgotten.
  virtual void delivered(amqp_message message) = 0;
  /// The broker has the dead letter of this delivery.
  virtual void confirmed(std::uint64_t tag) = 0;
  /// No queue takes a dead letter; the reason is the broker's.
  virtual void returned(std::string why) = 0;
  /// The broker has an alarm (memory, disk), and reads nothing from this connection until it is
  /// over: dead letters wait, and so do acknowledgements.
  virtual void blocked(const std::string& why) = 0;
  virtual void unblocked() = 0;
};

/// Lets another thread end what a connection waits for. Outlives the connection.
class amqp_cut {
public:
  /// Ends it, and every later one at once. Any thread.
  void cut();
  /// The connection's own socket, or -1. Returns false once it is to end.
  bool watch(int descriptor);

private:
  std::mutex mutex_;
  int descriptor_ = -1;
  bool is_cut_ = false;
};

/// One thread. No error that it tells holds a password.
class amqp_connection {
public:
  /// Logs in, finds queue and exchange, and begins to consume; up to some seconds for each. Fails
  /// with `refused` if the broker says no (credentials, virtual host, queue, exchange), or its
  /// certificate is not good; with `unavailable` if no broker answers.
  [[nodiscard]] static result<std::unique_ptr<amqp_connection>> open(const amqp_subscription& to,
                                                                     amqp_cut& ending);
  amqp_connection(const amqp_connection&) = delete;
  amqp_connection& operator=(const amqp_connection&) = delete;
  ~amqp_connection();

  /// For poll(): readable when there may be something to read.
  [[nodiscard]] int descriptor() const;
  /// Tells `to` what has come in, and sends heartbeats that are due; waits for nothing. Returns
  /// true if there may be more. To be called when poll() says so, and a second apart otherwise.
  /// Fails (unavailable) once the connection, one of its channels or the consumer is gone, whoever
  /// noticed it.
  [[nodiscard]] result<bool> read(amqp_listener& to);

  void acknowledge(std::uint64_t tag);
  void give_back(std::uint64_t tag);
  /// Publishes a delivery as a dead letter, persistent and mandatory, with the properties and
  /// headers that it came with. Its user id becomes the header acta-user-id: a broker takes nobody
  /// else's. Its time to live is left out. It is published after this call if another one is on its
  /// way.
  void publish(const amqp_message& message, const dead_letter_reason& why);
  /// Ends the consumer and the connection, and waits a second for the broker's answer. The broker
  /// puts unsettled messages back in their order before another consumer gets more.
  void close();

private:
  class implementation;
  explicit amqp_connection(std::unique_ptr<implementation> self);
  std::unique_ptr<implementation> self_;
};

}  // namespace acta::internal
