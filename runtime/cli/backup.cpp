// backup: asks the node that runs, or, if none does, opens the journal itself.
#include <iostream>

#include "runtime/cli/commands.hpp"
#include "runtime/delivery/control_socket.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/node.hpp"

namespace acta {

namespace {

// Not JSON: a path need not be UTF-8.
constexpr std::string_view asked_for = "backup ";
constexpr std::string_view went_well = "ok ";

std::string without(std::string_view beginning, const std::string& text) {
  return text.starts_with(beginning) ? text.substr(beginning.size()) : std::string{};
}

/// The newest event that is certain to be in the backup. Nothing: no node runs.
std::optional<std::string> ask_running_node(const std::filesystem::path& data,
                                            const std::filesystem::path& directory) {
  const auto answer = ask_control(data, std::string{asked_for} + directory.string());
  if (!answer) throw command_error{answer.error()};
  if (!*answer) return std::nullopt;
  const auto& text = **answer;
  if (!text.starts_with(went_well)) throw command_error{text};
  return without(went_well, text);
}

std::string backup_closed_journal(const std::filesystem::path& data,
                                  const std::filesystem::path& directory) {
  // Opening for writing would make one.
  if (!std::filesystem::exists(data / "CURRENT"))
    throw command_error{"there is no journal in " + data.string()};
  rocksdb_options how;
  how.directory = data;
  how.tell = note_on_standard_error;
  const auto opened = open_rocksdb_journal(how);
  if (!opened) throw command_error{opened.error()};
  const auto done = (*opened)->backup(directory);
  if (!done) throw command_error{done.error()};
  return std::to_string(done->offset);
}

}  // namespace

int backup(const std::filesystem::path& data, const std::filesystem::path& directory) {
  if (directory.empty()) throw command_error{"DIR names no directory"};
  // The node may have another working directory.
  const auto target = std::filesystem::absolute(directory);
  auto newest = ask_running_node(data, target);
  if (!newest) newest = backup_closed_journal(data, target);
  std::cout << "everything up to position " << *newest << " is in " << directory.string() << '\n';
  return 0;
}

std::string answer_control(node& running, const std::string& request) {
  const auto directory = without(asked_for, request);
  if (directory.empty()) return "the node does not understand what it was asked";
  const auto done = running.backup(directory);
  return done ? std::string{went_well} + std::to_string(done->offset) : done.error().detail;
}

}  // namespace acta
