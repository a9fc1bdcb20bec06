// Tables that lie in a journal's directory, and that its manifest does not name.
#pragma once

#include <rocksdb/db.h>

#include <cstdint>
#include <filesystem>

#include "actors/model/error.hpp"

namespace acta::internal {

/// Fails (damaged) if a table that the manifest does not name holds what the database lacks: an
/// event after `last`, the newest position, or a property that was written later than all of it.
///
/// RocksDB takes a manifest that lost its end for one that ends there, and deletes the tables that
/// the lost end names. A crash leaves such tables too, but then their content is in the database:
/// a write-ahead log is removed after the manifest names the table, and so are the inputs of a
/// compaction. A table that cannot be read was half written, and is ignored. So are tables of the
/// index and of snapshots: both can be made again from the events.
///
/// `environment` is that of the database. Nothing may have been written since it was opened.
[[nodiscard]] result<void> check_unnamed_tables(rocksdb::DB& database, rocksdb::Env& environment,
                                                const std::filesystem::path& directory,
                                                std::uint64_t last);

}  // namespace acta::internal
