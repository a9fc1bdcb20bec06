#include "runtime/journal/unnamed_tables.hpp"

#include <rocksdb/snapshot.h>
#include <rocksdb/sst_file_reader.h>

#include <memory>
#include <set>
#include <string>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/journal_directory.hpp"
#include "runtime/journal/rocksdb_keys.hpp"

namespace acta::internal {

namespace {

std::set<std::filesystem::path> unnamed_tables(rocksdb::DB& database,
                                               const std::filesystem::path& directory) {
  // In this order: what is made and named between the two is no table in question.
  auto tables = files_in(directory, {table_extension});
  std::vector<rocksdb::LiveFileMetaData> named;
  database.GetLiveFilesMetaData(&named);
  for (const auto& table : named) tables.erase(directory / table.name.substr(1));
  return tables;
}

/// The position of the last event in a table of the log. 0: it cannot be read.
std::uint64_t last_event(rocksdb::SstFileReader& table) {
  const std::unique_ptr<rocksdb::Iterator> at{table.NewIterator({})};
  at->SeekToLast();
  return at->Valid() && at->key().size() == 8 ? get_big_endian(view(at->key())) : 0;
}

/// Whether a table has an entry that was written after all that the database has: it looks
/// otherwise at the database's last moment than without regard to when its entries were written.
bool has_later_entries(rocksdb::SstFileReader& table, rocksdb::DB& database) {
  rocksdb::ManagedSnapshot last_moment{&database};
  rocksdb::ReadOptions then;
  then.snapshot = last_moment.snapshot();
  const std::unique_ptr<rocksdb::Iterator> all{table.NewIterator({})};
  const std::unique_ptr<rocksdb::Iterator> known{table.NewIterator(then)};
  all->SeekToFirst();
  known->SeekToFirst();
  for (; all->Valid() && known->Valid(); all->Next(), known->Next())
    if (all->key() != known->key() || all->value() != known->value()) return true;
  return all->status().ok() && known->status().ok() && all->Valid() != known->Valid();
}

}  // namespace

result<void> check_unnamed_tables(rocksdb::DB& database, rocksdb::Env& environment,
                                  const std::filesystem::path& directory, std::uint64_t last) {
  if (deliberate::commits("unnamed_tables_dropped")) return {};
  rocksdb::Options options;
  options.env = &environment;
  const auto earlier = [&](const std::filesystem::path& table, const std::string& content) {
    return error{
        errc::damaged,
        directory.string() + ": the table " + table.filename().string() + " has " + content +
            ", and the manifest does not name it: the manifest lost its end, or is of an earlier "
            "time than the tables. Nothing was deleted. Bring CURRENT and the manifest back, or "
            "start from a "
            "backup; put a copy into an empty directory, not over a newer journal"};
  };
  for (const auto& path : unnamed_tables(database, directory)) {
    rocksdb::SstFileReader table{options};
    if (!table.Open(path.string()).ok()) continue;
    const auto properties = table.GetTableProperties();
    if (properties->column_family_name == "log") {
      if (const auto found = last_event(table); found > last)
        return earlier(path, "events up to " + at_offset(found) +
                                 ", where the journal seems to end at " + at_offset(last));
    } else if (properties->column_family_name == rocksdb::kDefaultColumnFamilyName) {
      if (has_later_entries(table, database)) return earlier(path, "newer properties");
    }
  }
  return {};
}

}  // namespace acta::internal
