#include "runtime/journal/rocksdb_store.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/sst_file_writer.h>

#include <algorithm>
#include <optional>
#include <set>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/backup.hpp"
#include "runtime/journal/journal_directory.hpp"
#include "runtime/journal/record.hpp"
#include "runtime/journal/rocksdb_settings.hpp"
#include "runtime/journal/write_ahead_log.hpp"

namespace acta {

namespace {

constexpr std::string_view format_key = "format";
constexpr std::string_view format_value = "acta journal 1";
constexpr std::string_view property_prefix = "property/";
/// In the family of streams: how far it reaches. No stream's key begins with a zero byte.
const std::string mark_key{"\0indexed up to", 14};
const std::string snapshots_name = "snapshots";
/// A run of the index while it is written.
const std::string run_file_begin = "run-";
const std::string run_file_end = ".tmp";

constexpr const char* in_use = "the journal is in use by another process: stop it, or use another";

error storage_error(const rocksdb::Status& status) {
  const bool damaged = status.IsCorruption();
  auto text = status.ToString();
  // What RocksDB says when another process holds the lock, and when this one does.
  for (const auto* held : {"While lock file", "lock hold by current process"})
    if (text.find(held) != std::string::npos) text = in_use;
  return {damaged ? errc::damaged : errc::storage, std::move(text)};
}

std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }
rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

std::string log_key(std::uint64_t offset) {
  std::string key;
  put_big_endian(key, offset);
  return key;
}

std::string stream_key(std::string_view stream, version v) {
  std::string key;
  key.reserve(stream.size() + 9);
  key.append(stream).push_back('\0');
  put_big_endian(key, v.value);
  return key;
}

/// The families of a database. Should it fail, opening fails too, and says why.
std::optional<std::set<std::string>> families_in(const rocksdb::DBOptions& how,
                                                 const std::filesystem::path& directory) {
  std::vector<std::string> names;
  const auto status = rocksdb::DB::ListColumnFamilies(how, directory.string(), &names);
  if (!status.ok()) return std::nullopt;
  return std::set<std::string>(names.begin(), names.end());
}

rocksdb::ReadOptions within_prefix() {
  rocksdb::ReadOptions reading;
  reading.prefix_same_as_start = true;
  return reading;
}

error damaged_at(const std::string& where, const error& what) {
  return {errc::damaged, where + ": " + what.detail};
}

std::string at_offset(std::uint64_t offset) { return "position " + std::to_string(offset); }

}  // namespace

rocksdb_store::rocksdb_store(const rocksdb_options& how) : how_{how}, tail_{how.index_run_events} {}

rocksdb_store::~rocksdb_store() {
  if (database_) {
    for (auto* family : {properties_family_, log_, streams_, snapshots_})
      if (family) database_->DestroyColumnFamilyHandle(family);
    database_->Close();
  }
}

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open(const rocksdb_options& how) {
  constexpr int most_tries = 100;
  for (int tries = 1;; ++tries) {
    const auto before = files_in(how.directory, {log_extension, ".sst"});
    auto opened = open_once(how);
    // Beside a writer files may come and go while they are read: then looking again helps. If none
    // did, what is wrong stays wrong.
    if (opened || !how.read_only || tries == most_tries ||
        files_in(how.directory, {log_extension, ".sst"}) == before)
      return opened;
  }
}

result<std::unique_ptr<rocksdb_store>> rocksdb_store::open_once(const rocksdb_options& how) {
  std::unique_ptr<rocksdb_store> store{new rocksdb_store{how}};
  if (auto opened = store->open_database(); !opened) return opened.error();
  if (auto checked = store->check_format(); !checked) return checked.error();
  if (!how.read_only)
    if (auto removed = store->remove_unfinished_runs(); !removed) return removed.error();
  if (auto loaded = store->load_tail(); !loaded) return loaded.error();
  if (how.tell && !how.read_only)
    for (const auto& torn : store->torn_logs_) how.tell({false, "log_tail_dropped", torn});
  return store;
}

result<void> rocksdb_store::remove_unfinished_runs() {
  for (const auto& run : files_in(how_.directory, {run_file_end})) {
    if (!run.filename().string().starts_with(run_file_begin)) continue;
    // It may be another name of a file of the index: gone it does no harm, overwritten it would.
    const auto removed = environment_->DeleteFile(run.string());
    if (!removed.ok()) return storage_error(removed);
  }
  return {};
}

