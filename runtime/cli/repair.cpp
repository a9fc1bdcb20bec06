// repair: drops the last write of a journal that a crash left in part, for whoever says so.
#include "runtime/journal/repair.hpp"

#include <iostream>
#include <nlohmann/json.hpp>

#include "runtime/cli/commands.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/delivery/event_json.hpp"
#include "runtime/journal/rocksdb_journal.hpp"

namespace acta {

using namespace internal;

namespace {

/// An event that this program does not know is named all the same: it is about to be dropped.
nlohmann::ordered_json shown(const std::vector<aggregate_type>& types,
                             const recorded_event& event) {
  for (const auto& type : types)
    if (type.name == event.stream.type())
      if (auto written = event_json(type, event)) return *std::move(written);
  return {{"position", "0-" + std::to_string(event.position.offset)},
          {"stream", to_string(event.stream)},
          {"version", event.version.value},
          {"type", event.type}};
}

void print(const unfinished_write& found, const std::vector<aggregate_type>& types) {
  std::cout << printable(found.log.string()) << ": the last write is not whole: bytes "
            << found.begin << " to " << found.end << "; " << found.readable.size()
            << " of its events can be read:\n";
  for (const auto& event : found.readable)
    std::cout << printable(shown(types, event)
                               .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
              << '\n';
  std::cout
      << "If a crash tore it, nobody was answered for it. A disk that damaged it later, after "
         "the answer, looks the same: then a backup may have it whole.\n";
}

/// For a journal with no write that is not whole. Something else may be wrong with it.
int tell_it_is_whole(const std::filesystem::path& data) {
  rocksdb_options reading;
  reading.directory = data;
  reading.read_only = true;
  if (const auto opened = open_rocksdb_journal(reading); !opened)
    throw command_error{opened.error()};
  std::cout << "every write is whole: nothing is to be repaired in " << printable(data.string())
            << '\n';
  return 0;
}

}  // namespace

int repair(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
           bool dry_run) {
  if (const auto there = find_closed_journal(data); !there) throw command_error{there.error()};
  const auto found = find_unfinished_write(data);
  if (!found && found.error().code == errc::not_found) return tell_it_is_whole(data);
  if (!found) throw command_error{found.error()};
  print(*found, types);
  if (dry_run) {
    std::cout << "nothing was changed\n";
    return 0;
  }
  const auto kept = drop_unfinished_write(data);
  if (!kept) throw command_error{kept.error()};
  std::cout << "it was dropped; the log as it was is in " << printable(kept->string()) << '\n';
  return 0;
}

}  // namespace acta
