// A command of a program's own, with the options and arguments that it takes.
//
//   std::filesystem::path file;
//   bool as_json = false;
//   app.command("import", "Imports a file", [&] { return import(app.data(), file, as_json); })
//       .argument("FILE", file, "the file")
//       .flag("--json", as_json, "print the summary as JSON");
//
// Each option and argument is bound to a variable, which must live until application.run() has
// returned, and has its value when the command's action runs. What the variable holds before is the
// default, and shown by --help.
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

/// What may be bound. An empty text is refused: a script whose variable is not set passes one,
/// which must not count as an option that is not given. So is a number that its variable cannot
/// hold. Several texts are an option that may be given again, or an argument that takes all that is
/// left.
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

  /// What follows without a name of its own. `name` is what --help calls it: "FILE".
  template <bindable T>
  subcommand argument(const std::string& name, T& value, const std::string& help,
                      presence needed = presence::required) {
    return add(name, &value, help, needed);
  }

  /// An option without a value: `value` becomes true if it is given.
  subcommand flag(const std::string& name, bool& value, const std::string& help);

  /// What --help says at its end.
  subcommand footer(const std::string& text);

private:
  friend class application;
  explicit subcommand(CLI::App& its) : its_{&its} {}
  subcommand add(const std::string& name, bound_value value, const std::string& help,
                 presence needed);

  CLI::App* its_;
};

}  // namespace acta
