// A node in this process as a target.
#pragma once

#include "runtime/load/target.hpp"
#include "runtime/node.hpp"

namespace acta::internal::load {

class node_target final : public target {
public:
  /// Fails if the arguments are none of the command; the field begins with `place`.
  [[nodiscard]] static result<void> check(const aggregate_type& type, std::size_t command,
                                          const nlohmann::json& arguments,
                                          const std::string& place);
  /// Both outlive the target and what it began.
  node_target(node& on, const aggregate_type& type) : node_{on}, type_{type} {}

  void begin(operation what, std::function<void(outcome)> done) override;
  [[nodiscard]] result<std::vector<stored_event>> events(const std::string& id, std::uint64_t from,
                                                         std::size_t most) override;
  [[nodiscard]] result<stored_view> view(const std::string& id) override;

private:
  node& node_;
  const aggregate_type& type_;
};

}  // namespace acta::internal::load
