// A command of a program's own, with the options and arguments that it takes.
//
//   std::filesystem::path file;
//   bool as_json = false;
//   app.command("import", "Imports a file", [&] { return import(app.data(), file, as_json); })
//       .argument("FILE", file, "the file")
//       .flag("--json", as_json, "print the summary as JSON");
//
// Each option and argument is bound to a variable. The parser writes the variable before the
// command's action runs, so it must live until application.run() has returned. The value that the
// variable has before is the default, which --help shows.
#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace CLI {
class App;
}

namespace acta {

/// A variable of one of these types can be bound. The parser refuses an empty text: a script whose
/// variable is not set passes one, and must not look as if it had left the option out. It refuses a
/// number that does not fit into the variable. An option of a vector may be given again, and an
/// argument of a vector takes all that is left.
using bound_value = std::variant<std::string*, std::filesystem::path*, std::vector<std::string>*,
                                 int*, std::int64_t*, std::uint64_t*, double*>;

template <class T>
concept bindable = std::constructible_from<bound_value, T*>;

enum class presence { optional, required };

/// Refers to a command of an application, and must not outlive the application. Before
/// application.run(), on its thread.
class subcommand {
public:
  /// `name` is "--name", or "-n,--name".
  template <bindable T>
  subcommand option(const std::string& name, T& value, const std::string& help,
                    presence needed = presence::optional) {
    return add(name, &value, help, needed);
  }

  /// Adds a positional argument. --help calls it `name`: "FILE".
  template <bindable T>
  subcommand argument(const std::string& name, T& value, const std::string& help,
                      presence needed = presence::required) {
    return add(name, &value, help, needed);
  }

  /// An option without a value: `value` becomes true if it is given.
  subcommand flag(const std::string& name, bool& value, const std::string& help);

  /// Ends the command's --help with this text.
  subcommand footer(const std::string& text);

private:
  friend class application;
  explicit subcommand(CLI::App& its) : its_{&its} {}
  subcommand add(const std::string& name, bound_value value, const std::string& help,
                 presence needed);

  CLI::App* its_;
};

}  // namespace acta
