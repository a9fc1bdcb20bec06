// The journal in memory: for trying out, and for tests, which can hold its sync and make it fail.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>

#include "actors/ports/journal.hpp"
#include "runtime/journal/new_identity.hpp"
#include "runtime/journal/writer_table.hpp"

namespace acta::internal {

/// Completes every call inside the call, unless held. Any thread.
class memory_journal final : public journal {
public:
  using journal::append;
  void append(std::vector<append_ptr> batch, append_done done) override;
  void recover(const stream_id& stream, writer_id writer, version from, std::size_t max_events,
               read_done done) override;
  void leave(const stream_id& stream, writer_id writer) override;
  void save(const stream_id& stream, snapshot what) override;
  void find_command(command_search what, search_done done) override;
  void read_stream(const stream_id& stream, version from, std::size_t max_events,
                   read_done done) override;
  void read_all(position from, std::size_t max_events, read_done done) override;
  [[nodiscard]] position last() const override;
  /// A new journal each time.
  [[nodiscard]] journal_identity identity() const override { return identity_; }
  [[nodiscard]] std::string read_only_reason() const override;
  [[nodiscard]] result<std::map<std::string, std::string>> properties() const override;
  result<void> set_properties(const std::map<std::string, std::string>& changed) override;
  result<void> remove_properties(const std::vector<std::string>& names) override;
  /// Fails: what is only in memory is not meant to be kept.
  using journal::backup;
  result<position> backup(const std::filesystem::path& directory,
                          const backup_options& how) override;

  /// From now on appends, recoveries and leavings wait, in order, for release_one().
  void hold();
  /// Carries out the oldest waiting call. False: none waits.
  bool release_one();
  /// Carries out what waits, and holds no longer.
  void release_all();
  [[nodiscard]] std::size_t held() const;
  /// The streams that have a registered writer.
  [[nodiscard]] std::size_t writers() const;

  /// How many searches went further than one event.
  [[nodiscard]] std::size_t searches() const { return searches_; }

  /// What a failed write leaves behind, which nobody knows until the journal is reopened.
  enum class after_failure { kept, lost };
  /// The next append's write fails.
  void fail_next_append(after_failure effect);
  /// What closing and opening again would do: writable, and the truth about failed writes.
  void reopen();

private:
  using step = std::function<std::function<void()>()>;  // under the lock; returns the call of done
  void run(step next);
  std::vector<append_result> write(const std::vector<append_ptr>& batch);
  void store(const append_request& append, append_result& got);
  [[nodiscard]] version version_of(const stream_id& stream) const;
  [[nodiscard]] event_page page_of(const stream_id& stream, version from, std::size_t most) const;
  [[nodiscard]] result<event_page> recovery_page(const stream_id& stream, version from,
                                                 std::size_t most) const;

  const journal_identity identity_ = new_identity();
  mutable std::mutex mutex_;
  std::vector<recorded_event> log_;
  std::unordered_map<stream_id, std::vector<std::size_t>> streams_;
  std::unordered_map<stream_id, snapshot> snapshots_;
  writer_table writers_;
  std::map<std::string, std::string> properties_;
  std::string read_only_reason_;
  std::deque<step> waiting_;
  bool held_ = false;
  std::size_t searches_ = 0;
  std::optional<after_failure> failing_;
  std::vector<append_ptr> kept_;
};

}  // namespace acta::internal
