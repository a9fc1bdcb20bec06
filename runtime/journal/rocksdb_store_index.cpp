// The second copy of every event, by stream: how it is made, and whether it agrees with the log.
#include "runtime/journal/rocksdb_store.hpp"

#include <rocksdb/snapshot.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>

#include "runtime/journal/rocksdb_keys.hpp"

namespace acta::internal {

result<std::uint64_t> rocksdb_store::indexed_up_to() const {
  std::string mark;
  const auto status = database_->Get({}, streams_, mark_key, &mark);
  if (status.IsNotFound()) return std::uint64_t{0};
  if (!status.ok()) return storage_error(status);
  return get_big_endian(mark);
}

void rocksdb_store::log_part::add(std::string_view record) {
  constexpr std::size_t block_bytes = 1024 * 1024;
  if (blocks.empty() || blocks.back().size() + record.size() > blocks.back().capacity())
    blocks.emplace_back().reserve(std::max(block_bytes, record.size()));
  auto& block = blocks.back();
  block.append(record);
  records.emplace_back(block.data() + block.size() - record.size(), record.size());
}

result<rocksdb_store::log_part> rocksdb_store::collect(stream_tail::range run) const {
  log_part part;
  part.first = run.first;
  rocksdb::ReadOptions once;
  once.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> at{database_->NewIterator(once, log_)};
  auto next = run.first;
  for (at->Seek(log_key(next)); at->Valid() && next <= run.last; at->Next(), ++next) {
    const auto record = view(at->value());
    if (auto good = check_record(record); !good) return damaged_at(at_offset(next), good.error());
    if (get_big_endian(view(at->key())) != next) break;
    part.add(record);
  }
  if (!at->status().ok()) return storage_error(at->status());
  if (next <= run.last) return error{errc::damaged, at_offset(next) + " is missing"};
  return part;
}

result<void> rocksdb_store::ingest(const log_part& part, std::uint64_t up_to) {
  const auto name = std::to_string(runs_written_++);
  const auto file =
      how_.directory / (std::string{run_file_begin} + name + std::string{run_file_end});
  auto options = rocksdb::Options{database_->GetDBOptions(), streams_options_};
  rocksdb::SstFileWriter writer{rocksdb::EnvOptions{}, options};
  auto status = writer.Open(file.string());
  // The mark sorts first, and travels with the events it speaks of: both are there or neither is.
  if (status.ok()) status = writer.Put(mark_key, log_key(up_to));
  tail_.visit_oldest([&](const stream_id& stream, version first, auto positions) {
    for (std::size_t i = 0; i < positions.size() && status.ok(); ++i)
      status = writer.Put(stream_key(stream.text(), {first.value + i}),
                          slice(part.records[positions[i] - part.first]));
  });
  if (status.ok()) status = writer.Finish();
  rocksdb::IngestExternalFileOptions moving;
  moving.move_files = true;
  moving.write_global_seqno = false;  // once written, the file stays as it was synced
  // RocksDB 7.8 places a file on top of all levels while a snapshot exists. Every run belongs
  // there: its mark overlaps with the mark of the run before. Without a snapshot RocksDB searches
  // the levels of a version that a compaction may have replaced already, and fails an assertion
  // then.
  const rocksdb::ManagedSnapshot on_top{database_.get()};
  if (status.ok()) status = database_->IngestExternalFile(streams_, {file.string()}, moving);
  if (status.ok()) files_->settle();
  (void)environment_->DeleteFile(file.string());
  return status.ok() ? result<void>{} : storage_error(status);
}

result<bool> rocksdb_store::index_next_run() {
  const auto run = tail_.oldest_full();
  if (run.last == 0) return false;
  const auto part = collect(run);
  if (!part) return part.error();
  if (auto ingested = ingest(*part, run.last); !ingested) return ingested.error();
  tail_.drop_oldest();
  return true;
}

result<std::uint64_t> rocksdb_store::verify() const {
  if (auto checked = verify_index(); !checked) return checked.error();
  auto checked = for_each_snapshot([this](const stream_id& stream, const snapshot& kept) {
    const auto last = version_of(stream);
    if (!last) return result<void>{last.error()};
    return kept.version > *last ? result<void>{beyond_the_end(stream, kept)} : result<void>{};
  });
  if (!checked) return checked.error();
  return last_at_open_;
}

result<void> rocksdb_store::verify_index() const {
  const auto mark = indexed_up_to();
  if (!mark) return mark.error();
  std::uint64_t indexed = 0;
  const std::unique_ptr<rocksdb::Iterator> at{database_->NewIterator({}, streams_)};
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    if (view(at->key()) == mark_key) continue;
    ++indexed;
    const auto event = decode_record(view(at->value()));
    if (!event) return damaged_at("the index by stream", event.error());
    std::string original;
    const auto status = database_->Get({}, log_, log_key(event->position.offset), &original);
    if (!status.ok() || original != view(at->value()) ||
        view(at->key()) != stream_key(event->stream.text(), event->version))
      return error{errc::damaged, at_offset(event->position.offset) +
                                      ": the log and the index by stream do not agree"};
  }
  if (!at->status().ok()) return storage_error(at->status());
  if (indexed != *mark)
    return error{errc::damaged, "the index by stream holds " + std::to_string(indexed) +
                                    " events, its mark says " + std::to_string(*mark)};
  return {};
}

}  // namespace acta::internal
