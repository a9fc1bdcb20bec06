// A collector that is not ours, for the tests of this folder.
#pragma once

#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/child_process.hpp"

namespace acta::testing {

/// Returns the folder of the packages, once they are installed.
inline std::string installed_clients() {
  child_process installing{{CLIENTS "/install"}};
  const auto ended = installing.wait(std::chrono::minutes{5});
  if (!ended || ended->code != 0) throw std::runtime_error{"no clients: " + installing.err()};
  const auto printed = installing.out();
  return printed.substr(0, printed.find('\n'));
}

/// otlp_receiver.js, as a process.
class otlp_receiver {
public:
  otlp_receiver()
      : program_{{"/usr/bin/env", "NODE_PATH=" + installed_clients(), "node",
                  CLIENTS "/otlp_receiver.js"}} {
    if (!program_.printed("listening ")) throw std::runtime_error{"no receiver: " + program_.err()};
  }
  [[nodiscard]] std::string url() const {
    std::istringstream line{program_.out()};
    std::string word, port;
    line >> word >> port;
    return "http://127.0.0.1:" + port + "/v1/traces";
  }
  /// What it understood of each request so far.
  [[nodiscard]] std::vector<nlohmann::json> requests() const {
    std::vector<nlohmann::json> all;
    const auto out = program_.out();
    std::istringstream lines{out.substr(0, out.rfind('\n') + 1)};  // the last may not be whole yet
    std::string line;
    std::getline(lines, line);  // where it listens
    while (std::getline(lines, line)) all.push_back(nlohmann::json::parse(line));
    return all;
  }
  /// Waits for so many spans, and returns all there are.
  [[nodiscard]] std::vector<nlohmann::json> spans(std::size_t least) const {
    std::vector<nlohmann::json> all;
    poll_until([&] {
      all.clear();
      for (const auto& request : requests())
        for (const auto& one : request.value("spans", nlohmann::json::array())) all.push_back(one);
      return all.size() >= least;
    });
    return all;
  }

private:
  child_process program_;
};

}  // namespace acta::testing
