// A journal for the commands that only read one: beside a running node, or without one. They throw
// command_error.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "runtime/journal/rocksdb_journal.hpp"

namespace acta::internal {

/// The options of a journal that is only read.
[[nodiscard]] rocksdb_options to_read(const std::filesystem::path& data);

/// Opens it, or throws.
[[nodiscard]] std::unique_ptr<embedded_journal> open_to_read(const rocksdb_options& how);

/// Calls `visit` for every event from offset `from` on, until it returns false.
void visit_events(journal& of, std::uint64_t from,
                  const std::function<bool(const recorded_event&)>& visit);

/// The types, with the retired events that the journal knows.
[[nodiscard]] std::vector<aggregate_type> with_retired_events(const catalog& of,
                                                              std::vector<aggregate_type> types);

}  // namespace acta::internal
