// What has to be right with a journal's directory before RocksDB opens it.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/journal/rocksdb_files.hpp"

namespace acta {

/// The files with one of these extensions. None, if the directory cannot be read.
[[nodiscard]] std::set<std::filesystem::path> files_in(
    const std::filesystem::path& directory, std::initializer_list<std::string_view> extensions);

/// Makes the directory if there is none; a reader wants one with a journal in it. Fails (damaged)
/// if there was a journal which has lost its CURRENT; (storage) if there is none to read, it cannot
/// be made, would be among other files, or a writer has too little space on the disk to open it.
result<void> prepare_directory(journal_files& files, const std::filesystem::path& directory,
                               bool read_only);

/// Reads every write-ahead log; returns a sentence for each that ends in what is no whole record,
/// which RocksDB will drop. Fails (damaged) if one is what RocksDB would not notice, or is gone.
[[nodiscard]] result<std::vector<std::string>> check_logs(const std::filesystem::path& directory);

}  // namespace acta
