#include "runtime/cli/application.hpp"

#include "runtime/cli/application/implementation.hpp"

namespace acta {

application::application(std::string name, std::string about)
    : self_{std::make_unique<implementation>(std::move(name), std::move(about))} {}

application::~application() = default;

void application::host(aggregate_type type) { self_->types_.push_back(std::move(type)); }

void application::configure(std::function<void(options&)> change) {
  self_->configure_ = std::move(change);
}

void application::on_start(std::function<void(node&)> call) {
  self_->serving_.started = std::move(call);
}

void application::add(internal::way_in_factory way) {
  self_->serving_.ways_in.push_back(std::move(way));
}

subcommand application::command(std::string name, std::string help, std::function<int()> action) {
  return subcommand{*self_->command(std::move(name), std::move(help), std::move(action))};
}

const std::filesystem::path& application::data() const { return self_->data_; }

const std::vector<aggregate_type>& application::types() const { return self_->types_; }

int application::run(int argc, char** argv) { return self_->run(argc, argv); }

}  // namespace acta
