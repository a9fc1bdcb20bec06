#include "runtime/journal/memory_journal.hpp"

#include <algorithm>

#include "runtime/journal/history_search.hpp"
#include "runtime/journal/new_contracts.hpp"
#include "runtime/journal/record.hpp"

namespace acta::internal {

void memory_journal::run(step next) {
  std::unique_lock lock{mutex_};
  if (held_) return waiting_.push_back(std::move(next));
  const auto report = next();
  lock.unlock();
  report();
}

bool memory_journal::release_one() {
  std::unique_lock lock{mutex_};
  if (waiting_.empty()) return false;
  const auto next = std::move(waiting_.front());
  waiting_.pop_front();
  const auto report = next();
  lock.unlock();
  report();
  return true;
}

void memory_journal::hold() {
  const std::lock_guard lock{mutex_};
  held_ = true;
}

void memory_journal::release_all() {
  while (release_one()) {
  }
  const std::lock_guard lock{mutex_};
  held_ = false;
}

std::size_t memory_journal::held() const {
  const std::lock_guard lock{mutex_};
  return waiting_.size();
}

std::size_t memory_journal::writers() const {
  const std::lock_guard lock{mutex_};
  return writers_.size();
}

void memory_journal::fail_next_append(after_failure effect) {
  const std::lock_guard lock{mutex_};
  failing_ = effect;
}

void memory_journal::reopen() {
  const std::lock_guard lock{mutex_};
  read_only_reason_.clear();
  writers_.clear();
  for (auto& append : std::exchange(kept_, {})) {
    append_result ignored;
    store(*append, ignored);
  }
}

version memory_journal::version_of(const stream_id& stream) const {
  const auto found = streams_.find(stream);
  return {found == streams_.end() ? 0 : found->second.size()};
}

void memory_journal::store(const append_request& append, append_result& got) {
  auto& stream = streams_[append.stream];
  got.first = {0, log_.size() + 1};
  new_contracts contracts;
  for (const auto& event : append.events) {
    if (contracts.add(event.contract))
      properties_[event.contract->property] = event.contract->schema;
    stream.push_back(log_.size());
    log_.push_back({{0, log_.size() + 1},
                    append.stream,
                    {stream.size()},
                    append.metadata,
                    event.type,
                    event.schema_version,
                    event.payload});
  }
  contracts.are_stored();
}

std::vector<append_result> memory_journal::write(const std::vector<append_ptr>& batch) {
  std::vector<append_result> results(batch.size());
  const auto failing = std::exchange(failing_, std::nullopt);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!read_only_reason_.empty()) {
      results[i].status = append_status::read_only;
      continue;
    }
    results[i].status =
        writers_.check(*batch[i], [this](const stream_id& stream) { return version_of(stream); });
    if (results[i].status != append_status::stored) continue;
    if (!failing) {
      store(*batch[i], results[i]);
      continue;
    }
    results[i].status = append_status::unknown;
    if (*failing == after_failure::kept) kept_.push_back(batch[i]);
  }
  if (failing) read_only_reason_ = "a write failed: told to";
  return results;
}

void memory_journal::append(std::vector<append_ptr> batch, append_done done) {
  run([this, batch = std::move(batch), done = std::move(done)]() -> std::function<void()> {
    return [done, results = write(batch)] { done(results); };
  });
}

void memory_journal::recover(const stream_id& stream, writer_id writer, version from,
                             std::size_t max_events, read_done done) {
  run([=, this]() -> std::function<void()> {
    if (!writers_.open(stream, writer, [this](const stream_id& s) { return version_of(s); }))
      return [done] { done(error{errc::conflict, "a newer writer is registered"}); };
    return [done, page = recovery_page(stream, from, max_events)] { done(page); };
  });
}

void memory_journal::leave(const stream_id& stream, writer_id writer) {
  run([=, this]() -> std::function<void()> {
    writers_.leave(stream, writer);
    return [] {};
  });
}

void memory_journal::save(const stream_id& stream, snapshot what) {
  run([=, this, kept = std::move(what)]() mutable -> std::function<void()> {
    if (read_only_reason_.empty()) snapshots_.insert_or_assign(stream, std::move(kept));
    return [] {};
  });
}

result<event_page> memory_journal::recovery_page(const stream_id& stream, version from,
                                                 std::size_t most) const {
  const auto kept = snapshots_.find(stream);
  if (from != version{} || kept == snapshots_.end()) return page_of(stream, from, most);
  if (kept->second.version > version_of(stream)) return beyond_the_end(stream, kept->second);
  auto page = page_of(stream, kept->second.version.next(), most);
  page.snapshot = kept->second;
  return page;
}

event_page memory_journal::page_of(const stream_id& stream, version from, std::size_t most) const {
  event_page page;
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return page;
  for (auto i = std::max<std::uint64_t>(from.value, 1); i <= found->second.size(); ++i) {
    if (page.full(most)) {
      page.complete = false;
      break;
    }
    page.add(log_[found->second[i - 1]]);
  }
  return page;
}

void memory_journal::find_command(command_search what, search_done done) {
  if (what.since != timestamp::max()) ++searches_;
  history_search search{std::move(what)};
  while (const auto range = search.next()) {
    std::unique_lock lock{mutex_};
    auto page = page_of(search.stream(), range->from, range->events);
    lock.unlock();
    if (auto taken = search.take(std::move(page)); !taken) return done(taken.error());
  }
  done(std::move(search).outcome());
}

void memory_journal::read_stream(const stream_id& stream, version from, std::size_t max_events,
                                 read_done done) {
  std::unique_lock lock{mutex_};
  auto page = page_of(stream, from, max_events);
  lock.unlock();
  done(std::move(page));
}

void memory_journal::read_all(position from, std::size_t max_events, read_done done) {
  event_page page;
  std::unique_lock lock{mutex_};
  for (auto i = std::max<std::uint64_t>(from.offset, 1); i <= log_.size(); ++i) {
    if (page.full(max_events)) {
      page.complete = false;
      break;
    }
    page.add(log_[i - 1]);
  }
  lock.unlock();
  done(std::move(page));
}

position memory_journal::last() const {
  const std::lock_guard lock{mutex_};
  return {0, log_.size()};
}

std::string memory_journal::read_only_reason() const {
  const std::lock_guard lock{mutex_};
  return read_only_reason_;
}

result<std::map<std::string, std::string>> memory_journal::properties() const {
  const std::lock_guard lock{mutex_};
  return properties_;
}

result<void> memory_journal::set_properties(const std::map<std::string, std::string>& changed) {
  const std::lock_guard lock{mutex_};
  for (const auto& [name, value] : changed) properties_[name] = value;
  return {};
}

result<void> memory_journal::remove_properties(const std::vector<std::string>& names) {
  const std::lock_guard lock{mutex_};
  for (const auto& name : names) properties_.erase(name);
  return {};
}

result<position> memory_journal::backup(const std::filesystem::path&, const backup_options&) {
  return error{errc::storage, "a journal in memory has no backup"};
}

}  // namespace acta::internal
