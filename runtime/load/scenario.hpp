// A scenario: what load is put on which aggregates, in JSON. See docs/load.md.
//
//   {
//     "name": "bank-steady",
//     "aggregate": "bank.account",
//     "keys": {"count": 10000, "law": "zipf", "exponent": 0.99},
//     "prepare": [{"command": "open", "payload": {"owner": {"$id": true}, "overdraft_limit": 0}}],
//     "mix": [{"command": "deposit", "weight": 9, "payload": {"minor_units":
//              {"$integer": [1, 500]}, "reference": {"$text": 12}}},
//             {"read": true, "weight": 1}],
//     "phases": [{"name": "warm-up", "rate": 500, "for": "5s", "measured": false},
//                {"name": "steady", "rate": 2000, "for": "30s"}]
//   }
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/load/arrivals.hpp"
#include "runtime/load/environment.hpp"
#include "runtime/load/key_choice.hpp"
#include "runtime/load/payload.hpp"
#include "runtime/load/retry_policy.hpp"
#include "runtime/load/thresholds.hpp"

namespace acta::internal::load {

/// One kind of operation.
struct kind_of_operation {
  std::string command;  ///< Empty: a read.
  double weight = 1;
  std::optional<payload> arguments;  ///< Of a command.

  [[nodiscard]] std::string name() const { return command.empty() ? "read" : command; }
};

/// Sent to every aggregate before the run, `times` times.
struct preparation {
  kind_of_operation what;
  std::uint64_t times = 1;
  bool if_new = false;  ///< Only to aggregates that have no event yet.
};

/// A closed loop: clients that wait for their answers.
struct client_loop {
  std::size_t clients = 1;
  std::chrono::nanoseconds think{0};  ///< From an answer to the next operation of its client.
  std::chrono::nanoseconds length{};
};

struct phase {
  std::string name;
  /// An open loop of rates, one after the other, or a closed one.
  std::variant<std::vector<rate_line>, client_loop> load;
  bool measured = true;

  [[nodiscard]] std::chrono::nanoseconds length() const;
  /// Operations that are to begin each second at this time of it; 0 in a closed loop.
  [[nodiscard]] double rate_at(std::chrono::nanoseconds time) const;
};

struct scenario {
  std::string name;
  std::string aggregate;
  std::uint64_t seed = 1;
  std::uint64_t keys = 0;
  key_law law;
  arrival_law arrivals = arrival_law::poisson;
  std::vector<preparation> prepare;
  std::vector<kind_of_operation> mix;
  std::vector<phase> phases;
  retry_policy retry;
  std::vector<threshold> thresholds;
  nlohmann::json written;  ///< As it was read, with the variables' values.

  static constexpr std::string_view id_prefix = "load-";

  /// The aggregate of a key.
  [[nodiscard]] std::string id_of(std::uint64_t key) const {
    return std::string{id_prefix} + std::to_string(key);
  }
};

/// Reads a scenario. Fails (malformed) with the path to the place in `field`.
[[nodiscard]] result<scenario> parse_scenario(
    std::string_view text, const environment& variables = [](const auto&) { return std::nullopt; });

}  // namespace acta::internal::load
