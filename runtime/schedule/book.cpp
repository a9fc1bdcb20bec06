#include "runtime/schedule/book.hpp"

#include <algorithm>
#include <span>
#include <string>

#include "actors/model/new_name.hpp"
#include "runtime/codec/cbor.hpp"

namespace acta::internal {

namespace {

refusal unknown() { return refuse("unknown_schedule", "there is no such schedule, or it is over"); }

auto place_of(auto& entries, std::uint64_t number) {
  return std::lower_bound(
      entries.begin(), entries.end(), number,
      [](const schedule_entry& entry, std::uint64_t wanted) { return entry.number < wanted; });
}

}  // namespace

std::size_t book_of(std::string_view aggregate, std::string_view id) {
  const auto target = std::string{aggregate}.append("/").append(id);
  return cbor_codec{}.hash(std::as_bytes(std::span{target})) % book_count;
}

namespace {

template <class T>
void add_newest(std::vector<T>& kept, T one) {
  if (kept.size() == most_over) kept.erase(kept.begin());
  kept.push_back(std::move(one));
}

}  // namespace

void keep_over(std::vector<schedule_entry>& kept, schedule_entry one) {
  std::erase_if(kept,
                [&](const schedule_entry& other) { return other.plan.name == one.plan.name; });
  add_newest(kept, std::move(one));
}

void keep_gone(std::vector<books::gone>& kept, books::gone one) {
  add_newest(kept, std::move(one));
}

const schedule_entry* schedule_book::find(std::uint64_t number) const {
  const auto at = place_of(entries_, number);
  return at != entries_.end() && at->number == number ? &*at : nullptr;
}

schedule_entry* schedule_book::find(std::uint64_t number) {
  const auto at = place_of(entries_, number);
  return at != entries_.end() && at->number == number ? &*at : nullptr;
}

void schedule_book::remove(std::uint64_t number) {
  const auto at = place_of(entries_, number);
  if (at != entries_.end() && at->number == number) entries_.erase(at);
}

schedule_book::answer schedule_book::decide(const books::add& command, const context& now) const {
  const auto& plan = command.plan;
  if (plan.name.empty() || plan.name.size() > most_name_bytes || !fits_a_new_name(plan.name))
    return refuse("invalid_name",
                  "a schedule's name has 1 to 128 bytes of UTF-8 without control characters");
  if (plan.bytes() > most_entry_bytes)
    return refuse("entry_too_large",
                  "name, timing, target and command have " + std::to_string(plan.bytes()) +
                      " bytes together, more than " + std::to_string(most_entry_bytes));
  if (entries_.size() >= most_entries)
    return refuse("book_full", "the book of this target has " + std::to_string(most_entries) +
                                   " schedules, and takes no more");
  const auto same = [&](const schedule_entry& entry) { return entry.plan.name == plan.name; };
  if (std::any_of(entries_.begin(), entries_.end(), same))
    return refuse("name_taken", "there is a schedule of this name");
  return books::added{now.version.next().value, plan,
                      std::chrono::floor<std::chrono::seconds>(now.time)};
}

schedule_book::answer schedule_book::decide(const books::settle& command, const context&) const {
  const auto* entry = find(command.number);
  const auto same = [&](const schedule_entry& one) { return one.number == command.number; };
  if (!entry && std::any_of(over_.begin(), over_.end(), same)) return nothing;
  if (!entry) return unknown();
  if (entry->last && command.came.due <= *entry->last) return nothing;
  return books::settled{command.number, command.came};
}

schedule_book::answer schedule_book::decide(const books::pause& command, const context&) const {
  const auto* entry = find(command.number);
  if (!entry) return unknown();
  if (entry->paused) return nothing;
  return books::paused{command.number};
}

schedule_book::answer schedule_book::decide(const books::resume& command,
                                            const context& now) const {
  const auto* entry = find(command.number);
  if (!entry) return unknown();
  if (!entry->paused) return nothing;
  return books::resumed{command.number, now.time};
}

schedule_book::answer schedule_book::decide(const books::cancel& command, const context&) const {
  if (!find(command.number)) return unknown();
  return books::cancelled{command.number};
}

schedule_book::answer schedule_book::decide(const books::request_run& command,
                                            const context& now) const {
  if (!find(command.number)) return unknown();
  return books::run_requested{command.number, std::chrono::floor<std::chrono::seconds>(now.time)};
}

void schedule_book::apply(const books::added& event) {
  schedule_entry entry;
  entry.number = event.number;
  entry.plan = event.plan;
  entry.since = event.since;
  entries_.push_back(std::move(entry));
}

void schedule_book::apply(const books::settled& event) {
  auto* entry = find(event.number);
  if (!entry) return;
  settle(*entry, event.came);
  if (!entry->once()) return;
  keep_over(over_, std::move(*entry));
  remove(event.number);
}

void schedule_book::apply(const books::paused& event) {
  if (auto* entry = find(event.number)) entry->paused = true;
}

void schedule_book::apply(const books::resumed& event) {
  if (auto* entry = find(event.number)) resume(*entry, event.at);
}

void schedule_book::apply(const books::cancelled& event) {
  const auto* entry = find(event.number);
  if (!entry) return;
  keep_gone(gone_, {entry->number, entry->plan.name});
  remove(event.number);
}

}  // namespace acta::internal
