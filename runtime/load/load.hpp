// A load harness of a domain in one line:
//   int main(int argc, char** argv) { return acta::load_main<account>(argc, argv); }
//
//   load run scenarios/steady.json
//
// It puts the load of a scenario on a node in this process, and then compares what was answered
// with what the journal holds. Exit codes: 0 it went well; 2 the scenario or the command line was
// not understood, or nothing could be started; 3 the audit found something wrong; 4 the generator
// was late, so that the latencies are its own: p99 above 5 ms while the target was free.
#pragma once

#include <utility>
#include <vector>

#include "actors/model/describe.hpp"

namespace acta {

/// Runs the command line of a load harness for these aggregates; returns its exit code.
int load_main(std::vector<aggregate_type> types, int argc, char** argv);

template <class... Aggregates>
int load_main(int argc, char** argv) {
  std::vector<aggregate_type> types;
  (types.push_back(describe<Aggregates>()), ...);
  return load_main(std::move(types), argc, argv);
}

}  // namespace acta
