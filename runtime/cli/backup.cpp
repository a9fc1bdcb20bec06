// backup: asks the node that runs, or, if none does, opens the journal itself.
#include <iostream>

#include "runtime/cli/commands.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/text.hpp"
#include "runtime/delivery/control_socket.hpp"
#include "runtime/journal/backup_marker.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/node.hpp"

namespace acta {

using namespace internal;

namespace {

// backup copy|link BYTES_PER_SECOND DIRECTORY. Not JSON: a path need not be UTF-8.
constexpr std::string_view asked_for = "backup ";
constexpr std::string_view linked = "link ";
constexpr std::string_view copied = "copy ";
constexpr std::string_view went_well = "ok ";

/// As every event names its position.
std::string printed(const position& at) {
  return std::to_string(at.partition) + "-" + std::to_string(at.offset);
}

std::string without(std::string_view beginning, const std::string& text) {
  return text.starts_with(beginning) ? text.substr(beginning.size()) : std::string{};
}

std::string request_of(const std::filesystem::path& directory, const backup_options& how) {
  return std::string{asked_for}.append(how.link ? linked : copied) +
         std::to_string(how.bytes_per_second) + " " + directory.string();
}

/// The directory that is asked for; empty, if the request is another one.
std::string read_request(const std::string& request, backup_options& how) {
  auto rest = without(asked_for, request);
  how.link = rest.starts_with(linked);
  rest = without(how.link ? linked : copied, rest);
  const auto space = rest.find(' ');
  const auto rate = whole_number(rest.substr(0, space));
  if (space == std::string::npos || !rate) return {};
  how.bytes_per_second = *rate;
  return rest.substr(space + 1);
}

/// The newest event that is certain to be in the backup. Nothing: no node runs.
std::optional<std::string> ask_running_node(const std::filesystem::path& data,
                                            const std::filesystem::path& directory,
                                            const backup_options& how) {
  const auto answer = ask_control(data, request_of(directory, how));
  if (!answer) throw command_error{answer.error()};
  if (!*answer) return std::nullopt;
  const auto& text = **answer;
  if (!text.starts_with(went_well)) throw command_error{text};
  return without(went_well, text);
}

std::string backup_closed_journal(const std::filesystem::path& data,
                                  const std::filesystem::path& directory,
                                  const backup_options& how) {
  if (const auto finished = check_finished(data); !finished) throw command_error{finished.error()};
  // Opening for writing would make one.
  if (!std::filesystem::exists(data / "CURRENT"))
    throw command_error{"there is no journal in " + data.string()};
  rocksdb_options opening;
  opening.directory = data;
  opening.tell = note_on_standard_error;
  const auto opened = open_rocksdb_journal(opening);
  if (!opened) throw command_error{opened.error()};
  const auto done = (*opened)->backup(directory, how);
  if (!done) throw command_error{done.error()};
  return printed(*done);
}

}  // namespace

int backup(const std::filesystem::path& data, const std::filesystem::path& directory,
           const backup_options& how) {
  if (directory.empty()) throw command_error{"DIR names no directory"};
  // The node may have another working directory.
  const auto target = std::filesystem::absolute(directory);
  auto newest = ask_running_node(data, target, how);
  if (!newest) newest = backup_closed_journal(data, target, how);
  std::cout << "everything up to position " << *newest << " is in " << printable(directory.string())
            << '\n';
  return 0;
}

std::string answer_control(node& running, const std::string& request,
                           std::function<bool()> stopped) {
  backup_options how;
  how.stopped = std::move(stopped);
  const auto directory = read_request(request, how);
  if (directory.empty()) return "the node does not understand what it was asked";
  const auto done = running.backup(directory, how);
  return done ? std::string{went_well} + printed(*done) : done.error().detail;
}

std::string answer_while_busy(const std::string& under_way) {
  backup_options ignored;
  const auto directory = read_request(under_way, ignored);
  return directory.empty() ? "the node carries out another request"
                           : "a backup into " + directory + " is under way";
}

}  // namespace acta