// A first start that was killed, or is still going on. The next one completes it.
error rocksdb_store::not_begun() const {
  return {errc::storage, "there is no journal in " + how_.directory.string() +
                             " yet: its first start did not come to its end, and nothing is in "
                             "it; starting again completes it"};
}

result<void> rocksdb_store::open_database() {
  auto options = database_options(how_);
  files_ = std::make_shared<journal_files>(options.env->GetFileSystem());
  environment_ = rocksdb::NewCompositeEnv(files_);
  options.env = environment_.get();
  if (auto prepared = prepare_directory(*files_, how_.directory, how_.read_only); !prepared)
    return prepared;
  if (!how_.read_only) {
    // RocksDB's own lock is a file, and a restore over the directory replaces it.
    lock_.emplace(how_.directory);
    if (lock_->taken()) return error{errc::storage, how_.directory.string() + ": " + in_use};
  }
  auto torn = check_logs(how_.directory);
  if (!torn) return torn.error();
  torn_logs_ = *std::move(torn);
  std::optional<std::set<std::string>> there;
  if (how_.read_only) there = families_in(options, how_.directory);
  if (there && !there->contains("streams") && files_in(how_.directory, {".sst"}).empty())
    return not_begun();
  options.listeners.push_back(
      failure_listener([this](std::string why) { failures_.tell(std::move(why)); }));
  const auto cache = rocksdb::NewLRUCache(how_.block_cache_bytes);
  streams_options_ = stream_options(cache);
  std::vector<rocksdb::ColumnFamilyDescriptor> families{
      {rocksdb::kDefaultColumnFamilyName, family_options(cache)},
      {"log", family_options(cache)},
      {"streams", streams_options_}};
  // A journal that no program with snapshots has written yet does not have them.
  if (!how_.read_only || (there && there->contains(snapshots_name)))
    families.emplace_back(snapshots_name, snapshot_options(cache));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status;
  if (how_.read_only) {
    const auto logs = files_in(how_.directory, {log_extension});
    status =
        rocksdb::DB::OpenForReadOnly(options, how_.directory.string(), families, &handles, &opened);
    // What a writer flushed meanwhile may be neither in the tables nor in the logs that were read.
    if (status.ok() && files_in(how_.directory, {log_extension}) != logs)
      status = rocksdb::Status::TryAgain("the journal was written while it was opened");
  } else {
    status = rocksdb::DB::Open(options, how_.directory.string(), families, &handles, &opened);
  }
  database_.reset(opened);
  if (!status.ok()) {
    for (auto* handle : handles) database_->DestroyColumnFamilyHandle(handle);
    auto problem = storage_error(status);
    problem.detail = how_.directory.string() + ": " + problem.detail;
    return problem;
  }
  properties_family_ = handles[0];
  log_ = handles[1];
  streams_ = handles[2];
  if (handles.size() > 3) snapshots_ = handles[3];
  return {};
}

result<void> rocksdb_store::check_format() {
  std::string found;
  const auto status = database_->Get({}, properties_family_, slice(format_key), &found);
  if (status.ok() && found == format_value) return {};
  if (status.ok())
    return error{errc::damaged, how_.directory.string() + " has the format '" + found +
                                    "'; this program knows '" + std::string{format_value} + "'"};
  if (!status.IsNotFound()) return storage_error(status);
  if (!is_empty()) return error{errc::damaged, how_.directory.string() + " is no journal"};
  if (how_.read_only) return not_begun();
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto written =
      database_->Put(synced, properties_family_, slice(format_key), slice(format_value));
  return written.ok() ? result<void>{} : storage_error(written);
}

// Nothing was ever stored: it was made just now, or a crash came before its format was written.
bool rocksdb_store::is_empty() const {
  for (auto* family : {properties_family_, log_, streams_, snapshots_}) {
    if (!family) continue;
    const std::unique_ptr<rocksdb::Iterator> any{database_->NewIterator({}, family)};
    any->SeekToFirst();
    if (any->Valid() || !any->status().ok()) return false;
  }
  return true;
}

result<std::uint64_t> rocksdb_store::indexed_up_to() const {
  std::string mark;
  const auto status = database_->Get({}, streams_, mark_key, &mark);
  if (status.IsNotFound()) return std::uint64_t{0};
  if (!status.ok()) return storage_error(status);
  return get_big_endian(mark);
}

