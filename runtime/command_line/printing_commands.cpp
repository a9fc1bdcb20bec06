#include "runtime/command_line/printing_commands.hpp"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "runtime/command_line/completion.hpp"
#include "runtime/command_line/describe_command_line.hpp"
#include "runtime/command_line/man_page.hpp"

namespace acta::internal {

namespace {

std::string completion(const std::string& shell, const program_description& program) {
  if (shell == "bash") return bash_completion(program);
  return shell == "zsh" ? zsh_completion(program) : fish_completion(program);
}

}  // namespace

void add_printing_commands(CLI::App& whole, program_facts facts) {
  const auto name = facts.name;
  const auto describe = [&whole, facts = std::move(facts)] {
    return program_description{facts, describe_command_line(whole)};
  };
  auto* completing =
      whole.add_subcommand("completion", "Prints a script by which a shell completes the commands");
  completing->footer("In bash: source <(" + name + " completion bash)");
  const auto shell = std::make_shared<std::string>();
  completing->add_option("SHELL", *shell, "of the script")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->required();
  completing->callback([describe, shell] {
    std::cout << completion(*shell, describe());
    throw CLI::Success{};
  });
  auto* paging = whole.add_subcommand("man", "Prints the manual page, in roff");
  paging->footer("To read it: " + name + " man | man -l -");
  paging->callback([describe] {
    std::cout << man_page(describe());
    throw CLI::Success{};
  });
}

}  // namespace acta::internal
