#include "tests/support/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <system_error>

namespace acta::testing {

namespace {

struct pipe_ends {
  int read = -1;
  int write = -1;
};

pipe_ends make_pipe() {
  std::array<int, 2> ends{};
  // Closed on exec: another child that is started meanwhile would keep the pipe open.
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    throw std::system_error{errno, std::generic_category(), "pipe"};
  return {ends[0], ends[1]};
}

/// Between fork and exec only calls that are safe in a signal handler may be made.
[[noreturn]] void become(char* const* arguments, pid_t parent, int out, int err) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);  // it ended before the line above
  ::dup2(out, 1);
  ::dup2(err, 2);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

}  // namespace

bool poll_until(const std::function<bool()>& happened, std::chrono::milliseconds bound) {
  const auto until = std::chrono::steady_clock::now() + bound;
  while (!happened()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  return true;
}

child_process::child_process(const std::vector<std::string>& command) {
  auto owned = command;
  std::vector<char*> arguments;
  for (auto& one : owned) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  const auto out = make_pipe();
  const auto err = make_pipe();
  const auto parent = ::getpid();
  id_ = ::fork();
  if (id_ == 0) become(arguments.data(), parent, out.write, err.write);
  ::close(out.write);
  ::close(err.write);
  if (id_ < 0) throw std::system_error{errno, std::generic_category(), "fork"};
  out_.from = out.read;
  err_.from = err.read;
  readers_.emplace_back([this] { gather(out_); });
  readers_.emplace_back([this] { gather(err_); });
}

child_process::~child_process() {
  if (!ended_) kill();
}

void child_process::send(int signal) const { ::kill(id_, signal); }

std::optional<exit_status> child_process::wait(std::chrono::milliseconds bound) {
  if (!poll_until([this] { return reap(false); }, bound)) return std::nullopt;
  return ended_;
}

exit_status child_process::kill() {
  if (!ended_) {
    send(SIGKILL);
    reap(true);
  }
  return *ended_;
}

bool child_process::running() { return !reap(false); }

bool child_process::reap(bool block) {
  if (ended_) return true;
  int status = 0;
  const auto reaped = ::waitpid(id_, &status, block ? 0 : WNOHANG);
  if (reaped == 0) return false;
  if (reaped < 0) throw std::system_error{errno, std::generic_category(), "waitpid"};
  for (auto& reader : readers_) reader.join();
  ended_ =
      WIFSIGNALED(status) ? exit_status{-1, WTERMSIG(status)} : exit_status{WEXITSTATUS(status), 0};
  return true;
}

std::string child_process::out() const {
  const std::lock_guard lock{mutex_};
  return out_.text;
}

std::string child_process::err() const {
  const std::lock_guard lock{mutex_};
  return err_.text;
}

bool child_process::printed(const std::string& text, std::chrono::milliseconds bound) const {
  std::unique_lock lock{mutex_};
  const auto there = [&] { return out_.text.find(text) != std::string::npos; };
  more_.wait_for(lock, bound, [&] { return out_.ended || there(); });
  return there();
}

void child_process::gather(output& one) {
  std::array<char, 64 * 1024> buffer{};
  for (;;) {
    const auto got = ::read(one.from, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    const std::lock_guard lock{mutex_};
    if (got <= 0) break;
    one.text.append(buffer.data(), static_cast<std::size_t>(got));
    more_.notify_all();
  }
  ::close(one.from);
  const std::lock_guard lock{mutex_};
  one.ended = true;
  more_.notify_all();
}

}  // namespace acta::testing
