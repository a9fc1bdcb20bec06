// A copy of the journal's files while it is written: RocksDB's checkpoint, made beside the place
// where it is wanted and moved there when it is whole.
#pragma once

#include <filesystem>
#include <functional>

#include "actors/model/error.hpp"

namespace rocksdb {
class DB;
}

namespace acta {

/// Copies `from` into `directory`, which does not exist or is empty. Tables are linked where the
/// file system allows it, since they never change; else they are copied. `check` is asked whether
/// the copy is good, while it lies in a directory of its own, `directory` with `.tmp-` and six
/// characters behind it; if a crash leaves that, it means nothing, and the next backup into the
/// same `directory` removes it. Fails (storage) and leaves nothing. Blocking; any thread.
result<void> write_backup(rocksdb::DB& from, const std::filesystem::path& directory,
                          const std::function<result<void>(const std::filesystem::path&)>& check);

}  // namespace acta
