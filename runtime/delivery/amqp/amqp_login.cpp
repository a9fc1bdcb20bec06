#include "runtime/delivery/amqp/amqp_login.hpp"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>

#include "runtime/delivery/amqp/amqp_words.hpp"

namespace acta::internal {

namespace {

constexpr int largest_frame_bytes = 131'072;
constexpr timeval to_connect{3, 0};
constexpr timeval to_answer{5, 0};

/// The library does not change it.
timeval* pointer(const timeval& to) { return const_cast<timeval*>(&to); }

/// What a broker tells only those clients who say that they understand it.
struct capabilities {
  std::array<amqp_table_entry_t, 3> known{entry("consumer_cancel_notify"), entry("basic.nack"),
                                          entry("connection.blocked")};
  std::array<amqp_table_entry_t, 2> all{};
  amqp_table_t table{};

  capabilities() {
    all[0].key = amqp_cstring_bytes("capabilities");
    all[0].value.kind = AMQP_FIELD_KIND_TABLE;
    all[0].value.value.table = {static_cast<int>(known.size()), known.data()};
    all[1].key = amqp_cstring_bytes("product");
    all[1].value.kind = AMQP_FIELD_KIND_UTF8;
    all[1].value.value.bytes = amqp_cstring_bytes("acta");
    table = {static_cast<int>(all.size()), all.data()};
  }
  capabilities(const capabilities&) = delete;
  capabilities& operator=(const capabilities&) = delete;

private:
  static amqp_table_entry_t entry(const char* name) {
    amqp_table_entry_t made{};
    made.key = amqp_cstring_bytes(name);
    made.value.kind = AMQP_FIELD_KIND_BOOLEAN;
    made.value.value.boolean = 1;
    return made;
  }
};

[[nodiscard]] result<void> replied(amqp_connection_state_t with, const char* doing) {
  return amqp_reply(doing, amqp_get_rpc_reply(with));
}

result<void> prepare_tls(amqp_socket_t* socket, const amqp_url& broker) {
  amqp_ssl_socket_set_verify_peer(socket, 1);
  amqp_ssl_socket_set_verify_hostname(socket, 1);
  (void)amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
  if (amqp_ssl_socket_set_cacert(socket, broker.ca_file.c_str()) != AMQP_STATUS_OK)
    return error{errc::refused, "cacertfile cannot be read, or is no file of certificates"};
  if (!broker.certificate_file.empty() &&
      amqp_ssl_socket_set_key(socket, broker.certificate_file.c_str(), broker.key_file.c_str()) !=
          AMQP_STATUS_OK)
    return error{errc::refused, "certfile and keyfile cannot be read, or do not go together"};
  return {};
}

result<void> connect(amqp_connection_state_t with, const amqp_url& broker, amqp_cut& ending) {
  auto* socket = broker.tls ? amqp_ssl_socket_new(with) : amqp_tcp_socket_new(with);
  if (!socket) return error{errc::unavailable, "no memory for a socket"};
  if (broker.tls)
    if (auto done = prepare_tls(socket, broker); !done) return done;
  const int status =
      amqp_socket_open_noblock(socket, broker.host.c_str(), broker.port, pointer(to_connect));
  // The library does not keep the system's reason.
  if (status == AMQP_STATUS_SOCKET_ERROR)
    return error{errc::unavailable, "connecting: refused, or there is no way to the host"};
  if (status != AMQP_STATUS_OK) return amqp_failure("connecting", status);
  const int open = amqp_get_sockfd(with);
  // Else a broker whose machine is gone would hold a write up for a quarter of an hour.
  const auto patience_ms = static_cast<unsigned>(2'000 * broker.heartbeat.count());
  (void)::setsockopt(open, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof patience_ms);
  if (!ending.watch(open)) return error{errc::unavailable, "it is to end"};
  return {};
}

result<void> log_in(amqp_connection_state_t with, const amqp_url& broker) {
  const capabilities understood;
  amqp_set_handshake_timeout(with, pointer(to_answer));
  amqp_set_rpc_timeout(with, pointer(to_answer));
  const auto logged_in = amqp_login_with_properties(
      with, broker.vhost.c_str(), 0, largest_frame_bytes,
      static_cast<int>(broker.heartbeat.count()), &understood.table, AMQP_SASL_METHOD_PLAIN,
      broker.user.c_str(), broker.password.c_str());
  if (auto done = amqp_reply("logging in", logged_in); !done) return done;
  amqp_channel_open(with, consuming);
  if (auto done = replied(with, "opening a channel"); !done) return done;
  amqp_channel_open(with, publishing);
  return replied(with, "opening a channel");
}

result<void> find_dead_letters(amqp_connection_state_t with, const amqp_subscription& to) {
  amqp_exchange_declare(with, publishing, bytes_of(to.dead_letter_exchange),
                        amqp_cstring_bytes("direct"), 1, 0, 0, 0, amqp_empty_table);
  if (auto done = replied(with, "looking for the exchange of dead letters"); !done) return done;
  amqp_confirm_select(with, publishing);
  return replied(with, "asking for confirms");
}

result<void> consume(amqp_connection_state_t with, const amqp_subscription& to) {
  amqp_queue_declare(with, consuming, bytes_of(to.queue), 1, 0, 0, 0, amqp_empty_table);
  if (auto done = replied(with, "looking for the queue"); !done) return done;
  amqp_basic_qos(with, consuming, 0, to.prefetch, 0);
  if (auto done = replied(with, "setting the prefetch"); !done) return done;
  amqp_basic_consume(with, consuming, bytes_of(to.queue), amqp_cstring_bytes(consumer_tag), 0, 0, 0,
                     amqp_empty_table);
  return replied(with, "consuming");
}

}  // namespace

void amqp_cut::cut() {
  const std::lock_guard lock{mutex_};
  is_cut_ = true;
  if (descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
}

bool amqp_cut::watch(int descriptor) {
  const std::lock_guard lock{mutex_};
  descriptor_ = descriptor;
  return !is_cut_;
}

result<void> begin_consuming(amqp_connection_state_t with, const amqp_subscription& to,
                             amqp_cut& ending) {
  if (auto done = connect(with, to.broker, ending); !done) return done;
  if (auto done = log_in(with, to.broker); !done) return done;
  if (auto done = find_dead_letters(with, to); !done) return done;
  return consume(with, to);
}

}  // namespace acta::internal
