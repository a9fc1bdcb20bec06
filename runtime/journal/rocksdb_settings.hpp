// How the embedded journal sets RocksDB, where its defaults would not do, and why.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/listener.h>
#include <rocksdb/options.h>

#include <functional>
#include <memory>
#include <string>

#include "runtime/journal/rocksdb_journal.hpp"

namespace acta::internal {

[[nodiscard]] rocksdb::DBOptions database_options(const rocksdb_options& how);

/// Of the log and the properties; the others begin with them.
[[nodiscard]] rocksdb::ColumnFamilyOptions family_options(
    const std::shared_ptr<rocksdb::Cache>& cache);
[[nodiscard]] rocksdb::ColumnFamilyOptions stream_options(
    const std::shared_ptr<rocksdb::Cache>& cache);
[[nodiscard]] rocksdb::ColumnFamilyOptions snapshot_options(
    const std::shared_ptr<rocksdb::Cache>& cache);

/// Tells of failures that no call returns: a flush or a compaction that failed, but not a write.
[[nodiscard]] std::shared_ptr<rocksdb::EventListener> failure_listener(
    std::function<void(std::string)> tell);

}  // namespace acta::internal
