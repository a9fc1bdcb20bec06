#include <algorithm>

#include "runtime/command_line/completion.hpp"

namespace acta::internal {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void add(const command_description& one, const std::string& parent, const std::string& path,
         std::vector<completed_command>& all) {
  completed_command made{parent, path.empty() ? "" : one.name, path, {}, one.options, false};
  for (const auto& inner : one.commands) made.words.emplace_back(inner.name, inner.help);
  for (const auto& argument : one.arguments) {
    for (const auto& choice : argument.choices) made.words.emplace_back(choice, argument.help);
    made.takes_files = made.takes_files || argument.is_path;
  }
  all.push_back(std::move(made));
  for (const auto& inner : one.commands)
    add(inner, path, path.empty() ? inner.name : path + " " + inner.name, all);
}

bool has(const std::vector<option_description>& options, const option_description& one) {
  return std::any_of(options.begin(), options.end(),
                     [&](const auto& other) { return other.names == one.names; });
}

}  // namespace

std::vector<completed_command> completed_commands(const program_description& program) {
  std::vector<completed_command> all;
  add(program.whole, "", "", all);
  for (const auto& one : program.whole.commands)
    if (one.name == program.facts.default_command)
      for (const auto& option : one.options)
        if (!has(all[0].options, option)) all[0].options.push_back(option);
  return all;
}

std::string commands_as_cases(const std::vector<completed_command>& all) {
  std::string text;
  for (const auto& one : all)
    if (!one.path.empty())
      text += "      " + shell_quoted(one.parent + ":" + one.name) +
              ") at=" + shell_quoted(one.path) + " ;;\n";
  return text;
}

std::string values_as_cases(const std::vector<completed_command>& all,
                            const std::function<std::string(const option_description&)>& offer) {
  std::string text;
  for (const auto& command : all)
    for (const auto& option : command.options) {
      if (option.value.empty()) continue;
      std::string pattern;
      for (const auto& name : option.names)
        pattern += (pattern.empty() ? "" : " | ") + shell_quoted(command.path + ":" + name);
      text += "    " + pattern + ") " + offer(option) + ";;\n";
    }
  return text;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::string function_name(const program_description& program) {
  auto name = "_" + program.facts.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !is_word(c); }, '_');
  return name;
}

std::string shell_quoted(const std::string& text) {
  std::string made = "'";
  for (const char c : text) made += c == '\'' ? std::string{"'\\''"} : std::string{c};
  return made + "'";
}

}  // namespace acta::internal
