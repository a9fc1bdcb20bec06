// What the end-to-end benches measure with.
#pragma once

#include <CLI/CLI.hpp>
#include <acta/node.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace acta::bench {

struct round_result {
  double per_second;
  double us_per_call;  ///< Of processor, in all threads of the process.
};

/// Which threads the node runs its actors on.
struct scheduling {
  std::size_t threads = options{}.worker_threads;
  scheduler_policy policy = options{}.scheduler;

  /// Has a command line set them.
  void add_to(CLI::App& app);
  /// Has a node use them.
  void apply_to(options& how) const;
  [[nodiscard]] std::string name() const;
};

/// Runs `calls` calls once.
round_result timed(std::size_t calls, const std::function<void()>& run);

/// Prints what `measure` returns, or why it failed; returns the exit code.
int print(const char* bench, const std::function<nlohmann::ordered_json()>& measure);

[[nodiscard]] double median(std::vector<double> values);

/// The node's metrics, in Prometheus' text.
[[nodiscard]] std::string metrics_of(node& of);
/// The value of one series in it; 0 if it is not there.
[[nodiscard]] double value_in(const std::string& text, const std::string& series);

}  // namespace acta::bench
