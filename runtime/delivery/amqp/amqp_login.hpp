// The beginning of a connection: from a socket to a consumer.
#pragma once

#include <amqp.h>

#include "actors/model/error.hpp"
#include "runtime/delivery/amqp/amqp_connection.hpp"

namespace acta::internal {

inline constexpr amqp_channel_t consuming = 1;
inline constexpr amqp_channel_t publishing = 2;
inline constexpr const char* consumer_tag = "acta";

/// Connects, logs in with the capabilities that a careful client needs, finds the exchange of dead
/// letters and turns confirms on, finds the queue and consumes it. Fails as amqp_connection::open()
/// does.
[[nodiscard]] result<void> begin_consuming(amqp_connection_state_t with,
                                           const amqp_subscription& to, amqp_cut& ending);

}  // namespace acta::internal
