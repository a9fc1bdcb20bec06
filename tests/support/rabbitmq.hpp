// Debian's RabbitMQ as a private server of a test: its files in a temporary directory, its ports
// free ones of the loopback, its cookie its own. Everything that it starts ends with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/child_process.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

/// Run as root it becomes the user `rabbitmq`, as the package wants it. To be used by the thread
/// that made it.
class rabbitmq_server {
public:
  /// False if the package rabbitmq-server is not installed.
  [[nodiscard]] static bool is_installed();

  /// Does not start it yet.
  rabbitmq_server();
  ~rabbitmq_server();

  /// Waits until it serves; false if it does not. Its log is log() then.
  [[nodiscard]] bool start();
  [[nodiscard]] std::string log() const { return server_ ? server_->out() + server_->err() : ""; }
  /// As an operator stops it.
  void stop();
  /// SIGKILL.
  void kill();
  /// Runs rabbitmqctl with these arguments; false if it fails.
  [[nodiscard]] bool control(std::vector<std::string> arguments) const;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// amqp://guest:guest@127.0.0.1:PORT
  [[nodiscard]] std::string url() const;
  /// The same with TLS, as localhost, and with the certificate that it shows.
  [[nodiscard]] std::string tls_url() const;
  [[nodiscard]] std::filesystem::path certificate() const { return home_ / "cert.pem"; }

private:
  /// Runs a program of the package as the server's user, with the server's settings.
  [[nodiscard]] std::vector<std::string> command(std::string of_package) const;

  temporary_directory directory_;
  const std::filesystem::path home_ = directory_.path();
  const std::uint16_t port_;
  const std::uint16_t tls_port_;
  const std::uint16_t distribution_port_;
  const std::uint16_t epmd_port_;
  std::unique_ptr<child_process> epmd_;
  std::unique_ptr<child_process> server_;
};

}  // namespace acta::testing
