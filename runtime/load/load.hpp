// A load harness of a domain in one line:
//   int main(int argc, char** argv) { return acta::load_main<account>(argc, argv); }
//
//   load run scenarios/steady.json --page report.html
//   load knee scenarios/steady.json
//   load compare before.json after.json
//
// It puts the load of a scenario on a node in this process, or on a service over HTTP, and then
// compares what was answered with what the journal holds. docs/load.md says how.
//
// Exit codes: 0 it went well; 1 a threshold is broken; 2 the scenario or the command line was not
// understood, or nothing could be started; 3 the audit found something wrong, or could not be done;
// 4 the generator was late, so that the latencies are its own.
#pragma once

#include <utility>
#include <vector>

#include "actors/model/describe.hpp"
#include "runtime/load/invariant.hpp"

namespace acta {

/// Runs the command line of a load harness for these aggregates; returns its exit code. Blocking.
int load_main(std::vector<aggregate_type> types, std::vector<load_invariant> invariants, int argc,
              char** argv);

/// The same, for aggregates by their classes. `invariants`: what the audit compares beyond what
/// holds for every stream.
template <class... Aggregates>
int load_main(int argc, char** argv, std::vector<load_invariant> invariants = {}) {
  std::vector<aggregate_type> types;
  (types.push_back(describe<Aggregates>()), ...);
  return load_main(std::move(types), std::move(invariants), argc, argv);
}

}  // namespace acta
