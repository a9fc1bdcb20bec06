// The options by which `serve` takes commands from a queue.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "runtime/delivery/amqp/amqp.hpp"

namespace acta::internal {

/// Lives as long as the command that it was added to.
class amqp_command_line {
public:
  void add_to(CLI::App& serve);
  /// The way in that the options ask for, or none. Throws command_error if they ask for a queue and
  /// name no broker, or name one without a queue; if the file with the URL cannot be read; or if
  /// what is in it, or in ACTA_AMQP_URL, is no URL.
  [[nodiscard]] way_in_factory way_in() const;

private:
  /// Where a URL was found, and the URL.
  struct origin {
    std::string name;
    std::string url;
  };
  /// Looks at the options first, then at the environment. An empty URL: there is none.
  [[nodiscard]] origin find_url() const;

  amqp_options chosen_;
  std::string url_file_;
  std::vector<const CLI::Option*> all_;
};

}  // namespace acta::internal
