#include "runtime/delivery/amqp/amqp_words.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace acta::internal {
namespace {

TEST(amqp_words, give_the_reason_of_the_system_where_a_socket_failed) {
  errno = ECONNRESET;
  EXPECT_EQ(amqp_failure("reading", AMQP_STATUS_SOCKET_ERROR).detail,
            "reading: Connection reset by peer");
  errno = 0;
  EXPECT_EQ(amqp_failure("reading", AMQP_STATUS_SOCKET_ERROR).detail,
            "reading: a socket error occurred");
}

TEST(amqp_words, leave_the_reason_of_the_library_where_no_socket_failed) {
  errno = ECONNRESET;
  EXPECT_EQ(amqp_failure("reading", AMQP_STATUS_HEARTBEAT_TIMEOUT).detail,
            "reading: heartbeat timeout, connection closed");
}

}  // namespace
}  // namespace acta::internal
