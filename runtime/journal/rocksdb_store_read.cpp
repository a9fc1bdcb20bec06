// Streams and the log, from tables and tail.
#include "runtime/journal/rocksdb_store.hpp"

#include <algorithm>

#include "runtime/journal/rocksdb_keys.hpp"

namespace acta::internal {

namespace {

rocksdb::ReadOptions within_prefix() {
  rocksdb::ReadOptions reading;
  reading.prefix_same_as_start = true;
  return reading;
}

}  // namespace

result<event_page> rocksdb_store::read_log(std::uint64_t from, std::uint64_t until,
                                           std::size_t most) const {
  event_page page;
  const std::unique_ptr<rocksdb::Iterator> at{database_->NewIterator({}, log_)};
  auto expected = std::max<std::uint64_t>(from, 1);
  for (at->Seek(log_key(expected)); at->Valid() && expected <= until; at->Next(), ++expected) {
    if (page.full(most)) {
      page.complete = false;
      return page;
    }
    auto event = decode_record(view(at->value()));
    if (!event) return damaged_at(at_offset(expected), event.error());
    if (get_big_endian(view(at->key())) != expected || event->position.offset != expected)
      return error{errc::damaged, at_offset(expected) + " is missing"};
    page.add(*std::move(event));
  }
  if (!at->status().ok()) return damaged_at(at_offset(expected), storage_error(at->status()));
  if (expected <= until) return error{errc::damaged, at_offset(expected) + " is missing"};
  return page;
}

result<void> rocksdb_store::read_index(const stream_id& stream, version from, version before,
                                       std::size_t most, event_page& page) const {
  const std::unique_ptr<rocksdb::Iterator> at{database_->NewIterator(within_prefix(), streams_)};
  for (at->Seek(stream_key(stream.text(), from)); at->Valid(); at->Next()) {
    const version here{get_big_endian(view(at->key()).substr(stream.text().size() + 1))};
    if (before != version{} && here >= before) return {};
    if (page.full(most)) {
      page.complete = false;
      return {};
    }
    auto event = decode_record(view(at->value()));
    if (!event) return damaged_at(to_string(stream), event.error());
    page.add(*std::move(event));
  }
  if (!at->status().ok()) return damaged_at(to_string(stream), storage_error(at->status()));
  return {};
}

result<void> rocksdb_store::read_tail(std::span<const std::uint64_t> positions, std::size_t most,
                                      event_page& page) const {
  // A few at a time: how large they are is known when they are there.
  constexpr std::size_t at_a_time = 64;
  for (std::size_t next = 0; next < positions.size() && !page.full(most); next += at_a_time) {
    const auto few = positions.subspan(next, std::min(at_a_time, positions.size() - next));
    std::vector<std::string> keys;
    for (const auto offset : few) keys.push_back(log_key(offset));
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<std::string> values;
    const auto statuses = database_->MultiGet(
        {}, std::vector<rocksdb::ColumnFamilyHandle*>(keys.size(), log_), slices, &values);
    for (std::size_t i = 0; i < few.size() && !page.full(most); ++i) {
      if (!statuses[i].ok()) return damaged_at(at_offset(few[i]), storage_error(statuses[i]));
      auto event = decode_record(values[i]);
      if (!event) return damaged_at(at_offset(few[i]), event.error());
      page.add(*std::move(event));
    }
  }
  return {};
}

result<event_page> rocksdb_store::read_stream(const stream_id& stream, version from,
                                              std::size_t most) const {
  from = std::max(from, version{1});
  event_page page;
  // The tail first: what the indexer takes from it afterwards is found on disk.
  const auto tail = tail_.find(stream, from, most);
  if (tail.first == version{} || from < tail.first)
    if (auto read = read_index(stream, from, tail.first, most, page); !read) return read.error();
  if (page.complete) {
    if (auto read = read_tail(tail.positions, most, page); !read) return read.error();
    const auto reached = page.events.empty() ? from.value - 1 : page.events.back().version.value;
    page.complete = reached >= tail.last.value;
  }
  for (std::size_t i = 0; i < page.events.size(); ++i)
    if (page.events[i].version != from.next(i) || page.events[i].stream != stream)
      return error{errc::damaged,
                   to_string(stream) + " has no version " + std::to_string(from.next(i).value)};
  return page;
}

result<event_page> rocksdb_store::read_from_snapshot(const stream_id& stream,
                                                     std::size_t most) const {
  std::string record;
  const auto status = snapshots_ ? database_->Get({}, snapshots_, slice(stream.text()), &record)
                                 : rocksdb::Status::NotFound();
  if (status.IsNotFound()) return read_stream(stream, {1}, most);
  if (!status.ok()) return damaged_at(to_string(stream), storage_error(status));
  auto found = decode_snapshot(record, stream);
  if (found) {
    const auto last = version_of(stream);
    if (!last) return last.error();
    if (found->version > *last) return beyond_the_end(stream, *found);
  }
  auto page = read_stream(stream, found ? found->version.next() : version{1}, most);
  if (page) page->snapshot = std::move(found);
  return page;
}

result<version> rocksdb_store::version_of(const stream_id& stream) const {
  if (const auto tail = tail_.find(stream, {1}, 0); tail.last != version{}) return tail.last;
  return indexed_version(*index_iterator(), stream);
}

std::unique_ptr<rocksdb::Iterator> rocksdb_store::index_iterator() const {
  return std::unique_ptr<rocksdb::Iterator>{database_->NewIterator(within_prefix(), streams_)};
}

result<version> rocksdb_store::indexed_version(rocksdb::Iterator& at,
                                               const stream_id& stream) const {
  at.SeekForPrev(stream_key(stream.text(), {~std::uint64_t{0}}));
  if (!at.status().ok()) return damaged_at(to_string(stream), storage_error(at.status()));
  const auto prefix = to_string(stream) + '\0';
  if (!at.Valid() || !view(at.key()).starts_with(prefix)) return version{0};
  return version{get_big_endian(view(at.key()).substr(prefix.size()))};
}

result<void> rocksdb_store::for_each_snapshot(
    const std::function<result<void>(const stream_id&, const snapshot&)>& visit) const {
  if (!snapshots_) return {};
  const std::unique_ptr<rocksdb::Iterator> at{database_->NewIterator({}, snapshots_)};
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const stream_id stream{view(at->key())};
    const auto kept = decode_snapshot(view(at->value()), stream);
    if (!kept) return damaged_at("the snapshot of " + to_string(stream), kept.error());
    if (auto visited = visit(stream, *kept); !visited) return visited;
  }
  if (!at->status().ok()) return storage_error(at->status());
  return {};
}

}  // namespace acta::internal
