#include "runtime/journal/memory_journal.hpp"

#include "runtime/journal/contract_property.hpp"
#include "runtime/journal/history_search.hpp"
#include "runtime/journal/new_contracts.hpp"

namespace acta::internal {

namespace {

error no_partition(partition_id id) {
  return {errc::not_found, "the journal has no partition " + std::to_string(id)};
}

}  // namespace

memory_journal::memory_journal(std::uint32_t partitions) {
  for (partition_id id = 0; id < partitions; ++id) partitions_.emplace_back(id);
}

memory_partition* memory_journal::find(partition_id id) {
  return id < partitions_.size() ? &partitions_[id] : nullptr;
}

const memory_partition* memory_journal::find(partition_id id) const {
  return id < partitions_.size() ? &partitions_[id] : nullptr;
}

std::vector<append_result> memory_journal::write(const std::vector<append_ptr>& batch) {
  const std::lock_guard lock{mutex_};
  std::vector<append_result> results(batch.size());
  new_contracts contracts;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto& append = *batch[i];
    auto* in = find(append.partition);
    results[i].status = in ? in->check(append) : append_status::fenced;
    if (results[i].status != append_status::stored) continue;
    for (const auto& event : append.events)
      if (contracts.add(event.contract))
        properties_[contract_property(event.contract->name)] = event.contract->schema;
    results[i].first = in->store(append);
  }
  contracts.are_stored();
  return results;
}

void memory_journal::append(std::vector<append_ptr> batch, append_done done) { done(write(batch)); }

void memory_journal::recover(partition_id in, const stream_id& stream, writer_id writer,
                             version from, std::size_t max_events, read_done done) {
  std::unique_lock lock{mutex_};
  auto* found = find(in);
  auto page = found ? found->recover(stream, writer, from, max_events) : event_page{};
  lock.unlock();
  done(std::move(page));
}

void memory_journal::leave(partition_id in, const stream_id& stream, writer_id writer) {
  const std::lock_guard lock{mutex_};
  if (auto* found = find(in)) found->leave(stream, writer);
}

void memory_journal::save(partition_id in, const stream_id& stream, snapshot what) {
  const std::lock_guard lock{mutex_};
  if (auto* found = find(in)) found->save(stream, std::move(what));
}

void memory_journal::find_command(partition_id in, command_search what, search_done done) {
  if (what.since != timestamp::max()) ++searches_;
  history_search search{std::move(what)};
  while (const auto range = search.next()) {
    std::unique_lock lock{mutex_};
    const auto* found = find(in);
    auto page =
        found ? found->read_stream(search.stream(), range->from, range->events) : event_page{};
    lock.unlock();
    if (auto taken = search.take(std::move(page)); !taken) return done(taken.error());
  }
  done(std::move(search).outcome());
}

void memory_journal::read_stream(partition_id in, const stream_id& stream, version from,
                                 std::size_t max_events, read_done done) {
  std::unique_lock lock{mutex_};
  const auto* found = find(in);
  auto page = found ? found->read_stream(stream, from, max_events) : event_page{};
  lock.unlock();
  done(std::move(page));
}

void memory_journal::read_all(position from, std::size_t max_events, read_done done) {
  std::unique_lock lock{mutex_};
  const auto* found = find(from.partition);
  auto page = found ? found->read_all(from.offset, max_events) : event_page{};
  lock.unlock();
  done(std::move(page));
}

position memory_journal::last(partition_id of) const {
  const std::lock_guard lock{mutex_};
  const auto* found = find(of);
  return found ? found->last() : position{of, 0};
}

std::vector<partition_id> memory_journal::partitions() const {
  std::vector<partition_id> all;
  for (const auto& one : partitions_) all.push_back(one.last().partition);
  return all;
}

partition_id memory_journal::partition_of(std::size_t shard) const {
  return static_cast<partition_id>(shard % partitions_.size());
}

result<std::map<std::string, std::string>> memory_journal::properties() const {
  const std::lock_guard lock{mutex_};
  return without_contracts(properties_);
}

result<void> memory_journal::set_properties(const std::map<std::string, std::string>& changed) {
  const std::lock_guard lock{mutex_};
  for (const auto& [name, value] : changed) properties_[name] = value;
  return {};
}

result<std::map<std::string, std::string>> memory_journal::contracts() const {
  const std::lock_guard lock{mutex_};
  return contracts_among(properties_);
}

result<void> memory_journal::remove_contracts(const std::vector<std::string>& names) {
  const std::lock_guard lock{mutex_};
  for (const auto& name : names) properties_.erase(contract_property(name));
  return {};
}

void memory_journal::look(partition_id at, look_done done) {
  std::unique_lock lock{mutex_};
  const auto* found = find(at);
  auto owner = found ? result<ownership>{found->owner()} : no_partition(at);
  lock.unlock();
  done(std::move(owner));
}

void memory_journal::claim(const claim_request& how, claim_done done) {
  std::unique_lock lock{mutex_};
  auto* found = find(how.partition);
  auto ours = found ? found->claim(how) : no_partition(how.partition);
  lock.unlock();
  done(std::move(ours));
}

void memory_journal::release(partition_id of, std::uint64_t epoch, release_done done) {
  std::unique_lock lock{mutex_};
  auto* found = find(of);
  auto released = found ? found->release(epoch) : no_partition(of);
  lock.unlock();
  done(std::move(released));
}

std::size_t memory_journal::writers() const {
  const std::lock_guard lock{mutex_};
  std::size_t all = 0;
  for (const auto& one : partitions_) all += one.writers();
  return all;
}

}  // namespace acta::internal
