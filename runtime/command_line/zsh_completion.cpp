#include "runtime/command_line/completion.hpp"

namespace acta::internal {

namespace {

constexpr const char* begin = R"(() {
  local at='' previous=${words[CURRENT - 1]} i
  local -a offered names
  if compset -P 1 '--*='; then previous=${IPREFIX%=}; fi
  for ((i = 2; i < CURRENT; i++)); do
    case "$at:${words[i]}" in
)";

constexpr const char* middle = R"(    esac
  done
  case "$at:$previous" in
)";

constexpr const char* end = R"(      esac
      if [[ $PREFIX == -* ]] || (( ! ${#offered} )) && [[ -z $files ]]; then
        _describe -o option names
        return
      fi
      (( ${#offered} )) && _describe command offered
      [[ $files ]] && _files ;;
  esac
}
)";

/// "name:help"
std::string described_word(const std::string& name, const std::string& help) {
  std::string escaped;
  for (const char c : name) escaped += c == ':' ? std::string{"\\:"} : std::string{c};
  return shell_quoted(escaped + ":" + first_line(help));
}

std::string offer(const option_description& option) {
  if (option.is_path) return "_files ";
  if (option.choices.empty()) return "_message " + shell_quoted(option.value) + " ";
  std::string text = "offered=(";
  for (const auto& one : option.choices) text += shell_quoted(one) + " ";
  return text + "); _describe value offered ";
}

std::string word_case(const completed_command& command) {
  auto text = "      " + shell_quoted(command.path) + ")\n        names=(\n";
  for (const auto& option : command.options)
    for (const auto& name : option.names)
      text += "          " + described_word(name, option.help) + "\n";
  text += "        )\n        offered=(\n";
  for (const auto& [word, help] : command.words)
    text += "          " + described_word(word, help) + "\n";
  return text + "        )\n" + (command.takes_files ? "        files=yes\n" : "") + "        ;;\n";
}

}  // namespace

std::string zsh_completion(const program_description& program) {
  const auto& name = program.facts.name;
  const auto function = function_name(program);
  const auto all = completed_commands(program);
  auto text = "#compdef " + name + "\n# Completes " + name + " in zsh. Keep it as " + function +
              " in a directory of $fpath.\n" + function + begin;
  text += commands_as_cases(all) + middle + values_as_cases(all, offer) +
          "    *)\n      local files=''\n      case \"$at\" in\n";
  for (const auto& one : all) text += word_case(one);
  // As a file of $fpath, the script is the function's body.
  return text + end + "if [[ ${funcstack[1]} == " + function + " ]]; then " + function +
         " \"$@\"; else compdef " + function + " " + shell_quoted(name) + "; fi\n";
}

}  // namespace acta::internal
