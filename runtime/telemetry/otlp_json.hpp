// Spans as OTLP/JSON: the body of a request to a collector.
//
//   ids                lower-case hex        64-bit integers, nanoseconds    strings
//   enums              numbers               doubles that JSON has not       "NaN", "Infinity"
//   text               UTF-8, U+FFFD for what is not
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/ports/tracer.hpp"

namespace acta::internal {

/// Who made the spans, as names and texts: `service.name` and what else tells one from another.
using otlp_resource = std::vector<std::pair<std::string, std::string>>;

/// Returns an ExportTraceServiceRequest with all `spans`. Linear in their size.
[[nodiscard]] std::string otlp_traces(const otlp_resource& resource, std::span<const span> spans);

/// Returns about how many bytes `one` takes while it waits.
[[nodiscard]] std::size_t weight_of(const span& one);

}  // namespace acta::internal
