#include "runtime/telemetry/line_writer.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>

#include "runtime/telemetry/signal_free_thread.hpp"

namespace acta::internal {

namespace {

constexpr std::chrono::milliseconds for_the_last_lines{500};

/// Returns false if it cannot be written: nobody reads any more, or a disk is full.
bool write_all(int to, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(to, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written < 0 && errno == EAGAIN) {
      // Whoever shares a terminal with us may have set O_NONBLOCK, which is shared with it.
      pollfd out{to, POLLOUT, 0};
      ::poll(&out, 1, -1);
    } else if (written == 0 || errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

class line_writer::lines {
public:
  lines(int descriptor, lost_line say_lost, std::size_t most_bytes)
      : descriptor_{descriptor}, say_lost_{std::move(say_lost)}, most_bytes_{most_bytes} {}

  void put(std::string line) {
    const std::lock_guard lock{mutex_};
    bytes_ += weight_of(line);
    waiting_.push_back(std::move(line));
    while (bytes_ > most_bytes_ && waiting_.size() > 1) {
      take();
      ++lost_;
      ++untold_;
    }
    more_.notify_one();
  }

  bool flush(std::chrono::milliseconds most) {
    std::unique_lock lock{mutex_};
    return none_left_.wait_for(lock, most, [this] { return waiting_.empty() && !writing_; });
  }

  std::uint64_t lost() {
    const std::lock_guard lock{mutex_};
    return lost_;
  }

  void end() {
    const std::lock_guard lock{mutex_};
    over_ = true;
    more_.notify_one();
  }

  /// The thread's: writes until the end, and what waits then.
  void run() {
    std::unique_lock lock{mutex_};
    for (;;) {
      more_.wait(lock, [this] { return over_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      auto text = take() + '\n';
      const auto untold = std::exchange(untold_, 0);
      writing_ = true;
      lock.unlock();
      if (untold > 0) text = say_lost_(untold) + '\n' + text;
      const bool written = write_all(descriptor_, text);
      lock.lock();
      writing_ = false;
      if (!written) {
        ++lost_;
        untold_ += untold + 1;
      }
      if (waiting_.empty()) none_left_.notify_all();
    }
  }

private:
  static std::size_t weight_of(const std::string& line) { return sizeof line + line.size(); }

  std::string take() {
    auto oldest = std::move(waiting_.front());
    waiting_.pop_front();
    bytes_ -= weight_of(oldest);
    return oldest;
  }

  const int descriptor_;
  const lost_line say_lost_;
  const std::size_t most_bytes_;
  std::mutex mutex_;
  std::condition_variable more_;
  std::condition_variable none_left_;
  // All of this under the lock:
  std::deque<std::string> waiting_;
  std::size_t bytes_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t untold_ = 0;  // of the lost
  bool writing_ = false;
  bool over_ = false;
};

line_writer::line_writer(int descriptor, lost_line say_lost, std::size_t most_waiting_bytes)
    : lines_{std::make_shared<lines>(descriptor, std::move(say_lost), most_waiting_bytes)},
      thread_{start_without_signals([mine = lines_] { mine->run(); })} {}

line_writer::~line_writer() {
  const bool all_written = flush(stalls_ ? std::chrono::milliseconds{0} : for_the_last_lines);
  lines_->end();
  // It may wait for its reader for ever. What it uses is its own.
  if (all_written)
    thread_.join();
  else
    thread_.detach();
}

void line_writer::write(std::string line) { lines_->put(std::move(line)); }
bool line_writer::flush(std::chrono::milliseconds most) {
  const bool all_written = lines_->flush(most);
  stalls_ = !all_written;
  return all_written;
}
std::uint64_t line_writer::lost() const { return lines_->lost(); }

}  // namespace acta::internal
