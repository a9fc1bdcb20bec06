// A pipe of one page, whose reader can stall.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

namespace acta::testing {

class small_pipe {
public:
  small_pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0)
      throw std::system_error{errno, std::generic_category(), "pipe"};
    ::fcntl(ends_[1], F_SETPIPE_SZ, 4096);
  }
  small_pipe(const small_pipe&) = delete;
  small_pipe& operator=(const small_pipe&) = delete;
  ~small_pipe() {
    stop_reading();
    close(ends_[1]);
  }

  [[nodiscard]] int writing() const { return ends_[1]; }
  void stop_reading() { close(ends_[0]); }

  /// Writes until it is full: the next write blocks until somebody reads.
  void fill() const {
    ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    while (::write(ends_[1], ".", 1) == 1) continue;
    ::fcntl(ends_[1], F_SETFL, 0);
  }

  /// Reads one line, without its end; waits for it.
  std::string line() {
    std::array<char, 4096> some{};
    while (unread_.find('\n') == std::string::npos) {
      const auto size = ::read(ends_[0], some.data(), some.size());
      if (size <= 0) return std::exchange(unread_, {});
      unread_.append(some.data(), static_cast<std::size_t>(size));
    }
    const auto end = unread_.find('\n');
    auto text = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    return text;
  }

private:
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  std::array<int, 2> ends_{-1, -1};
  std::string unread_;
};

}  // namespace acta::testing
