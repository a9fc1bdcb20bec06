// The command line of `schema`.
#include "runtime/cli/application/checks.hpp"
#include "runtime/cli/application/implementation.hpp"

namespace acta {

using namespace internal;

void application::implementation::add_schema_commands() {
  // Takes --data as every command does, and looks at a journal only when told which.
  auto* all = command("schema", "Prints schemas and fingerprints as JSON", {});
  all->require_subcommand(0, 1);
  const auto add = [&](const char* name, const char* help) {
    auto* made = all->add_subcommand(name, help);
    made->add_option("--file", schemas_.file, "the lock file")
        ->check(no_name)
        ->type_name("PATH")
        ->capture_default_str();
    return made;
  };
  auto* locking = add("lock", "Adds new published events to the lock file; refuses changed ones");
  auto* checking = add("check", "Says what differs from the lock file, or from a journal");
  auto* forgetting = all->add_subcommand(
      "forget", "Has a journal forget events that were never stored; nobody may serve it");
  forgetting
      ->add_option("EVENT", forgotten_, "its name; or AGGREGATE/EVENT/VERSION, if that is several")
      ->check(no_name)
      ->required();
  add_data_option(*forgetting);
  add_data_option(*locking);
  // Two options, since a complaint names the first name of one.
  for (const auto* name : {"--journal", "--data"})
    checking
        ->add_option(name, schemas_.journal,
                     "directory of a journal to compare with; then with the file only if given")
        ->check(no_name)
        ->type_name("PATH");
  checking->get_option("--journal")->excludes(checking->get_option("--data"));
  // It is called after those of the commands within it.
  all->callback([this, locking, checking, forgetting] {
    chosen_ = [this, locking, checking, forgetting] {
      if (forgetting->parsed()) return forget_events(data_, forgotten_);
      if (locking->parsed()) return lock_schemas(types_, schemas_.file);
      if (!checking->parsed()) return print_schemas(types_);
      schemas_.check_file = schemas_.journal.empty() || checking->count("--file") > 0;
      return check_schemas(types_, schemas_);
    };
  });
}

}  // namespace acta
