// The way in of what is due: the schedules of a node, as a service opens and stops them.
#pragma once

#include "runtime/delivery/way_in.hpp"
#include "runtime/node.hpp"

namespace acta::internal {

class due_commands final : public way_in {
public:
  explicit due_commands(node& to) : node_{to} {}

  [[nodiscard]] result<void> start() override {
    node_.run_schedules();
    return {};
  }
  void refuse_new() override { node_.schedules().refuse_new(); }
  /// A due command that has no answer now gets none: its due time comes again at the next start,
  /// and is recognised if it took effect. So nobody misses anything.
  std::size_t stop(std::chrono::milliseconds) override { return 0; }
  [[nodiscard]] const char* stopping_means() const override { return "stopping the schedules"; }

private:
  node& node_;
};

}  // namespace acta::internal
