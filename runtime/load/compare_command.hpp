// `load compare`.
#pragma once

#include <filesystem>

namespace acta::internal::load {

struct compare_options {
  std::filesystem::path before;
  std::filesystem::path after;
};

/// Prints a table of two reports; returns the exit code.
int compare_command(const compare_options& how);

}  // namespace acta::internal::load
