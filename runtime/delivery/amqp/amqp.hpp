// RabbitMQ as a way in: each message of a queue is a command. docs/ways-in.md has the whole of it.
//
//   app.add(acta::amqp({.url = "amqp://bank:secret@broker/bank",
//                       .queue = "bank.commands",
//                       .dead_letter_exchange = "bank.dead"}));
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "runtime/delivery/way_in.hpp"

namespace acta {

struct amqp_options {
  /// amqp://USER:PASSWORD@HOST:PORT/VHOST, or amqps:// with TLS; parameters are cacertfile,
  /// certfile, keyfile and heartbeat (seconds).
  std::string url;
  std::string queue;                 ///< Exists already, as does the exchange.
  std::string dead_letter_exchange;  ///< For what is refused, unreadable, or retried too long.
  /// How long a command is sent again after an answer that may pass, before it is a dead letter; at
  /// most 20 min, since a broker waits for an acknowledgement for 30.
  std::chrono::milliseconds retry_for{600'000};
  /// Most messages that are not settled, 1 to 65,535. Each may hold 1 MiB.
  std::size_t prefetch = 256;
  /// /readyz says no while the queue is away.
  bool in_readiness = false;
};

/// Returns what makes the way in: for application.add().
[[nodiscard]] internal::way_in_factory amqp(amqp_options how);

}  // namespace acta