result<void> rocksdb_store::load_tail() {
  const auto mark = indexed_up_to();
  if (!mark) return mark.error();
  const std::unique_ptr<rocksdb::Iterator> newest{database_->NewIterator({}, log_)};
  newest->SeekToLast();
  if (!newest->status().ok()) return storage_error(newest->status());
  last_at_open_ = newest->Valid() ? get_big_endian(view(newest->key())) : 0;
  if (last_at_open_ < *mark)
    return error{errc::damaged, "the log ends at " + at_offset(last_at_open_) + ", its index at " +
                                    at_offset(*mark)};
  for (auto next = *mark + 1; next <= last_at_open_;) {
    auto page = read_log(next, last_at_open_, 10'000);
    if (!page) return page.error();
    std::vector<stream_tail::event> events;
    for (const auto& event : page->events)
      events.push_back({&event.stream, event.version, event.position.offset});
    tail_.add(events);
    next += page->events.size();
  }
  return {};
}

rocksdb_store::batch rocksdb_store::make_batch() {
  batch made;
  made.store_ = this;
  return made;
}

void rocksdb_store::batch::add(std::uint64_t offset, std::string_view record) {
  writes_.Put(store_->log_, log_key(offset), slice(record));
}

result<void> rocksdb_store::write(batch& writes) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  auto status = database_->Write(synced, &writes.writes_);
  if (deliberate::commits("sync_error_ignored")) return {};
  if (!status.ok() && deliberate::commits("sync_retried_and_acknowledged")) {
    (void)database_->Resume();
    status = database_->Write(synced, &writes.writes_);
  }
  return status.ok() ? result<void>{} : storage_error(status);
}

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

result<void> rocksdb_store::save(const stream_id& stream, const snapshot& what) {
  std::string record;
  encode_snapshot(record, stream, what);
  const auto status = database_->Put({}, snapshots_, slice(stream.text()), slice(record));
  return status.ok() ? result<void>{} : storage_error(status);
}

result<version> rocksdb_store::version_of(const stream_id& stream) const {
  if (const auto tail = tail_.find(stream, {1}, 0); tail.last != version{}) return tail.last;
  const std::unique_ptr<rocksdb::Iterator> at{database_->NewIterator(within_prefix(), streams_)};
  at->SeekForPrev(stream_key(stream.text(), {~std::uint64_t{0}}));
  if (!at->status().ok()) return damaged_at(to_string(stream), storage_error(at->status()));
  const auto prefix = to_string(stream) + '\0';
  if (!at->Valid() || !view(at->key()).starts_with(prefix)) return version{0};
  return version{get_big_endian(view(at->key()).substr(prefix.size()))};
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
  const auto file = how_.directory / (run_file_begin + name + run_file_end);
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

result<std::map<std::string, std::string>> rocksdb_store::properties() const {
  std::map<std::string, std::string> all;
  const std::unique_ptr<rocksdb::Iterator> at{database_->NewIterator({}, properties_family_)};
  for (at->Seek(slice(property_prefix));
       at->Valid() && view(at->key()).starts_with(property_prefix); at->Next())
    all.emplace(view(at->key()).substr(property_prefix.size()), view(at->value()));
  if (!at->status().ok()) return storage_error(at->status());
  return all;
}

result<void> rocksdb_store::set_properties(const std::map<std::string, std::string>& changed) {
  rocksdb::WriteBatch writes;
  for (const auto& [name, value] : changed)
    writes.Put(properties_family_, std::string{property_prefix} + name, value);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  const auto status = database_->Write(synced, &writes);
  return status.ok() ? result<void>{} : storage_error(status);
}

void rocksdb_store::settle() {
  const auto moved = database_->Flush({}, {properties_family_, log_, streams_, snapshots_});
  // Should it have failed, the log still has it all.
  if (moved.ok()) files_->forget_newest_log(how_.directory);
}

result<void> rocksdb_store::backup(const std::filesystem::path& directory) const {
  return write_backup(*database_, directory, [this](const auto& copy) -> result<void> {
    auto reading = how_;
    reading.directory = copy;
    reading.read_only = true;
    const auto opened = open(reading);
    return opened ? result<void>{} : opened.error();
  });
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

result<void> rocksdb_store::for_each_snapshot(
    const std::function<result<void>(const stream_id&, const snapshot&)>& visit) const {
  if (!snapshots_) return {};
  const std::unique_ptr<rocksdb::Iterator> at{database_->NewIterator({}, snapshots_)};
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    const stream_id stream{std::string{view(at->key())}};
    const auto kept = decode_snapshot(view(at->value()), stream);
    if (!kept) return damaged_at("the snapshot of " + to_string(stream), kept.error());
    if (auto visited = visit(stream, *kept); !visited) return visited;
  }
  if (!at->status().ok()) return storage_error(at->status());
  return {};
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

}  // namespace acta
