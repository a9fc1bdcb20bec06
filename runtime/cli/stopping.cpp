#include "runtime/cli/stopping.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <system_error>

namespace acta::internal {

namespace {

const char* name_of(std::uint32_t number) {
  if (number == SIGHUP) return "SIGHUP";
  return number == SIGINT ? "SIGINT" : "SIGTERM";
}

/// Those that end us. What was ignored when we were started stays ignored.
sigset_t ending_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int one : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction now {};
    sigaction(one, nullptr, &now);
    if (now.sa_handler != SIG_IGN) sigaddset(&set, one);
  }
  return set;
}

constexpr std::chrono::milliseconds for_the_last_lines{500};

}  // namespace

stopping::stopping(log& events) : events_{events}, ending_{ending_signals()} {
  pthread_sigmask(SIG_BLOCK, &ending_, &before_);
  signals_ = ::signalfd(-1, &ending_, SFD_CLOEXEC);
  wake_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || wake_ < 0)
    throw std::system_error{errno, std::generic_category(), "no descriptor for signals"};
  thread_ = std::thread{[this] { watch(); }};
}

stopping::~stopping() {
  over_ = true;
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
  thread_.join();
  ::close(signals_);
  ::close(wake_);
  // The end that they ask for has been reached.
  constexpr timespec at_once{};
  while (sigtimedwait(&ending_, nullptr, &at_once) > 0) continue;
  // What is still to be said may meet a reader that stalls; then Ctrl-C must be able to end us.
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::string stopping::wait() {
  std::unique_lock lock{mutex_};
  begun_.wait(lock, [this] { return reason_ != nullptr; });
  return reason_;
}

void stopping::give_up() {
  gave_up_ = true;
  const std::uint64_t one = 1;
  (void)!::write(wake_, &one, sizeof one);
}

void stopping::held_by(std::function<std::string()> who) {
  const std::lock_guard lock{mutex_};
  held_by_ = std::move(who);
}

void stopping::leave(const std::string& why) {
  std::string who;
  {
    const std::lock_guard lock{mutex_};
    if (held_by_) who = held_by_();
  }
  if (who.empty())
    events_.error("left", {{"reason", why}, {"while", doing_.load()}});
  else
    events_.error("left", {{"reason", why}, {"while", doing_.load()}, {"held_by", who}});
  events_.flush(for_the_last_lines);
  ::_exit(1);
}

void stopping::watch() {
  while (!over_) {
    std::array<pollfd, 2> inputs{pollfd{signals_, POLLIN, 0}, pollfd{wake_, POLLIN, 0}};
    ::poll(inputs.data(), inputs.size(), milliseconds_left());
    if (over_) return;
    if (milliseconds_left() == 0) leave("the deadline passed");
    if (inputs[1].revents & POLLIN) {
      std::uint64_t count = 0;
      (void)!::read(wake_, &count, sizeof count);
      if (gave_up_ && !began_at_) begin("failure");
    }
    if (inputs[0].revents & POLLIN) {
      signalfd_siginfo told{};
      if (::read(signals_, &told, sizeof told) != sizeof told) continue;
      if (began_at_) leave(std::string{"a second signal came: "} + name_of(told.ssi_signo));
      begin(name_of(told.ssi_signo));
    }
  }
}

void stopping::begin(const char* why) {
  began_at_ = std::chrono::steady_clock::now();
  const std::lock_guard lock{mutex_};
  reason_ = why;
  begun_.notify_all();
}

int stopping::milliseconds_left() const {
  if (!began_at_) return -1;
  const auto spent = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::steady_clock::now() - *began_at_)
                         .count();
  constexpr std::int64_t a_day = 86'400'000;  // poll takes an int, and is asked again
  return static_cast<int>(std::clamp<std::int64_t>(limit_ms_ - spent, 0, a_day));
}

}  // namespace acta::internal
