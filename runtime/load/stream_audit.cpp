#include "runtime/load/stream_audit.hpp"

#include <algorithm>
#include <utility>

#include "runtime/codec/text.hpp"

namespace acta::internal::load {

namespace {

constexpr std::size_t most_examples = 100;

}  // namespace

std::string_view to_string(wrong what) {
  switch (what) {
    case wrong::lost: return "lost";
    case wrong::doubled: return "doubled";
    case wrong::gap: return "gap";
    case wrong::other_version: return "other_version";
    case wrong::after_refusal: return "after_refusal";
    case wrong::nobody_asked: return "nobody_asked";
    case wrong::stale_read: return "stale_read";
    case wrong::invariant: return "invariant";
    case wrong::other_log: return "other_log";
  }
  return "invalid";
}

void audit_result::note(wrong what, std::string where) {
  ++found[static_cast<std::size_t>(what)];
  if (examples.size() < most_examples)
    examples.push_back(std::string{to_string(what)} + ": " + std::move(where));
}

bool audit_result::passed() const {
  return std::all_of(found.begin(), found.end(), [](auto count) { return count == 0; });
}

std::string command_id_of(std::string_view prefix, std::uint64_t number) {
  return std::string{prefix} + std::to_string(number);
}

std::optional<std::uint64_t> number_of(std::string_view prefix, std::string_view command_id) {
  if (!command_id.starts_with(prefix)) return std::nullopt;
  return whole_number(command_id.substr(prefix.size()));
}

stream_audit::stream_audit(std::string stream, std::uint64_t since, std::string_view prefix,
                           std::span<const ledger_entry> entries, audit_result& into)
    : stream_{std::move(stream)},
      prefix_{prefix},
      entries_{entries},
      into_{into},
      version_{since} {}

void stream_audit::event(std::uint64_t version, std::string_view command_id) {
  if (version != version_ + 1)
    into_.note(wrong::gap, stream_ + ": version " + std::to_string(version) + " follows " +
                               std::to_string(version_));
  version_ = version;
  const auto number = number_of(prefix_, command_id);
  if (!number) {
    ++into_.others_events;
    return;
  }
  ++into_.events;
  auto& seen = effects_[*number];
  // The events of a command follow each other.
  if (seen.events > 0 && seen.last + 1 != version) seen.doubled = true;
  seen.last = version;
  ++seen.events;
}

void stream_audit::note(wrong what, std::uint64_t number, const std::string& more) {
  into_.note(what, stream_ + ": command " + command_id_of(prefix_, number) + more);
}

void stream_audit::judge(const ledger_entry& entry, const effect& seen) {
  const bool happened = seen.events > 0;
  if (seen.doubled) return note(wrong::doubled, entry.number, " took effect again");
  switch (entry.answer) {
    case said::done:
      ++into_.acknowledged;
      if (entry.events == 0) {
        if (happened) note(wrong::after_refusal, entry.number, " was answered without an event");
        return;
      }
      if (!happened)
        return note(wrong::lost, entry.number,
                    " was acknowledged with version " + std::to_string(entry.version));
      // Twice as many in a row are two effects that nothing came between.
      if (seen.events > entry.events)
        return note(wrong::doubled, entry.number, " took effect again");
      if (seen.last != entry.version || seen.events != entry.events)
        note(wrong::other_version, entry.number,
             " was acknowledged with version " + std::to_string(entry.version) +
                 ", and is there with " + std::to_string(seen.last));
      return;
    case said::no:
      ++into_.without_effect;
      if (happened) note(wrong::after_refusal, entry.number, " was answered to have no effect");
      return;
    case said::unknown: ++(happened ? into_.unknown_took_effect : into_.unknown_without_effect);
  }
}

void stream_audit::end() {
  ++into_.streams;
  for (const auto& entry : entries_) {
    const auto found = effects_.find(entry.number);
    judge(entry, found == effects_.end() ? effect{} : found->second);
    if (found != effects_.end()) effects_.erase(found);
  }
  for (const auto& [number, seen] : effects_)
    note(wrong::nobody_asked, number, " was not sent to it");
}

}  // namespace acta::internal::load
