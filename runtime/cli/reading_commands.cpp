// The commands that only read a journal: beside a running node, or without one.
#include <future>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "actors/model/guard.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/told_abort.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/codec/cbor_reader.hpp"
#include "runtime/codec/printable.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/contracts.hpp"
#include "runtime/delivery/event_json.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/snapshot_check.hpp"

namespace acta {

using namespace internal;

namespace {

constexpr std::size_t page_events = 4096;

rocksdb_options reading(const std::filesystem::path& data) {
  rocksdb_options how;
  how.directory = data;
  how.read_only = true;
  return how;
}

std::unique_ptr<journal> open_to_read(const rocksdb_options& how) {
  auto opened = open_rocksdb_journal(how);
  if (!opened) throw command_error{opened.error()};
  return *std::move(opened);
}

std::unique_ptr<journal_view> open_view(const rocksdb_options& how) {
  auto opened = open_rocksdb_view(how);
  if (!opened) throw command_error{opened.error()};
  return *std::move(opened);
}

/// What `verify` prints if RocksDB ends the program.
std::string told_by_an_abort(bool as_json) {
  constexpr const char* why =
      "RocksDB, which says why on standard error, ended the program: the journal's files "
      "contradict one another";
  if (!as_json) return std::string{"NOT SOUND: "} + why + '\n';
  return nlohmann::ordered_json{{"ok", false}, {"sound", false}, {"problem", why}}.dump() + '\n';
}

result<event_page> read_page(journal& from, position at) {
  std::promise<result<event_page>> page;
  from.read_all(at, page_events, [&](auto read) { page.set_value(std::move(read)); });
  return page.get_future().get();
}

void for_each_event(journal& of, std::uint64_t from,
                    const std::function<bool(const recorded_event&)>& visit) {
  for (position at{0, std::max<std::uint64_t>(from, 1)};;) {
    const auto page = read_page(of, at);
    if (!page) throw command_error{page.error()};
    for (const auto& event : page->events)
      if (!visit(event)) return;
    if (page->complete) return;
    at.offset += page->events.size();
  }
}

/// The types, with the retired events that the journal knows.
std::vector<aggregate_type> with_retired_events(const journal& of,
                                                std::vector<aggregate_type> types) {
  for (auto& type : types)
    if (auto added = add_retired_events(of, type); !added) throw command_error{added.error()};
  return types;
}

/// Every aggregate, rebuilt from its first event. One at whose event the domain throws is not
/// replayed further; its events are counted on, and the reason is kept.
class replayer {
public:
  explicit replayer(std::vector<aggregate_type> types) : types_{std::move(types)} {}

