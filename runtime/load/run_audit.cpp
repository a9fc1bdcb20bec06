#include "runtime/load/run_audit.hpp"

#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "runtime/codec/text.hpp"
#include "runtime/journal/every_event.hpp"
#include "runtime/journal/rocksdb_journal.hpp"

namespace acta::internal::load {

namespace {

constexpr std::size_t page = 1'000;

error stopped() { return {errc::unavailable, "it was stopped"}; }

}  // namespace

result<void> run_audit::read_streams(ledger& answers) {
  result<void> state;
  answers.for_each_key([&](std::uint64_t key, std::span<const ledger_entry> entries) {
    state = read_stream(key, entries);
    return static_cast<bool>(state);
  });
  return state;
}

result<void> run_audit::read_stream(std::uint64_t key, std::span<const ledger_entry> entries) {
  touched_[key] = true;
  const auto id = about_.what.id_of(key);
  const auto since = about_.since[key];
  stream_audit judge{about_.what.aggregate + "/" + id, since, about_.prefix, entries, all_};
  stored_view shown;
  if (about_.invariant != nullptr) {
    // Before the events, so that they reach at least as far.
    auto read = about_.on.view(id);
    if (!read) return read.error();
    shown = *std::move(read);
  }
  invariant_sums sums;
  for (auto from = about_.invariant != nullptr ? 1 : since + 1;;) {
    if (about_.stopped) return stopped();
    const auto events = about_.on.events(id, from, page);
    if (!events) return events.error();
    if (events->empty()) break;
    // Or the audit would never end.
    if (events->back().version + 1 <= from)
      return error{errc::unavailable, judge.stream() + ": events from version " +
                                          std::to_string(from) + " were answered with older ones"};
    for (const auto& event : *events) {
      if (event.version > since) judge.event(event.version, event.command_id);
      if (about_.invariant != nullptr && event.version <= shown.version)
        sums.add(about_.invariant->change(event.type, event.payload));
    }
    from = events->back().version + 1;
  }
  judge.end();
  if (about_.invariant != nullptr) compare(judge.stream(), sums, shown);
  return {};
}

void run_audit::compare(const std::string& stream, const invariant_sums& of_events,
                        const stored_view& shown) {
  auto sums = of_events;
  sums.total = shown.version == 0 ? 0 : about_.invariant->total(shown.view);
  all_.invariant.name = about_.invariant->name;
  all_.invariant += sums;
  if (sums.in - sums.out == sums.total) return;
  all_.note(wrong::invariant, stream + ": " + all_.invariant.name + " in " +
                                  std::to_string(sums.in) + ", out " + std::to_string(sums.out) +
                                  ", but its view of version " + std::to_string(shown.version) +
                                  " has " + std::to_string(sums.total));
}

error run_audit::unfinished() const {
  auto text = "it was stopped after " + std::to_string(all_.streams) + " streams; ";
  if (all_.passed()) return {errc::unavailable, text + "nothing was wrong until then"};
  text += "wrong until then:";
  for (const auto& one : all_.examples) text += "\n  " + one;
  return {errc::unavailable, text};
}

result<void> run_audit::read_log(const std::filesystem::path& journal) {
  rocksdb_options how;
  how.directory = journal;
  how.read_only = true;
  auto opened = open_rocksdb_journal(how);
  if (!opened) return opened.error();
  const auto prefix = about_.what.aggregate + "/" + std::string{about_.what.id_prefix};
  const auto was_sent_to = [&](std::string_view stream) {
    if (!stream.starts_with(prefix)) return false;
    const auto key = whole_number(stream.substr(prefix.size()));
    return key && *key < touched_.size() && touched_[*key];
  };
  std::uint64_t of_run = 0;
  auto read = for_each_event(**opened, 1, [&](const recorded_event& event) {
    if (about_.stopped) return false;
    if (!number_of(about_.prefix, event.metadata.command_id)) return true;
    ++of_run;
    if (!was_sent_to(event.stream.text()))
      all_.note(wrong::nobody_asked, std::string{event.stream.text()} + ": command " +
                                         event.metadata.command_id + " was not sent to it");
    return true;
  });
  if (!read) return read;
  if (about_.stopped) return stopped();
  all_.events_in_log = of_run;
  if (of_run < all_.events)
    all_.note(wrong::other_log, journal.string() + " holds " + std::to_string(of_run) +
                                    " events of the run, its streams showed " +
                                    std::to_string(all_.events));
  return {};
}

}  // namespace acta::internal::load
