// A client that follows a script while the disk fails, tells a history of it, and judges what is
// there afterwards.
#pragma once

#include <memory>
#include <set>

#include "tests/recovery/engine/script.hpp"
#include "tests/support/counter_history.hpp"
#include "tests/support/faulty_file_system.hpp"
#include "tests/support/real_engine.hpp"

namespace acta::testing {

using namespace internal;

/// A directory with a journal in it, somewhere below, on a disk that fails when told to.
class breakable_disk {
public:
  explicit breakable_disk(std::filesystem::path root);
  [[nodiscard]] faulty_file_system& files() { return *files_; }
  [[nodiscard]] rocksdb_options journal(std::size_t index_run_events) const;

private:
  std::filesystem::path root_;
  std::shared_ptr<faulty_file_system> files_;
  std::unique_ptr<rocksdb::Env> environment_;
};

/// Copies are clients that have lived through the same: one for each disk that a power cut may
/// leave.
class client {
public:
  explicit client(const script& what) : script_{&what} {}

  /// Follows the script from its first step, life after life. Ends early when an engine does not
  /// start, or `over` says so.
  void follow(
      breakable_disk& disk, const std::function<bool()>& over = [] { return false; });
  /// The disk is well again: an engine starts, everything is as was answered, and what is asked
  /// again takes effect, once.
  void expect_recovery(breakable_disk& disk);
  /// No engine starts on it, since it is damaged.
  [[nodiscard]] bool is_refused(breakable_disk& disk) const;

  /// How commands were answered.
  [[nodiscard]] const std::map<std::string, std::size_t>& outcomes() const { return outcomes_; }

private:
  void carry_out(real_engine& engine, const step& next);
  void send(real_engine& engine, const std::vector<scripted_command>& commands);
  seen_view read(real_engine& engine, const std::string& id);
  std::vector<recorded_event> expect_right(real_engine& engine);
  void expect_right_snapshots(const rocksdb_options& reading);
  void expect_balanced(real_engine& engine, const std::vector<recorded_event>& log);

  const script* script_;
  history told_;
  std::map<std::string, std::size_t> outcomes_;
};

}  // namespace acta::testing
