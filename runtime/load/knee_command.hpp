// `load knee`.
#pragma once

#include <chrono>
#include <filesystem>

#include "runtime/load/knee.hpp"
#include "runtime/load/run_command.hpp"

namespace acta::internal::load {

struct knee_options {
  std::filesystem::path scenario;
  target_options target;
  knee_settings search{.first_rate = 1'000, .most_rate = 1'000'000};
  std::chrono::milliseconds step{10'000};  ///< A rate is tried so long at least,
  std::uint64_t operations = 10'000;       ///< and for so many.
  std::filesystem::path report;            ///< JSON; empty: none.
  std::filesystem::path page;              ///< HTML; empty: none.
};

/// Prints the interval in which the knee is; returns the exit code.
int knee_command(const knee_options& how, const domain& with);

}  // namespace acta::internal::load
