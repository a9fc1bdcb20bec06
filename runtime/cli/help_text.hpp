// The help of a command line, as a terminal of 80 columns shows it: CLI11 of Debian 12 breaks no
// line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <utility>

namespace acta::internal {

/// Breaks lines of more than 80 columns between words. The rest stands below the description of an
/// option, or else as far in as its line began, names of options further in.
[[nodiscard]] std::string wrapped(const std::string& help);

class help_formatter final : public CLI::Formatter {
public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    return wrapped(CLI::Formatter::make_help(app, std::move(name), mode));
  }
  /// Without what CLI11 adds to that of an option group, which says itself how many are required.
  std::string make_description(const CLI::App* app) const override {
    const bool is_group = app->get_name().empty() && app->get_parent() != nullptr;
    return is_group ? app->get_description() + "\n" : CLI::Formatter::make_description(app);
  }
};

}  // namespace acta::internal
