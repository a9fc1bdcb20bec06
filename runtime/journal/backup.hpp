// A copy of the journal's files while it is written: whole, or called unfinished by everybody.
//
//   directory/
//     BACKUP                 the mark: whose it is, and the names of all that it makes
//     unfinished-<nonce>/    every file, until all are there and the copy was opened; then they
//     move
//                            to where the mark is, CURRENT last, and the mark goes
#pragma once

#include <filesystem>
#include <functional>

#include "actors/model/error.hpp"
#include "actors/ports/backup_options.hpp"

namespace rocksdb {
class DB;
}

namespace acta::internal {

class journal_files;

/// Copies `from`, whose files are `files`, into `directory`, which does not exist, is empty, or
/// holds an unfinished backup. `may_clone`: files may be copied by the system below `files`, which
/// then does not hear of it. `check` is asked whether the copy is good, at a place of its own.
/// Fails (storage) and leaves nothing; what a killed process leaves is an unfinished backup.
/// Blocking; any thread.
result<void> write_backup(rocksdb::DB& from, journal_files& files,
                          const std::filesystem::path& directory, const backup_options& how,
                          bool may_clone,
                          const std::function<result<void>(const std::filesystem::path&)>& check);

}  // namespace acta::internal
