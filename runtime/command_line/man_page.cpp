#include "runtime/command_line/man_page.hpp"

#include <algorithm>
#include <sstream>

namespace acta::internal {

namespace {

/// Escapes what roff gives a meaning, and keeps a minus one that can be copied.
std::string escaped(const std::string& text) {
  std::string made;
  for (const char c : text) {
    if (c == '\\')
      made += "\\e";
    else if (c == '-')
      made += "\\-";
    else if (c == '"')
      made += "\\(dq";
    else if (c == '\'')
      made += "\\(aq";
    else if (c == '`')
      made += "\\(ga";
    else if (c == '^')
      made += "\\(ha";
    else if (c == '~')
      made += "\\(ti";
    else
      made += c;
  }
  return made;
}

std::string bold(const std::string& text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + escaped(text) + "\\fR"; }

/// Lines of text that roff fills; an empty line begins a paragraph.
std::string paragraphs(const std::string& text) {
  std::istringstream lines{text};
  std::string made;
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos)
      made += ".PP\n";
    else  // no line of text begins with a dot, which would be a request
      made += (line[first] == '.' ? "\\&" : "") + escaped(line.substr(first)) + "\n";
  }
  // Nothing may follow a paragraph's beginning but its text.
  while (made.ends_with(".PP\n")) made.resize(made.size() - 4);
  return made;
}

/// "one of skip, once; default once; required"
std::string details_of(const option_description& one) {
  std::string text;
  const auto append = [&text](const std::string& more) {
    if (!more.empty()) text += (text.empty() ? "" : "; ") + more;
  };
  std::string choices;
  for (const auto& choice : one.choices) choices += (choices.empty() ? "one of " : ", ") + choice;
  append(choices);
  if (!one.fallback.empty()) append("default " + one.fallback);
  append(one.conditions);
  if (one.is_required) append("required");
  return text.empty() ? "" : "(" + text + ")";
}

std::string entry(const option_description& one, bool is_argument) {
  std::string text = ".TP\n";
  for (const auto& name : one.names)
    text += (text.back() == '\n' ? "" : ", ") + (is_argument ? italic(name) : bold(name));
  if (!is_argument && !one.value.empty()) text += " " + italic(one.value);
  if (one.repeats) text += " ...";
  text += "\n" + paragraphs(one.help) + paragraphs(details_of(one));
  return text + (text.ends_with(".TP\n") ? "\\&\n" : "");
}

std::string entries(const command_description& of) {
  std::string text;
  for (const auto& one : of.arguments) text += entry(one, true);
  std::string group;
  for (const auto& one : of.options) {
    if (one.group != group && !one.group.empty()) text += ".PP\n" + paragraphs(one.group);
    group = one.group;
    text += entry(one, false);
  }
  return text;
}

std::string synopsis(const command_description& of) {
  std::string text = " [" + italic("OPTIONS") + "]";
  if (!of.commands.empty()) text += " [" + italic("COMMAND") + "]";
  for (const auto& one : of.arguments) {
    const auto name = italic(one.names[0]) + (one.repeats ? "..." : "");
    text += one.is_required ? " " + name : " [" + name + "]";
  }
  return text;
}

/// Without --help, which the program itself has too.
command_description without_help(command_description command) {
  std::erase_if(command.options, [](const option_description& one) {
    return std::find(one.names.begin(), one.names.end(), "--help") != one.names.end();
  });
  return command;
}

std::string sections(const std::vector<command_description>& commands, const std::string& before) {
  std::string text;
  for (const auto& described : commands) {
    const auto one = without_help(described);
    const auto path = before + one.name;
    text += ".SS \"" + bold(path) + synopsis(one) + "\"\n" + paragraphs(one.help);
    text += entries(one);
    if (const auto more = paragraphs(one.footer); !more.empty()) text += ".PP\n" + more;
    text += sections(one.commands, path + " ");
  }
  return text;
}

std::string exit_status(const program_facts& facts) {
  std::string text = ".SH \"EXIT STATUS\"\n";
  for (const auto& [code, meaning] : facts.exit_codes)
    text += ".TP\n" + bold(code) + "\n" + paragraphs(meaning);
  return text;
}

std::string in_capitals(std::string name) {
  std::transform(name.begin(), name.end(), name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return name;
}

}  // namespace

std::string man_page(const program_description& program) {
  const auto& [facts, whole] = program;
  auto text = ".TH \"" + escaped(in_capitals(facts.name)) + "\" 1 \"\" \"" +
              escaped(facts.version) + "\" \"User Commands\"\n";
  text += ".SH NAME\n" + escaped(facts.name) + " \\- " + paragraphs(whole.help);
  text += ".SH SYNOPSIS\n" + bold(facts.name) + " [" + italic("COMMAND") + "] [" +
          italic("OPTIONS") + "]\n";
  text += ".SH DESCRIPTION\n" + paragraphs(whole.help);
  if (!facts.notes.empty()) text += ".PP\n" + paragraphs(facts.notes);
  text += ".SH COMMANDS\n" + sections(whole.commands, "");
  text += ".SH OPTIONS\n" + entries(whole);
  return text + exit_status(facts);
}

}  // namespace acta::internal
