// The ways into a service, from their opening to the end of its drain.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "runtime/cli/stopping.hpp"
#include "runtime/delivery/way_in.hpp"
#include "runtime/telemetry/log.hpp"

namespace acta {

class node;

namespace internal {

/// For the last answers to leave, once a node has drained.
inline constexpr std::chrono::milliseconds last_answers{2'000};

/// A list in the order of opening: the last is the one by which most requests come. One thread. All
/// that it is given outlives it.
class ways_in {
public:
  ways_in(log& events, stopping& end) : events_{events}, end_{end} {}

  /// `without` is the event that is logged, as a warning, if the way in cannot start: the service
  /// goes on without it. Null: it cannot, and open() fails.
  void add(way_in& one, const char* without = nullptr) { all_.push_back({&one, without}); }

  /// Starts them in order. Throws command_error at the first that the service needs and that cannot
  /// start: `serve` ends with exit code 1, and the reason is its one line.
  void open();

  /// Why the service is not ready although its node is, or nothing. Any thread, once open() began.
  [[nodiscard]] std::string not_ready_reason() const;

  /// Has them refuse what is new, in order; has `serving` answer what came in, at most `deadline`
  /// long; then stops them, the last first, which may take last_answers all together. Returns true
  /// if all of it was answered in time and the node has ended: see node.shut_down().
  bool drain(node& serving, std::chrono::milliseconds deadline);

private:
  struct entry {
    way_in* way;
    const char* without;
  };

  log& events_;
  stopping& end_;
  std::vector<entry> all_;
};

}  // namespace internal
}  // namespace acta
