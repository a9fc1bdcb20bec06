// The command that reads a whole journal and compares all that can be compared.
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "actors/model/guard.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/reading.hpp"
#include "runtime/cli/told_abort.hpp"
#include "runtime/cli/verify/replayer.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/replay/snapshot_check.hpp"

namespace acta {

using namespace internal;

namespace {

std::unique_ptr<journal_view> open_view(const rocksdb_options& how) {
  auto opened = open_rocksdb_view(how);
  if (!opened) throw command_error{opened.error()};
  return *std::move(opened);
}

/// The output of `verify` if RocksDB aborts the program.
std::string told_by_an_abort(bool as_json) {
  constexpr const char* why =
      "RocksDB, which says why on standard error, ended the program: the journal's files "
      "contradict one another";
  if (!as_json) return std::string{"NOT SOUND: "} + why + '\n';
  return nlohmann::ordered_json{{"ok", false}, {"sound", false}, {"problem", why}}.dump() + '\n';
}

/// Compares every snapshot with the events before it; returns how many there are. One at which the
/// domain fails is noted and passed over.
std::uint64_t check_snapshots(journal_view& all, const std::vector<aggregate_type>& types,
                              replayer& noting) {
  std::map<std::string, aggregate_type, std::less<>> known;
  for (auto& type : with_retired_events(all.events(), types)) {
    type.state_fingerprint = type.retired() ? 0 : state_fingerprint(type);
    known.emplace(type.name, std::move(type));
  }
  std::uint64_t count = 0;
  const auto checked = all.for_each_snapshot([&](const stream_id& stream, const snapshot& kept) {
    ++count;
    const auto type = known.find(stream.type());
    if (type == known.end())
      return result<void>{error{errc::damaged, "a snapshot of " + to_string(stream) +
                                                   ", which this program does not know"}};
    if (type->second.retired()) return result<void>{};
    auto compared = check_snapshot(all.events(), embedded_partition, type->second, stream, kept);
    if (compared || !is_thrown(compared.error())) return compared;
    noting.note_domain_failure(compared.error().detail);
    return result<void>{};
  });
  if (!checked) throw command_error{checked.error()};
  return count;
}

}  // namespace

int verify(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
           bool as_json) {
  const told_abort ending{{}, told_by_an_abort(as_json)};
  std::optional<replayer> replayed;
  std::uint64_t events = 0;
  std::uint64_t snapshots = 0;
  std::string problem;
  bool opened = false;
  std::vector<std::string> notes;
  auto telling = to_read(data);
  telling.tell = [&notes](const notice& told) { notes.push_back(told.reason); };
  try {
    const auto all = open_view(telling);
    opened = true;
    replayed.emplace(with_retired_events(all->events(), types));
    visit_events(all->events(), 1, [&](const recorded_event& event) {
      replayed->apply(event);
      ++events;
      return true;
    });
    if (const auto checked = all->verify(); !checked)
      problem = checked.error().detail;
    else
      snapshots = check_snapshots(*all, types, *replayed);
  } catch (const command_error& found) {
    problem = found.what();
  }
  const bool sound = problem.empty();
  if (sound) problem = replayed->domain_failure();
  if (as_json) {
    nlohmann::ordered_json told{{"ok", problem.empty()}, {"sound", sound}};
    // Where nothing was read there is nothing to count.
    if (replayed)
      told.update({{"events", events},
                   {"streams", replayed->streams()},
                   {"snapshots", snapshots},
                   {"retired", replayed->retired()},
                   {"unrepresentable", replayed->unrepresentable()}});
    told["problem"] = as_utf8(problem);
    for (const auto& note : notes) told["notes"].push_back(as_utf8(note));
    std::cout << printable(told.dump()) << '\n';
    return problem.empty() ? 0 : 1;
  }
  for (const auto& note : notes) std::cout << "note: " << printable_value(note) << '\n';
  if (sound) {
    if (!problem.empty()) std::cout << "NOT ALL REPLAYED: " << printable_value(problem) << '\n';
    std::cout << (problem.empty() ? "everything checks: " : "the journal itself is sound: ")
              << events << " events in " << replayed->streams() << " streams, " << snapshots
              << " snapshots\n";
    if (const auto retired = replayed->retired())
      std::cout << retired << " of the events are retired: they were read, and not replayed\n";
    if (const auto odd = replayed->unrepresentable())
      std::cout << odd << " of the events have numbers or times that JSON has no form for\n";
  } else if (opened) {
    std::cout << "NOT SOUND after " << events << " events: " << printable_value(problem) << '\n';
  } else {
    std::cout << "CANNOT BE OPENED: " << printable_value(problem) << '\n';
  }
  return problem.empty() ? 0 : 1;
}

}  // namespace acta
