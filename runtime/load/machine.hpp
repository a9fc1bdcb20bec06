// What a run was measured on, and with: a figure without them cannot be compared with another one.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace acta::internal::load {

/// Returns "processor", "cores" (online), "memory_bytes" and "system" of this machine. What the
/// system does not tell is left out. Reads /proc.
[[nodiscard]] nlohmann::ordered_json machine();

/// Returns the versions of "acta", "caf", "rocksdb" and "compiler" that this program was built
/// from, and the kind of its "build".
[[nodiscard]] nlohmann::ordered_json versions();

/// Returns the processor's name from the text of /proc/cpuinfo; empty: it has none there.
[[nodiscard]] std::string processor_in(std::string_view cpuinfo);

}  // namespace acta::internal::load
