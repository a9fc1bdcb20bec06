// Where a broker is, and who logs in: amqp://USER:PASSWORD@HOST:PORT/VHOST?name=value, as
// RabbitMQ's clients write it. User, password, virtual host and values may be percent-encoded.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "actors/model/error.hpp"

namespace acta::internal {

struct amqp_url {
  bool tls = false;
  std::string host;  ///< An IPv6 address without its brackets.
  std::uint16_t port = 0;
  std::string user;
  std::string password;
  std::string vhost;
  /// With TLS: the file of the certificates that the broker's must lead to, and a certificate of
  /// our own with its key, or neither.
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::chrono::seconds heartbeat{30};

  /// For logs and errors: without password.
  [[nodiscard]] std::string text() const;
};

/// Reads a URL. What it leaves out is `guest`, `guest`, port 5672 or 5671, the virtual host `/`,
/// Debian's file of certificates, 30 s. An empty virtual host means `/` as well.
/// An @ that is not encoded is no part of a virtual host: the URL has a / too many.
/// Fails (malformed); the detail names the part, and repeats nothing of the text: it may be a
/// secret.
[[nodiscard]] result<amqp_url> read_amqp_url(std::string_view text);

}  // namespace acta::internal
