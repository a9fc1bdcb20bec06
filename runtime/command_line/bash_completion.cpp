#include "runtime/command_line/completion.hpp"

namespace acta::internal {

namespace {

constexpr const char* begin = R"(() {
  local at='' current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} files='' i word
  local -a words=()
  # To bash --data=x is three words.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at:${COMP_WORDS[i]}" in
)";

constexpr const char* middle = R"(    esac
  done
  case "$at:$previous" in
)";

constexpr const char* end = R"(      esac ;;
  esac
  COMPREPLY=()
  for word in "${words[@]}"; do
    if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
  done
  if [[ $files ]]; then
    compopt -o filenames 2> /dev/null
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$current")
  fi
}
)";

std::string list_of(const std::vector<std::string>& words) {
  std::string text = "words=(";
  for (const auto& one : words) text += (text.back() == '(' ? "" : " ") + shell_quoted(one);
  return text + ")";
}

std::string offer(const option_description& option) {
  return (option.is_path ? "files=yes " : "") +
         (option.choices.empty() ? "" : list_of(option.choices) + " ");
}

/// The words that fit where no option waits for its value.
std::string word_case(const completed_command& command) {
  std::vector<std::string> options;
  for (const auto& one : command.options)
    options.insert(options.end(), one.names.begin(), one.names.end());
  std::vector<std::string> words;
  for (const auto& [word, help] : command.words) words.push_back(word);
  auto text = "      " + shell_quoted(command.path) + ") ";
  if (words.empty() && !command.takes_files) return text + list_of(options) + " ;;\n";
  text += "if [[ $current == -* ]]; then " + list_of(options) + "; else " + list_of(words);
  return text + (command.takes_files ? " files=yes" : "") + "; fi ;;\n";
}

}  // namespace

std::string bash_completion(const program_description& program) {
  const auto& name = program.facts.name;
  const auto all = completed_commands(program);
  auto text = "# Completes " + name + " in bash. Keep it as\n# ~/.local/share/bash-completion/" +
              "completions/" + name + "\n" + function_name(program) + begin;
  text +=
      commands_as_cases(all) + middle + values_as_cases(all, offer) + "    *) case \"$at\" in\n";
  for (const auto& one : all) text += word_case(one);
  return text + end + "complete -F " + function_name(program) + " -- " + shell_quoted(name) + "\n";
}

}  // namespace acta::internal
