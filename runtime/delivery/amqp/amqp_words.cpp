#include "runtime/delivery/amqp/amqp_words.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include "runtime/codec/printable.hpp"

namespace acta::internal {

namespace {

/// The closing codes that say no to what was asked (AMQP 0-9-1, 1.3): invalid path, access refused,
/// not found, locked, precondition failed, not allowed.
constexpr std::array saying_no{402, 403, 404, 405, 406, 530};

error closed_with(const char* what, int code, amqp_bytes_t text) {
  bool no = false;
  for (const auto one : saying_no) no = no || one == code;
  return {no ? errc::refused : errc::unavailable, std::string{"the broker closed the "} + what +
                                                      ": " + std::to_string(code) + " " +
                                                      printable(text_of(text))};
}

}  // namespace

error amqp_failure(const std::string& doing, int status) {
  const bool refused = status == AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED ||
                       status == AMQP_STATUS_SSL_PEER_VERIFY_FAILED;
  // The library says no more of it than that it was one.
  const int why = status == AMQP_STATUS_SOCKET_ERROR ? errno : 0;
  return {refused ? errc::refused : errc::unavailable,
          doing + ": " +
              (why != 0 ? std::generic_category().message(why) : amqp_error_string2(status))};
}

error amqp_closed(const amqp_method_t& by) {
  if (by.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto& told = *static_cast<const amqp_connection_close_t*>(by.decoded);
    return closed_with("connection", told.reply_code, told.reply_text);
  }
  if (by.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto& told = *static_cast<const amqp_channel_close_t*>(by.decoded);
    return closed_with("channel", told.reply_code, told.reply_text);
  }
  return {errc::unavailable, "the broker answered what was not expected"};
}

result<void> amqp_reply(const std::string& doing, const amqp_rpc_reply_t& reply) {
  switch (reply.reply_type) {
    case AMQP_RESPONSE_NORMAL: return {};
    case AMQP_RESPONSE_SERVER_EXCEPTION: {
      auto why = amqp_closed(reply.reply);
      why.detail = doing + ": " + why.detail;
      return why;
    }
    case AMQP_RESPONSE_LIBRARY_EXCEPTION: return amqp_failure(doing, reply.library_error);
    case AMQP_RESPONSE_NONE: break;
  }
  return error{errc::unavailable, doing + ": the broker closed the connection"};
}

}  // namespace acta::internal
