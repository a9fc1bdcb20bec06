// What a client does in the tests that break the disk below an engine: short, and covering every
// kind of file operation.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "tests/support/counter.hpp"
#include "tests/support/real_engine.hpp"

namespace acta::testing {

using namespace internal;

struct scripted_command {
  std::string id;
  std::string command_id;
  add what;
};

/// Commands that are sent at once; when all are answered, queries; then perhaps a clean end of the
/// engine and its next life.
struct step {
  std::vector<scripted_command> commands;
  std::vector<std::string> reads;
  bool restart = false;
};

struct script {
  const char* name;
  std::size_t index_run_events;  ///< How soon the journal writes and ingests an index run.
  std::vector<step> steps{};
  options engine = small_engine();
};

/// Googletest would print its bytes.
inline void PrintTo(const script& what, std::ostream* to) { *to << what.name; }

/// Every test runs each of them.
std::vector<script> scripts();

}  // namespace acta::testing
