#include "runtime/journal/rocksdb_store.hpp"

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/backup.hpp"
#include "runtime/journal/journal_directory.hpp"
#include "runtime/journal/rocksdb_keys.hpp"

namespace acta::internal {

namespace {

constexpr std::string_view property_prefix = "property/";

std::string property_key(const std::string& name) { return std::string{property_prefix} + name; }

}  // namespace

rocksdb_store::batch rocksdb_store::make_batch() {
  batch made;
  made.store_ = this;
  made.clear();
  return made;
}

void rocksdb_store::batch::add(std::uint64_t offset, std::string_view record) {
  writes_.Put(store_->log_, log_key(offset), slice(record));
}

void rocksdb_store::batch::add_property(const std::string& name, const std::string& value) {
  writes_.Put(store_->properties_family_, property_key(name), value);
}

void rocksdb_store::batch::keep(const stream_id& stream, const snapshot& what) {
  std::string record;
  encode_snapshot(record, stream, what);
  writes_.Put(store_->snapshots_, slice(stream.text()), slice(record));
}

void rocksdb_store::batch::clear() {
  writes_.Clear();
  writes_.PutLogData(store_->log_header_);
}

result<void> rocksdb_store::write(batch& writes) { return write(writes.writes_); }

result<void> rocksdb_store::write(rocksdb::WriteBatch& writes) {
  // To a directory that nobody finds any more it would succeed.
  if (auto there = files_->in_place(); !there.ok()) return storage_error(there);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  auto status = database_->Write(synced, &writes);
  if (deliberate::commits("sync_error_ignored")) return {};
  if (!status.ok() && deliberate::commits("sync_retried_and_acknowledged")) {
    (void)database_->Resume();
    status = database_->Write(synced, &writes);
  }
  return status.ok() ? check_after_sync() : storage_error(status);
}

result<void> rocksdb_store::check_after_sync() {
  if (auto there = look_at_files(); !there) return there;
  const auto noted = files_->note_first_answer();
  return noted.ok() ? result<void>{} : storage_error(noted);
}

result<void> rocksdb_store::look_at_files() {
  auto logs = look_at_logs();
  auto manifest = look_at_manifest();
  if (logs || manifest) return logs ? std::move(manifest) : std::move(logs);
  return error{errc::storage, logs.error().detail + "; and " + manifest.error().detail};
}

result<void> rocksdb_store::look_at_logs() {
  if (const auto logs = files_->logs_in_place(); !logs.ok()) {
    // Where the directory itself has gone, its logs went with it.
    if (auto there = files_->in_place(); !there.ok()) return storage_error(there);
    // Should it fail, the note asks for less than was answered; the tables will have it all the
    // same.
    (void)files_->note_harmed_log();
    const auto kept = settle();
    return error{errc::storage, storage_error(logs).detail +
                                    (kept ? "; what was answered is in tables now"
                                          : "; what it held could not be moved into tables: " +
                                                kept.error().detail)};
  }
  return {};
}

result<void> rocksdb_store::look_at_manifest() {
  const auto manifest = files_->manifest_in_place();
  if (manifest.ok()) return {};
  if (auto there = files_->in_place(); !there.ok()) return storage_error(there);
  const auto rescued = files_->rescue_manifest();
  return error{errc::storage,
               storage_error(manifest).detail +
                   (rescued.ok() ? "; it was put back, and the next start has all that was answered"
                                 : "; without it the journal does not open: " +
                                       storage_error(rescued).detail)};
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
  auto writes = make_batch();
  for (const auto& [name, value] : changed)
    writes.writes_.Put(properties_family_, property_key(name), value);
  return write(writes);
}

result<void> rocksdb_store::remove_properties(const std::vector<std::string>& names) {
  auto writes = make_batch();
  for (const auto& name : names) writes.writes_.Delete(properties_family_, property_key(name));
  return write(writes);
}

result<void> rocksdb_store::settle() {
  const auto moved = database_->Flush({}, {properties_family_, log_, streams_, snapshots_});
  // Should it have failed, the log still has it all.
  if (!moved.ok()) return storage_error(moved);
  // Nobody will find those tables if the manifest is not there.
  if (files_->manifest_in_place().ok()) files_->forget_newest_log(how_.directory);
  return {};
}

result<void> rocksdb_store::backup(const std::filesystem::path& directory,
                                   const backup_options& how) const {
  const bool may_clone = !how_.environment;
  return write_backup(
      *database_, *files_, directory, how, may_clone, [this](const auto& copy) -> result<void> {
        if (auto marked = mark_copy(*files_, copy, {identity_.id, identity_.current()}); !marked)
          return marked.error();
        auto reading = how_;
        reading.directory = copy;
        reading.read_only = true;
        reading.tell = {};  // what it may find torn is its own
        const auto opened = open(reading);
        return opened ? result<void>{} : opened.error();
      });
}

}  // namespace acta::internal
