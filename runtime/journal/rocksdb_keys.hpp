// Where things are in the database of the embedded journal (see FORMAT.md), and RocksDB's types as
// ours.
#pragma once

#include <rocksdb/slice.h>
#include <rocksdb/status.h>

#include <string>
#include <string_view>

#include "actors/model/error.hpp"
#include "actors/model/identifiers.hpp"
#include "runtime/journal/record.hpp"

namespace acta::internal {

/// In the family of streams: how far it reaches. No stream's key begins with a zero byte.
inline const std::string mark_key{"\0indexed up to", 14};
/// A run of the index while it is written.
inline constexpr std::string_view run_file_begin = "run-";
inline constexpr std::string_view run_file_end = ".tmp";

inline constexpr const char* in_use =
    "the journal is in use by another process: stop it, or use another";

inline std::string_view view(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }
inline rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }

/// In the family of the log: positions sort as numbers do.
inline std::string log_key(std::uint64_t offset) {
  std::string key;
  put_big_endian(key, offset);
  return key;
}

/// In the family of streams: those of one lie together, in order of their versions.
inline std::string stream_key(std::string_view stream, version v) {
  std::string key;
  key.reserve(stream.size() + 9);
  key.append(stream).push_back('\0');
  put_big_endian(key, v.value);
  return key;
}

inline error storage_error(const rocksdb::Status& status) {
  const bool damaged = status.IsCorruption();
  auto text = status.ToString();
  // What RocksDB says when another process holds the lock, and when this one does.
  for (const auto* held : {"While lock file", "lock hold by current process"})
    if (text.find(held) != std::string::npos) text = in_use;
  return {damaged ? errc::damaged : errc::storage, std::move(text)};
}

inline error damaged_at(const std::string& where, const error& what) {
  return {errc::damaged, where + ": " + what.detail};
}

inline std::string at_offset(std::uint64_t offset) { return "position " + std::to_string(offset); }

}  // namespace acta::internal
