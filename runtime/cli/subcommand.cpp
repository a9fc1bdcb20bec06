#include "runtime/cli/subcommand.hpp"

#include <CLI/CLI.hpp>
#include <limits>
#include <sstream>

#include "runtime/cli/application/checks.hpp"

namespace acta {

namespace {

using internal::no_name, internal::number_in;

template <class Number>
std::string no_number_for_it(const std::string& text) {
  if (number_in<Number>(text)) return {};
  if constexpr (std::floating_point<Number>) return "'" + text + "' is no number";
  return "'" + text + "' is no whole number from " +
         std::to_string(std::numeric_limits<Number>::min()) + " to " +
         std::to_string(std::numeric_limits<Number>::max());
}

template <class Value>
std::string shown(const Value& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

/// CLI11 would read 010 as octal, and a number that does not fit as another one.
template <class Number>
CLI::Option* add_to(CLI::App& its, const std::string& name, Number& value,
                    const std::string& help) {
  const auto take = [&value](const std::string& text) { value = *number_in<Number>(text); };
  return its.add_option_function<std::string>(name, take, help)
      ->check(no_number_for_it<Number>)
      ->type_name("NUMBER")
      ->default_str(shown(value));
}

CLI::Option* add_to(CLI::App& its, const std::string& name, std::string& value,
                    const std::string& help) {
  return its.add_option(name, value, help)->check(no_name)->default_str(value);
}

CLI::Option* add_to(CLI::App& its, const std::string& name, std::filesystem::path& value,
                    const std::string& help) {
  return its.add_option(name, value, help)
      ->check(no_name)
      ->type_name("PATH")
      ->default_str(value.string());
}

CLI::Option* add_to(CLI::App& its, const std::string& name, std::vector<std::string>& values,
                    const std::string& help) {
  auto* made = its.add_option(name, values, help)->check(no_name);
  // An option takes one text each time, since an argument may follow it.
  if (!made->get_positional()) made->take_all()->allow_extra_args(false);
  return made;
}

}  // namespace

subcommand subcommand::add(const std::string& name, bound_value value, const std::string& help,
                           presence needed) {
  auto* made = std::visit([&](auto* bound) { return add_to(*its_, name, *bound, help); }, value);
  if (needed == presence::required) made->required()->default_str("");
  return *this;
}

subcommand subcommand::flag(const std::string& name, bool& value, const std::string& help) {
  its_->add_flag(name, value, help);
  return *this;
}

subcommand subcommand::footer(const std::string& text) {
  its_->footer(text);
  return *this;
}

}  // namespace acta
