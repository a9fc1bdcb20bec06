// Reads a scenario, and checks it against a domain.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "actors/model/malformed.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/load/exit_code.hpp"
#include "runtime/load/run_command.hpp"

namespace acta::internal::load {

namespace {

result<scenario> read(const std::filesystem::path& from) {
  std::ifstream file{from};
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) return error{errc::malformed, "cannot be read", {}, {}};
  return parse_scenario(text.str(), process_environment);
}

const aggregate_type* find(const std::vector<aggregate_type>& types, const std::string& name) {
  const auto found = std::find_if(types.begin(), types.end(),
                                  [&](const aggregate_type& one) { return one.name == name; });
  return found == types.end() ? nullptr : &*found;
}

/// Fails with the field of the scenario that this domain does not have.
result<void> check(const scenario& what, const aggregate_type& type) {
  random_numbers chance{what.seed};
  const auto id = what.id_of(0);
  const auto fits = [&](const kind_of_operation& kind, const std::string& place) -> result<void> {
    if (kind.command.empty()) return {};
    const auto index = type.find_command(kind.command);
    if (!index)
      return malformed(place + ".command", type.name + " has no command '" + kind.command + "'");
    return node_target::check(type, *index, kind.arguments->make({0, &id}, chance), place);
  };
  for (std::size_t i = 0; i < what.prepare.size(); ++i)
    if (auto good = fits(what.prepare[i].what, "prepare[" + std::to_string(i) + "]"); !good)
      return good;
  for (std::size_t i = 0; i < what.mix.size(); ++i)
    if (auto good = fits(what.mix[i], "mix[" + std::to_string(i) + "]"); !good) return good;
  return {};
}

}  // namespace

int complain(const std::string& why) {
  std::cerr << why << '\n';
  return exit_code::not_understood;
}

std::optional<scenario> read_scenario(const std::filesystem::path& file, const domain& with) {
  const auto refuse = [&](const error& why) -> std::optional<scenario> {
    complain(file.string() + ": " + (why.field.empty() ? "" : why.field + ": ") + why.detail);
    return std::nullopt;
  };
  auto what = read(file);
  if (!what) return refuse(what.error());
  const auto* type = find(with.types, what->aggregate);
  if (type == nullptr)
    return refuse(malformed("aggregate", "'" + what->aggregate + "' is not in this program"));
  if (const auto good = check(*what, *type); !good) return refuse(good.error());
  return *std::move(what);
}

const aggregate_type& type_of(const scenario& what, const domain& with) {
  return *find(with.types, what.aggregate);
}

const load_invariant* invariant_of(const scenario& what, const domain& with) {
  const auto found =
      std::find_if(with.invariants.begin(), with.invariants.end(),
                   [&](const load_invariant& one) { return one.aggregate == what.aggregate; });
  return found == with.invariants.end() ? nullptr : &*found;
}

}  // namespace acta::internal::load
