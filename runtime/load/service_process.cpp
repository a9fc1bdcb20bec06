#include "runtime/load/service_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "runtime/load/interrupt.hpp"
#include "runtime/load/processor_time.hpp"

extern char** environ;

namespace acta::internal::load {

namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 10ms;
constexpr auto longest_start = 60s;
constexpr auto longest_end = 30s;

error failed(const std::string& why) { return {errc::unavailable, why}; }

}  // namespace

error service_process::ended_by_itself() const {
  return failed("'" + command_.front() + "' ended by itself");
}

service_process::~service_process() {
  (void)leave_alone();
  if (process_ < 0) return;
  ::kill(process_, SIGTERM);
  if (wait_for_end(longest_end)) return;
  ::kill(process_, SIGKILL);
  (void)wait_for_end(longest_end);
}

result<void> service_process::start() {
  if (ready_()) return failed("somebody else serves there already");
  std::vector<char*> arguments;
  for (const auto& one : command_) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  ::posix_spawn_file_actions_init(&files);
  ::posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  // Not the harness's connections: they would count against the service's limit of open files.
  ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  // In a group of its own: Ctrl-C is for the harness, which ends the service when it is done with
  // it.
  posix_spawnattr_t apart;
  ::posix_spawnattr_init(&apart);
  ::posix_spawnattr_setflags(&apart, POSIX_SPAWN_SETPGROUP);
  pid_t process = -1;
  const auto failure =
      ::posix_spawnp(&process, arguments[0], &files, &apart, arguments.data(), environ);
  ::posix_spawnattr_destroy(&apart);
  ::posix_spawn_file_actions_destroy(&files);
  process_ = failure == 0 ? process : -1;
  kill_at_interrupt(process_);
  if (failure != 0) {
    return failed("'" + command_.front() + "' cannot be started: " + std::strerror(failure));
  }
  const auto until = std::chrono::steady_clock::now() + longest_start;
  for (bool ready = false; !ready;) {
    ready = ready_();
    if (wait_for_end(ready ? 0ms : between_looks))
      return failed("'" + command_.front() + "' ended at its start");
    if (std::chrono::steady_clock::now() > until)
      return failed("'" + command_.front() + "' is not ready after a minute");
  }
  return {};
}

bool service_process::wait_for_end(std::chrono::milliseconds most) {
  for (const auto until = std::chrono::steady_clock::now() + most;;) {
    const auto found = ::waitpid(process_, nullptr, WNOHANG);
    if (found == process_ || (found < 0 && errno == ECHILD)) {
      process_ = -1;
      kill_at_interrupt(-1);
      return true;
    }
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(1ms);
  }
}

std::chrono::nanoseconds service_process::processor_time() const {
  return processor_time_of_ended_children() + processor_time_of(process_).value_or(0ns);
}

void service_process::kill_every(std::chrono::milliseconds interval) {
  over_ = false;
  killer_ = std::thread{[this, interval] {
    std::unique_lock lock{mutex_};
    while (!changed_.wait_for(lock, interval, [this] { return over_; })) {
      kill_and_start();
      if (!state_) return;
    }
  }};
}

void service_process::kill_and_start() {
  if (process_ < 0 || wait_for_end(0ms)) {
    state_ = ended_by_itself();
    return;
  }
  kills_.push_back(std::chrono::steady_clock::now());
  ::kill(process_, SIGKILL);
  (void)wait_for_end(longest_end);
  state_ = start();
}

result<void> service_process::leave_alone() {
  {
    const std::lock_guard lock{mutex_};
    over_ = true;
  }
  changed_.notify_all();
  if (killer_.joinable()) killer_.join();
  if (state_ && process_ > 0 && wait_for_end(0ms)) state_ = ended_by_itself();
  return state_;
}

}  // namespace acta::internal::load
