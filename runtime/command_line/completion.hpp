// Scripts by which a shell completes the command line of a program. They hold all they need: no
// program is started when somebody types. Commands, options, values out of a list, and files are
// completed. An argument is completed by what any argument of its command may be: the scripts do
// not count arguments.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/command_line/description.hpp"

namespace acta::internal {

[[nodiscard]] std::string bash_completion(const program_description& program);
[[nodiscard]] std::string zsh_completion(const program_description& program);
[[nodiscard]] std::string fish_completion(const program_description& program);

/// A command as the scripts see it.
struct completed_command {
  std::string parent;  ///< Path of the command that it is in.
  std::string name;    ///< Empty: the program itself.
  std::string path;    ///< "schedule add"; empty: the program itself.
  std::vector<std::pair<std::string, std::string>> words;  ///< Commands and choices, with help.
  std::vector<option_description> options;  ///< Those of the program with the default command's.
  bool takes_files = false;
};

/// Returns the program and all its commands.
[[nodiscard]] std::vector<completed_command> completed_commands(const program_description& program);

/// Returns the cases, for bash and zsh, in which a word on the line leads into a command: `at` is
/// the path of the command then.
[[nodiscard]] std::string commands_as_cases(const std::vector<completed_command>& all);

/// Returns the cases, for bash and zsh, in which an option waits for its value; `offer` says what
/// the shell does then.
[[nodiscard]] std::string values_as_cases(
    const std::vector<completed_command>& all,
    const std::function<std::string(const option_description&)>& offer);

/// Returns the first line of a text.
[[nodiscard]] std::string first_line(const std::string& text);

/// Returns the name of a function of the scripts: a shell allows few characters in it.
[[nodiscard]] std::string function_name(const program_description& program);

/// Returns a text as a literal of bash and zsh.
[[nodiscard]] std::string shell_quoted(const std::string& text);

}  // namespace acta::internal
