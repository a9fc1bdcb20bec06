// `load run`.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "runtime/load/invariant.hpp"
#include "runtime/load/opened_target.hpp"

namespace acta::internal::load {

/// A domain, for the command line.
struct domain {
  std::vector<aggregate_type> types;
  std::vector<load_invariant> invariants;
};

struct run_options {
  std::filesystem::path scenario;
  target_options target;
  std::filesystem::path report;  ///< JSON; empty: none.
  std::filesystem::path page;    ///< HTML; empty: none.
  std::size_t repeat = 1;
};

/// Reads a scenario and checks it against a domain. Prints what is wrong, and returns nothing.
[[nodiscard]] std::optional<scenario> read_scenario(const std::filesystem::path& file,
                                                    const domain& with);
[[nodiscard]] const aggregate_type& type_of(const scenario& what, const domain& with);
/// Of the scenario's type; null: it has none.
[[nodiscard]] const load_invariant* invariant_of(const scenario& what, const domain& with);
/// A prefix that no other run has.
[[nodiscard]] std::string prefix_of_now();
/// Prints a line to standard error; returns exit code 2.
int complain(const std::string& why);

/// Returns the exit code, the worst of the repeats.
int run_command(const run_options& how, const domain& with);

}  // namespace acta::internal::load
