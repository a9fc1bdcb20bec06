// The options by which `serve` takes commands from a queue.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "runtime/delivery/amqp/amqp.hpp"

namespace acta::internal {

/// Lives as long as the command that it was added to.
class amqp_command_line {
public:
  void add_to(CLI::App& serve);
  /// The way in that the options ask for, or none. Throws command_error if the file with the URL
  /// cannot be read.
  [[nodiscard]] way_in_factory way_in() const;

private:
  amqp_options chosen_;
  std::string url_file_;
  std::uint64_t retry_ms_ = 600'000;
};

}  // namespace acta::internal
