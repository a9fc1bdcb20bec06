// What systemd hears of a service: whole states, on both kinds of sockets, and nothing where nobody
// listens.
#include "runtime/cli/service_manager.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "runtime/cli/application.hpp"
#include "tests/support/command_line.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::internal {
namespace {

/// A service manager's socket, and the variable that names it. A name that begins with '@' has no
/// file.
class manager {
public:
  explicit manager(const std::string& name) {
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  manager(const manager&) = delete;
  manager& operator=(const manager&) = delete;
  ~manager() {
    ::unsetenv("NOTIFY_SOCKET");
    ::close(socket_);
  }

  /// The oldest state that was told and not heard yet, or nothing.
  std::string heard() {
    std::array<char, 256> state{};
    const auto size = ::recv(socket_, state.data(), state.size(), MSG_DONTWAIT);
    return size < 0 ? std::string{} : std::string{state.data(), static_cast<std::size_t>(size)};
  }

private:
  int socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

[[noreturn]] void serve_and_stop(const std::string& data) {
  application app{"counting", "Counts."};
  app.host<testing::counter>();
  app.on_start([](node&) { ::kill(::getpid(), SIGTERM); });
  std::exit(testing::run(app, {"serve", "--data", data, "--listen", "127.0.0.1:0"}));
}

/// Run before other suites, as stopping_DeathTest is.
TEST(service_manager_DeathTest, hears_when_a_service_takes_requests_and_when_it_stops) {
  const testing::temporary_directory directory;
  manager systemd{(directory.path() / "notify").string()};
  EXPECT_EXIT(serve_and_stop((directory.path() / "data").string()), ::testing::ExitedWithCode(0),
              "");
  EXPECT_EQ(systemd.heard(), "READY=1");
  EXPECT_EQ(systemd.heard(), "STOPPING=1");
  EXPECT_EQ(systemd.heard(), "");
}

TEST(service_manager, hears_each_state_on_a_socket_with_a_file) {
  const testing::temporary_directory directory;
  manager systemd{(directory.path() / "notify").string()};
  tell_service_manager("READY=1");
  tell_service_manager("STOPPING=1");
  EXPECT_EQ(systemd.heard(), "READY=1");
  EXPECT_EQ(systemd.heard(), "STOPPING=1");
  EXPECT_EQ(systemd.heard(), "");
}

TEST(service_manager, hears_on_a_socket_without_a_file) {
  manager systemd{"@acta-service-manager-test-" + std::to_string(::getpid())};
  tell_service_manager("READY=1");
  EXPECT_EQ(systemd.heard(), "READY=1");
}

TEST(service_manager, that_is_not_there_or_is_named_wrongly_is_told_nothing) {
  const testing::temporary_directory directory;
  for (const auto& name : {std::string{}, std::string{"@"}, std::string(500, 'x'),
                           (directory.path() / "nobody").string()}) {
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
    tell_service_manager("READY=1");
  }
  ::unsetenv("NOTIFY_SOCKET");
  tell_service_manager("READY=1");
}

}  // namespace
}  // namespace acta::internal
