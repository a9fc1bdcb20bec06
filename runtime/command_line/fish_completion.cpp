#include "runtime/command_line/completion.hpp"

namespace acta::internal {

namespace {

constexpr const char* begin = R"(
  set -l at ''
  set -l given (commandline -opc)
  for word in $given[2..-1]
    switch "$at:$word"
)";

constexpr const char* end = R"(    end
  end
  test "$at" = "$argv"
end
)";

std::string fish_quoted(const std::string& text) {
  std::string made = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') made += '\\';
    made += c;
  }
  return made + "'";
}

std::string names_of(const option_description& option) {
  std::string text;
  for (const auto& name : option.names)
    text += name.starts_with("--") ? " -l " + fish_quoted(name.substr(2))
                                   : " -s " + fish_quoted(name.substr(1));
  return text;
}

/// What follows an option, if anything: no file, unless it is a path.
std::string value_of(const option_description& option) {
  if (option.value.empty()) return "";
  if (option.is_path) return " -r -F";
  std::string choices;
  for (const auto& one : option.choices) choices += (choices.empty() ? "" : " ") + one;
  return choices.empty() ? " -x" : " -x -a " + fish_quoted(choices);
}

std::string lines_of(const completed_command& command, const std::string& head) {
  std::string text;
  for (const auto& [word, help] : command.words)
    text += head + " -a " + fish_quoted(word) + " -d " + fish_quoted(first_line(help)) + "\n";
  if (command.takes_files) text += head + " -F\n";
  for (const auto& option : command.options)
    text += head + names_of(option) + value_of(option) + " -d " +
            fish_quoted(first_line(option.help)) + "\n";
  return text;
}

}  // namespace

std::string fish_completion(const program_description& program) {
  const auto& name = program.facts.name;
  const auto is_at = "_" + function_name(program) + "_is_at";
  const auto all = completed_commands(program);
  auto text = "# Completes " + name + " in fish. Keep it as ~/.config/fish/completions/" + name +
              ".fish\nfunction " + is_at + begin;
  for (const auto& one : all)
    if (!one.path.empty())
      text += "      case " + fish_quoted(one.parent + ":" + one.name) + "\n        set at " +
              fish_quoted(one.path) + "\n";
  const auto complete = "complete -c " + fish_quoted(name);
  text += end + complete + " -f\n";
  for (const auto& one : all)
    text += lines_of(one, complete + " -n " + fish_quoted(is_at + " " + one.path));
  return text;
}

}  // namespace acta::internal
