#include "runtime/command_line/describe_command_line.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace acta::internal {

namespace {

/// CLI11 keeps the choices of CLI::IsMember in the name of the type only: "TEXT:{skip,once}".
std::vector<std::string> choices_in(const std::string& type) {
  const auto begin = type.find(":{");
  if (begin == std::string::npos || !type.ends_with('}')) return {};
  std::istringstream list{type.substr(begin + 2, type.size() - begin - 3)};
  std::vector<std::string> all;
  for (std::string one; std::getline(list, one, ',');) all.push_back(one);
  return all;
}

/// "needs --queue, excludes --amqp"
std::string conditions_of(const CLI::Option& one) {
  std::string text;
  const auto append = [&text](const char* verb, const auto& others) {
    for (const auto* other : others)
      text += (text.empty() ? "" : ", ") + std::string{verb} + " " + other->get_name();
  };
  append("needs", one.get_needs());
  append("excludes", one.get_excludes());
  return text;
}

std::vector<std::string> names_of(const CLI::Option& one) {
  if (one.get_positional()) return {one.get_name(true, false)};
  std::vector<std::string> names;
  for (const auto& name : one.get_snames()) names.push_back("-" + name);
  for (const auto& name : one.get_lnames()) names.push_back("--" + name);
  return names;
}

option_description described(const CLI::Option& one, const std::string& group) {
  const auto type = one.get_type_name();
  const bool has_value = one.get_items_expected_max() > 0;
  return {.names = names_of(one),
          .value = has_value ? type.substr(0, type.find(':')) : "",
          .help = one.get_description(),
          .conditions = conditions_of(one),
          .fallback = has_value ? one.get_default_str() : "",
          .group = group,
          .choices = choices_in(type),
          .is_path = type.starts_with("PATH"),
          .is_required = one.get_required(),
          .repeats = one.get_items_expected_max() > 1};
}

void add_options(const CLI::App& from, const std::string& group, command_description& to) {
  for (const auto* one : from.get_options()) {
    if (one->get_group().empty()) continue;  // hidden from --help
    auto& list = one->get_positional() ? to.arguments : to.options;
    list.push_back(described(*one, group));
  }
}

/// Without the footer of the whole, which commands inherit.
std::string own_footer(const CLI::App& one, const std::string& of_whole) {
  auto text = one.get_footer();
  if (!of_whole.empty() && text.ends_with(of_whole)) text.resize(text.size() - of_whole.size());
  return text;
}

command_description described(const CLI::App& one, const std::string& footer_of_whole) {
  command_description made{
      one.get_name(), one.get_description(), own_footer(one, footer_of_whole), {}, {}, {}};
  add_options(one, "", made);
  for (const auto* inner : one.get_subcommands([](const CLI::App*) { return true; })) {
    if (inner->get_group().empty()) continue;
    // A group of options is a command without a name to CLI11.
    if (inner->get_name().empty())
      add_options(*inner, inner->get_description(), made);
    else
      made.commands.push_back(described(*inner, footer_of_whole));
  }
  return made;
}

}  // namespace

command_description describe_command_line(const CLI::App& whole) {
  return described(whole, whole.get_footer());
}

}  // namespace acta::internal
