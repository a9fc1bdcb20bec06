// The limit everything is measured against: a file, records, fdatasync.
#pragma once

#include <cstddef>
#include <filesystem>

namespace acta::bench {

/// Appends `records` records of 150 bytes to a new file, with one write and one fdatasync per
/// 1,000; returns records per second.
double bare_log(const std::filesystem::path& directory, std::size_t records);

}  // namespace acta::bench
