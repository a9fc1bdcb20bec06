// The target that a command line names: a node in this process, or a service over HTTP, which the
// harness may have started itself.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "runtime/load/http_target.hpp"
#include "runtime/load/node_target.hpp"
#include "runtime/load/run_result.hpp"
#include "runtime/load/service_process.hpp"
#include "runtime/load/temporary_directory.hpp"
#include "runtime/node.hpp"

namespace acta::internal::load {

struct target_options {
  std::filesystem::path data;     ///< The journal; empty: a temporary one, or not known.
  std::size_t credits = 0;        ///< Of the node in this process; 0: its default.
  std::vector<std::string> urls;  ///< Empty: a node in this process.
  std::size_t connections = 64;
  std::string authorities = {};  ///< For https: a PEM file; empty: those of the system.
  std::string start;             ///< The command of the service; empty: it is there.
  std::chrono::milliseconds kill_every{0};
};

/// One thread. Ends what it opened.
class opened_target {
public:
  /// Blocking. Fails, with nothing left behind, if there is no such target: the error says why.
  [[nodiscard]] static result<std::unique_ptr<opened_target>> open(const target_options& how,
                                                                   const aggregate_type& type);

  [[nodiscard]] target& on() { return *target_; }
  /// The journal, if it can be read beside the target; empty: it cannot.
  [[nodiscard]] std::filesystem::path journal() const { return journal_; }
  /// Kills the service from now on as often as the options say.
  void begin_kills();
  /// Fails if the service is not there any more.
  [[nodiscard]] result<void> end_kills();
  /// When the service was killed, after end_kills().
  [[nodiscard]] std::vector<std::chrono::steady_clock::time_point> kills() const;
  /// Processor time of the target so far, without that of the calling thread; nothing if it is not
  /// known.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> processor_time() const;
  [[nodiscard]] std::optional<std::uint64_t> peak_bytes() const;

private:
  explicit opened_target(const target_options& how) : how_{how} {}
  result<void> open_node(const aggregate_type& type);
  result<void> open_service(const aggregate_type& type);

  const target_options how_;
  std::optional<temporary_directory> own_;
  std::filesystem::path journal_;
  std::unique_ptr<node> node_;
  std::unique_ptr<target> target_;
  std::optional<service_process> service_;
};

}  // namespace acta::internal::load
