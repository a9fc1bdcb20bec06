#include "tests/support/rabbitmq.hpp"

#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <stdexcept>

#include "tests/support/free_port.hpp"

namespace acta::testing {

namespace {

constexpr const char* program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
/// It needs 14 s on two idle cores, and the tests share those.
constexpr std::chrono::seconds to_start{180};
constexpr std::chrono::seconds to_stop{60};

void write(const std::filesystem::path& file, const std::string& content) {
  std::ofstream{file} << content;
}

std::string random_text() {
  std::random_device random;
  std::string made;
  for (int i = 0; i < 4; ++i) made += std::to_string(random());
  return made;
}

void run(const std::vector<std::string>& command) {
  child_process one{command};
  const auto ended = one.wait();
  if (!ended || ended->code != 0) throw std::runtime_error{command.front() + ": " + one.err()};
}

void give_to_rabbitmq(const std::filesystem::path& directory) {
  const auto* user = ::getpwnam("rabbitmq");
  if (!user) throw std::runtime_error{"there is no user rabbitmq"};
  std::vector<std::filesystem::path> all{directory};
  for (const auto& one : std::filesystem::recursive_directory_iterator{directory})
    all.push_back(one.path());
  for (const auto& one : all)
    if (::chown(one.c_str(), user->pw_uid, user->pw_gid) != 0)
      throw std::runtime_error{"cannot give away " + one.string()};
}

}  // namespace

bool rabbitmq_server::is_installed() { return std::filesystem::exists(program); }

rabbitmq_server::rabbitmq_server()
    : port_{free_port()},
      tls_port_{free_port()},
      distribution_port_{free_port()},
      epmd_port_{free_port()} {
  for (const auto* folder : {"mnesia", "log"}) std::filesystem::create_directory(home_ / folder);
  write(home_ / ".erlang.cookie", random_text());
  std::filesystem::permissions(home_ / ".erlang.cookie", std::filesystem::perms::owner_read);
  write(home_ / "enabled_plugins", "[].\n");
  write(home_ / "env.conf", "");
  run({"/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
       "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
       (home_ / "key.pem").string(), "-out", certificate().string()});
  write(home_ / "rabbitmq.conf", "listeners.ssl.1 = 127.0.0.1:" + std::to_string(tls_port_) +
                                     "\nssl_options.cacertfile = " + certificate().string() +
                                     "\nssl_options.certfile = " + certificate().string() +
                                     "\nssl_options.keyfile = " + (home_ / "key.pem").string() +
                                     "\nssl_options.verify = verify_none\n");
  if (::getuid() == 0) give_to_rabbitmq(home_);
  // Else the first server would start one that outlives it.
  epmd_ = std::make_unique<child_process>(std::vector<std::string>{
      "/usr/bin/epmd", "-address", "127.0.0.1", "-port", std::to_string(epmd_port_)});
}

rabbitmq_server::~rabbitmq_server() {
  stop();
  epmd_->kill();
}

bool rabbitmq_server::start() {
  server_ = std::make_unique<child_process>(command(program));
  return server_->printed("Server startup complete", to_start);
}

void rabbitmq_server::stop() {
  if (!server_) return;
  server_->send(SIGTERM);
  if (!server_->wait(to_stop)) server_->kill();
  server_.reset();
}

void rabbitmq_server::kill() {
  server_->kill();
  server_.reset();
}

std::string rabbitmq_server::url() const {
  return "amqp://guest:guest@127.0.0.1:" + std::to_string(port_);
}

std::string rabbitmq_server::tls_url() const {
  return "amqps://guest:guest@localhost:" + std::to_string(tls_port_) +
         "/?cacertfile=" + certificate().string();
}

bool rabbitmq_server::control(std::vector<std::string> arguments) const {
  auto made = command("/usr/lib/rabbitmq/bin/rabbitmqctl");
  for (auto& one : arguments) made.push_back(std::move(one));
  child_process one{std::move(made)};
  const auto ended = one.wait(to_start);
  return ended && ended->code == 0;
}

std::vector<std::string> rabbitmq_server::command(std::string of_package) const {
  const auto at = [&](const char* name) { return (home_ / name).string(); };
  std::vector<std::string> made{
      "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
      "HOME=" + home_.string(),
      // So that the shell script becomes the server, whose id is then the child's.
      "RUNNING_UNDER_SYSTEMD=true", "RABBITMQ_NODENAME=acta" + std::to_string(port_) + "@localhost",
      "RABBITMQ_NODE_PORT=" + std::to_string(port_), "RABBITMQ_NODE_IP_ADDRESS=127.0.0.1",
      "RABBITMQ_DIST_PORT=" + std::to_string(distribution_port_),
      "RABBITMQ_MNESIA_BASE=" + at("mnesia"), "RABBITMQ_LOG_BASE=" + at("log"),
      "RABBITMQ_PID_FILE=" + at("pid"), "RABBITMQ_ENABLED_PLUGINS_FILE=" + at("enabled_plugins"),
      "RABBITMQ_CONFIG_FILE=" + at("rabbitmq"), "RABBITMQ_CONF_ENV_FILE=" + at("env.conf"),
      "RABBITMQ_LOGS=-", "ERL_EPMD_ADDRESS=127.0.0.1",
      "ERL_EPMD_PORT=" + std::to_string(epmd_port_)};
  if (::getuid() == 0)
    // A change of user forgets that it is to end with the test.
    for (const auto* one : {"/usr/bin/setpriv", "--reuid=rabbitmq", "--regid=rabbitmq",
                            "--init-groups", "--pdeathsig=KILL"})
      made.emplace_back(one);
  made.push_back(std::move(of_package));
  return made;
}

}  // namespace acta::testing
