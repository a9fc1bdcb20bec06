// What a command line takes, as plain values: its completion and its man page are printed from
// them.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace acta::internal {

struct option_description {
  std::vector<std::string> names;    ///< "-h" and "--help"; an argument has one, "FILE".
  std::string value;                 ///< Of an option, "TEXT" or "PATH"; empty: it takes none.
  std::string help;                  ///< One sentence, perhaps with lines.
  std::string conditions;            ///< "needs --queue"; empty: none.
  std::string fallback;              ///< What it is if it is not given; empty: not told.
  std::string group;                 ///< What holds for its neighbours too: "exactly one of:".
  std::vector<std::string> choices;  ///< The only values there are; empty: any.
  bool is_path = false;
  bool is_required = false;
  bool repeats = false;
};

struct command_description {
  std::string name;
  std::string help;
  std::string footer;
  std::vector<option_description> options;
  std::vector<option_description> arguments;
  std::vector<command_description> commands;
};

/// What a command line does not know of its program.
struct program_facts {
  std::string name;             ///< As it is called.
  std::string version;          ///< "bank on acta 0.1.0"
  std::string notes;            ///< About commands and options in general; may be empty.
  std::string default_command;  ///< Whose options may stand without it; may be empty.
  std::vector<std::pair<std::string, std::string>> exit_codes;  ///< Code and meaning.
};

struct program_description {
  program_facts facts;
  command_description whole;
};

}  // namespace acta::internal