  void apply(const recorded_event& event) {
    const auto& type = type_of(types_, event);
    const auto* contract = type.find_event(event.type, event.schema_version);
    if (!contract)
      fail(event, "schema version " + std::to_string(event.schema_version) + " is not known here");
    auto& one = streams_[event.stream];
    if (event.version != one.last.next()) fail(event, "does not follow the version before");
    one.last = event.version;
    if (contract->retired()) return read_retired(type, event);
    if (one.domain_failed) return;
    cbor_reader reader{event.payload};
    const auto read = guarded("the domain's code", [&]() -> result<void> {
      if (one.state.empty()) one.state = any_value{*type.state};
      if (!contract->load_and_apply(one.state.get(), reader))
        return error{errc::damaged,
                     (reader.path().empty() ? "it" : reader.path()) + " " + reader.reason()};
      if (reader.at_end()) return {};
      return error{errc::damaged, "there is more after the end"};
    });
    one.domain_failed = !read && is_thrown(read.error());
    if (one.domain_failed) return note_domain_failure(place_of(event) + read.error().detail);
    if (!read) fail(event, read.error().detail);
    unrepresentable_ += reader.unrepresentable() > 0;
  }
  /// Keeps the first.
  void note_domain_failure(const std::string& what) {
    if (domain_failure_.empty()) domain_failure_ = what;
  }
  /// Empty: none.
  [[nodiscard]] const std::string& domain_failure() const { return domain_failure_; }
  [[nodiscard]] std::size_t streams() const { return streams_.size(); }
  [[nodiscard]] std::uint64_t retired() const { return retired_; }
  /// Events with values that JSON has no form for.
  [[nodiscard]] std::uint64_t unrepresentable() const { return unrepresentable_; }

private:
  struct aggregate {
    any_value state;
    version last;
    bool domain_failed = false;
  };
  void read_retired(const aggregate_type& type, const recorded_event& event) {
    const auto shown = event_json(type, event);
    ++retired_;
    if (!shown && is_thrown(shown.error()))
      return note_domain_failure(place_of(event) + shown.error().detail);
    if (!shown) fail(event, shown.error().detail);
    unrepresentable_ += shown->contains("unrepresentable");
  }
  [[noreturn]] static void fail(const recorded_event& event, const std::string& what) {
    throw command_error{place_of(event) + what};
  }
  static std::string place_of(const recorded_event& event) {
    return "position " + std::to_string(event.position.offset) + ", " + to_string(event.stream) +
           ", " + event.type + ": ";
  }
  const std::vector<aggregate_type> types_;
  std::unordered_map<stream_id, aggregate> streams_;
  std::uint64_t retired_ = 0;
  std::uint64_t unrepresentable_ = 0;
  std::string domain_failure_;
};

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
    auto compared = check_snapshot(all.events(), type->second, stream, kept);
    if (compared || !is_thrown(compared.error())) return compared;
    noting.note_domain_failure(compared.error().detail);
    return result<void>{};
  });
  if (!checked) throw command_error{checked.error()};
  return count;
}

}  // namespace

void note_on_standard_error(const notice& told) {
  std::cerr << "note: " << printable(told.reason) << '\n';
}

void for_each_event(const std::filesystem::path& data, std::uint64_t from,
                    const std::function<bool(const recorded_event&)>& visit) {
  auto how = reading(data);
  how.tell = note_on_standard_error;
  for_each_event(*open_to_read(how), from, visit);
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
  const auto* contract = type.find_event(event.type, event.schema_version);
  if (!contract)
    throw command_error{event.type + ", schema version " + std::to_string(event.schema_version) +
                        ", is not known here"};
  const auto read = cbor_codec{}.decode(
      event.payload, [&](visitor& v) { return contract->load_and_apply(state, v); });
  if (!read) throw command_error{read.error()};
  return true;
}

int print_log(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
              const log_options& what) {
  std::uint64_t printed = 0;
  bool found = what.stream.empty();
  auto how = reading(data);
  how.tell = note_on_standard_error;
  const auto opened = open_to_read(how);
  const auto known = with_retired_events(*opened, types);
  // A stream may be there, and end before --from.
  for_each_event(*opened, found ? what.from : 1, [&](const recorded_event& event) {
    if (!what.stream.empty() && event.stream.text() != what.stream) return true;
    found = true;
    if (event.position.offset < what.from) return true;
    const auto written = event_json(type_of(known, event), event);
    if (!written) throw command_error{written.error()};
    // An embedder may have stored ids that are no UTF-8.
    std::cout << printable(written->dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))
              << '\n';
    return ++printed != what.limit && std::cout.good();
  });
  if (!found) throw command_error{"there is no stream " + what.stream + " in " + data.string()};
  return 0;
}

int verify(const std::filesystem::path& data, const std::vector<aggregate_type>& types,
           bool as_json) {
  const told_abort ending{{}, told_by_an_abort(as_json)};
  std::optional<replayer> replayed;
  std::uint64_t events = 0;
  std::uint64_t snapshots = 0;
  std::string problem;
  bool opened = false;
  std::vector<std::string> notes;
  auto telling = reading(data);
  telling.tell = [&notes](const notice& told) { notes.push_back(told.reason); };
  try {
    const auto all = open_view(telling);
    opened = true;
    replayed.emplace(with_retired_events(all->events(), types));
    for_each_event(all->events(), 1, [&](const recorded_event& event) {
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
