// schema, schema lock, schema check: what a program publishes, and that it keeps to it.
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "actors/model/describe.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/contracts/lock_file.hpp"
#include "runtime/contracts/stored_contracts.hpp"
#include "runtime/delivery/event_json.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/schedule/book.hpp"

namespace acta {

using namespace internal;

namespace {

std::vector<const aggregate_type*> pointers_to(const std::vector<aggregate_type>& types) {
  std::vector<const aggregate_type*> all;
  for (const auto& type : types) all.push_back(&type);
  return all;
}

contract_set ours(const std::vector<aggregate_type>& types) {
  auto made = contracts_of(pointers_to(types));
  if (!made) throw command_error{made.error()};
  return *std::move(made);
}

/// True if there is something, which need not be a lock file.
bool is_there(const std::filesystem::path& file) {
  std::error_code failed;
  const auto found = std::filesystem::status(file, failed).type();
  if (found == std::filesystem::file_type::none)
    throw command_error{"cannot read " + file.string() + ": " + failed.message()};
  return found != std::filesystem::file_type::not_found;
}

/// Beyond it there is a mistake: each event takes some hundred bytes.
constexpr std::size_t most_file_bytes = 16 * 1024 * 1024;

std::string text_of(const std::filesystem::path& file) {
  std::error_code failed;
  // A device may have no end.
  if (!std::filesystem::is_regular_file(file, failed))
    throw command_error{file.string() + " is no file that a lock could be read from"};
  std::ifstream in{file, std::ios::binary};
  std::string text(most_file_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto bytes = static_cast<std::size_t>(in.gcount());
  if (bytes > most_file_bytes) throw command_error{file.string() + " is no lock file: too large"};
  if (in.bad() || !in.eof()) throw command_error{"cannot read " + file.string()};
  text.resize(bytes);
  return text;
}

contract_set locked_in(const std::filesystem::path& file) {
  if (!is_there(file))
    throw command_error{"there is no lock file " + std::filesystem::absolute(file).string() +
                        ": --file names another place, and `schema lock` makes one"};
  auto read = read_lock_file(text_of(file));
  if (!read) throw command_error{file.string() + ": " + read.error().detail};
  return *std::move(read);
}

void replace(const std::filesystem::path& file, const std::string& text) {
  auto beside = file;
  beside += ".new";
  std::ofstream out{beside, std::ios::binary};
  if (!(out << text).flush()) throw command_error{"cannot write " + beside.string()};
  std::error_code failed;
  std::filesystem::rename(beside, file, failed);
  if (failed) throw command_error{"cannot write " + file.string() + ": " + failed.message()};
}

std::string told(const std::vector<objection>& all) {
  std::string text;
  for (const auto& one : all) text += one.what + "\n";
  return text;
}

/// What is in `all` and not in `known`.
std::vector<contract_key> new_in(const contract_set& all, const contract_set& known) {
  std::vector<contract_key> found;
  for (const auto& [key, schema] : all)
    if (!known.contains(key)) found.push_back(key);
  return found;
}

/// Returns what is wrong, for a person; empty if nothing is.
std::string check_file(const std::filesystem::path& file, const contract_set& here,
                       const std::vector<const aggregate_type*>& types) {
  const auto locked = locked_in(file);
  auto living = locked;
  std::erase_if(living, [&](const auto& one) { return is_retired(one.first, types); });
  auto wrong = told(objections(living, here));
  if (!wrong.empty()) return printable(file.string()) + ":\n" + wrong + publish_instead + "\n";
  for (const auto& key : new_in(here, locked))
    wrong += "the event " + key.text() + " is not locked yet: `schema lock` adds it\n";
  return wrong.empty() ? wrong : printable(file.string()) + ":\n" + wrong;
}

/// The same of a journal; counts the published events that it remembers.
std::string check_journal(const std::filesystem::path& directory,
                          const std::vector<aggregate_type>& types, std::size_t& published) {
  rocksdb_options reading;
  reading.directory = directory;
  reading.read_only = true;
  const auto opened = open_rocksdb_journal(reading);
  if (!opened) throw command_error{opened.error()};
  const auto books = describe<schedule_book>();
  auto all = pointers_to(types);
  all.push_back(&books);
  const auto agreed = check_contracts(**opened, all);
  if (!agreed) return printable(directory.string()) + ":\n" + agreed.error().detail + "\n";
  published = *agreed;
  return {};
}

}  // namespace

int print_schemas(const std::vector<aggregate_type>& types) {
  std::cout << printable_lines(describe_hosted(pointers_to(types)).dump(2)) << '\n';
  return 0;
}

int lock_schemas(const std::vector<aggregate_type>& types, const std::filesystem::path& file) {
  auto here = ours(types);
  const bool first = !is_there(file);
  const auto locked = first ? contract_set{} : locked_in(file);
  // What is retired stays published.
  for (const auto& [key, schema] : locked)
    if (is_retired(key, pointers_to(types))) here.emplace(key, schema);
  if (const auto found = objections(locked, here); !found.empty())
    throw told_in_lines{printable(file.string()) + " stays as it is:\n" + told(found) +
                        publish_instead};
  const auto added = new_in(here, locked);
  if (first || !added.empty()) replace(file, write_lock_file(here));
  for (const auto& key : added) std::cout << "locked " << key.text() << '\n';
  std::cout << here.size() << " published events in " << printable(file.string()) << ", "
            << added.size() << " of them new" << (first ? "; there was no such file before" : "")
            << '\n';
  return 0;
}

int check_schemas(const std::vector<aggregate_type>& types, const schema_options& what) {
  const auto here = ours(types);
  auto published = here.size();
  std::string wrong;
  if (what.check_file) wrong += check_file(what.file, here, pointers_to(types));
  if (!what.journal.empty()) wrong += check_journal(what.journal, types, published);
  if (!wrong.empty()) {
    std::cout << "NOT AS PUBLISHED\n" << printable_lines(wrong);
    return 1;
  }
  std::cout << "every published event is as it was: " << published;
  if (here.size() > published) std::cout << "; new here: " << here.size() - published;
  std::cout << '\n';
  return 0;
}

int forget_events(const std::filesystem::path& data, const std::vector<std::string>& names) {
  rocksdb_options how;
  how.directory = data;
  how.tell = note_on_standard_error;
  // To write makes a journal where there is none.
  auto reading = how;
  reading.read_only = true;
  if (const auto there = open_rocksdb_journal(reading); !there) throw command_error{there.error()};
  const auto opened = open_rocksdb_journal(how);
  if (!opened) throw command_error{opened.error()};
  const auto forgotten = forget_contracts(**opened, names);
  if (!forgotten) throw told_in_lines{forgotten.error()};
  for (const auto& name : *forgotten) std::cout << "forgot " << printable(name) << '\n';
  return 0;
}

}  // namespace acta
