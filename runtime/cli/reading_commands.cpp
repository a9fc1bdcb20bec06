// The commands that only read a journal: beside a running node, or without one.
#include "runtime/cli/reading.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "actors/model/describe.hpp"
#include "actors/model/guard.hpp"
#include "actors/ports/replay_event.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/contracts/stored_contracts.hpp"
#include "runtime/delivery/event_json.hpp"
#include "runtime/journal/every_event.hpp"
#include "runtime/schedule/book.hpp"

namespace acta {

namespace internal {

rocksdb_options to_read(const std::filesystem::path& data) {
  rocksdb_options how;
  how.directory = data;
  how.read_only = true;
  return how;
}

std::unique_ptr<embedded_journal> open_to_read(const rocksdb_options& how) {
  auto opened = open_rocksdb_journal(how);
  if (!opened) throw command_error{opened.error()};
  return *std::move(opened);
}

void visit_events(journal& of, std::uint64_t from,
                  const std::function<bool(const recorded_event&)>& visit) {
  if (const auto read = for_each_event(of, from, visit); !read) throw command_error{read.error()};
}

std::vector<aggregate_type> with_retired_events(const catalog& of,
                                                std::vector<aggregate_type> types) {
  types.push_back(describe<schedule_book>());
  for (auto& type : types)
    if (auto added = add_retired_events(of, type); !added) throw command_error{added.error()};
  return types;
}

}  // namespace internal

using namespace internal;

void note_on_standard_error(const notice& told) {
  std::cerr << "note: " << printable(told.reason) << '\n';
}

void for_each_event(const std::filesystem::path& data, std::uint64_t from,
                    const std::function<bool(const recorded_event&)>& visit) {
  auto how = to_read(data);
  how.tell = note_on_standard_error;
  visit_events(*open_to_read(how), from, visit);
}

const aggregate_type& type_of(const std::vector<aggregate_type>& types,
                              const recorded_event& event) {
  for (const auto& type : types)
    if (type.name == event.stream.type()) return type;
  throw command_error{"position " + std::to_string(event.position.offset) + ": aggregate '" +
                      std::string{event.stream.type()} + "' is not known to this program"};
}

bool apply_event(const aggregate_type& type, const recorded_event& event, void* state) {
  if (type.retires(event.type)) return false;
  if (const auto applied = replay_event(type, event, cbor_codec{}, state); !applied)
    throw command_error{event.type + ": " + applied.error().detail};
  return true;
}

int print_log(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
              const log_options& what) {
  std::uint64_t printed = 0;
  std::string problem;
  bool found = what.stream.empty();
  auto how = to_read(data);
  how.tell = note_on_standard_error;
  const auto opened = open_to_read(how);
  const auto known = with_retired_events(*opened, types);
  // A stream may be there, and end before --from.
  visit_events(*opened, found ? what.from : 1, [&](const recorded_event& event) {
    if (!what.stream.empty() && event.stream.text() != what.stream) return true;
    found = true;
    if (event.position.offset < what.from) return true;
    auto written = event_json(type_of(known, event), event);
    if (!written && !is_thrown(written.error())) throw command_error{written.error()};
    if (!written) {
      // The domain fails at this event; the others are none the worse for it.
      problem = written.error().detail;
      written = unshown_event_json(event, problem);
    }
    // An embedder may have stored ids that are no UTF-8.
    std::cout << printable(written->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
              << '\n';
    return ++printed != what.limit && std::cout.good();
  });
  if (!found) throw command_error{"there is no stream " + what.stream + " in " + data.string()};
  if (!problem.empty()) throw command_error{"not all events could be shown: " + problem};
  return 0;
}

}  // namespace acta
