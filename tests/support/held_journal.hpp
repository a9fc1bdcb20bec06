// Any journal, whose calls a test can hold back and whose writes it can make fail. What is told of
// a failed write is what an adapter must tell; whether the write took effect, reopen() decides.
//
// Two of them on one journal are two nodes: what one holds, the other overtakes.
#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include "actors/ports/journal.hpp"

namespace acta::testing {

using namespace internal;

/// Hands on every call, unless held. Any thread; the journal below outlives it.
class held_journal final : public journal {
public:
  explicit held_journal(journal& below) : below_{&below} {}

  using journal::append;
  void append(std::vector<append_ptr> batch, append_done done) override {
    run([this, batch = std::move(batch), done = std::move(done)]() mutable {
      write(std::move(batch), done);
    });
  }
  void recover(partition_id in, const stream_id& stream, writer_id writer, version from,
               std::size_t max_events, read_done done) override {
    run([=, this] { below_->recover(in, stream, writer, from, max_events, done); });
  }
  void leave(partition_id in, const stream_id& stream, writer_id writer) override {
    run([=, this] { below_->leave(in, stream, writer); });
  }
  void save(partition_id in, const stream_id& stream, snapshot what) override {
    run([=, this, what = std::move(what)] {
      if (read_only_reason().empty()) below_->save(in, stream, what);
    });
  }
  void find_command(partition_id in, command_search what, search_done done) override {
    below_->find_command(in, std::move(what), std::move(done));
  }
  void read_stream(partition_id in, const stream_id& stream, version from, std::size_t max_events,
                   read_done done) override {
    below_->read_stream(in, stream, from, max_events, std::move(done));
  }
  void read_all(position from, std::size_t max_events, read_done done) override {
    below_->read_all(from, max_events, std::move(done));
  }
  [[nodiscard]] position last(partition_id of) const override { return below_->last(of); }
  [[nodiscard]] std::string read_only_reason() const override {
    const std::lock_guard lock{mutex_};
    return read_only_reason_.empty() ? below_->read_only_reason() : read_only_reason_;
  }

  /// From now on appends, recoveries, snapshots and leavings wait, in order, for release_one().
  void hold() {
    const std::lock_guard lock{mutex_};
    held_ = true;
  }
  /// Carries out the oldest waiting call. False: none waits.
  bool release_one() {
    std::unique_lock lock{mutex_};
    if (waiting_.empty()) return false;
    const auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    next();
    return true;
  }
  /// Carries out what waits, and holds no longer.
  void release_all() {
    while (release_one()) {
    }
    const std::lock_guard lock{mutex_};
    held_ = false;
  }
  [[nodiscard]] std::size_t held() const {
    const std::lock_guard lock{mutex_};
    return waiting_.size();
  }

  /// What a failed write leaves behind, which nobody knows until the journal is reopened.
  enum class after_failure { kept, lost };
  /// The next append's write fails: all of it is of unknown outcome, and no write comes after it.
  void fail_next_append(after_failure effect) {
    const std::lock_guard lock{mutex_};
    failing_ = effect;
  }
  /// What closing and opening again would do: writable, and the truth about failed writes. What
  /// would have been refused is not kept; nor is what a successor has recovered without.
  void reopen() {
    std::unique_lock lock{mutex_};
    read_only_reason_.clear();
    auto kept = std::exchange(kept_, {});
    lock.unlock();
    if (!kept.empty()) below_->append(std::move(kept), [](const auto&) {});
  }

private:
  using call = std::function<void()>;
  void run(call next) {
    std::unique_lock lock{mutex_};
    if (held_) return waiting_.push_back(std::move(next));
    lock.unlock();
    next();
  }

  void write(std::vector<append_ptr> batch, const append_done& done) {
    std::unique_lock lock{mutex_};
    auto status = append_status::stored;
    if (!read_only_reason_.empty()) status = append_status::read_only;
    if (status == append_status::stored && failing_) {
      status = append_status::unknown;
      read_only_reason_ = "a write failed: told to";
      if (*std::exchange(failing_, std::nullopt) == after_failure::kept) kept_ = batch;
    }
    lock.unlock();
    if (status == append_status::stored) return below_->append(std::move(batch), done);
    done(std::vector<append_result>(batch.size(), append_result{status, {}}));
  }

  journal* const below_;
  mutable std::mutex mutex_;
  std::deque<call> waiting_;
  bool held_ = false;
  std::optional<after_failure> failing_;
  std::string read_only_reason_;
  std::vector<append_ptr> kept_;
};

}  // namespace acta::testing
