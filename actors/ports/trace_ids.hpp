// The ids of a span as texts, as headers, events and logs have them.
#pragma once

#include <string>

#include "actors/base/hex.hpp"
#include "actors/ports/tracer.hpp"

namespace acta::internal {

/// 32 digits in lower case; empty if `of` is not valid.
[[nodiscard]] inline std::string trace_id_of(const span_context& of) {
  std::string text;
  if (!of.valid()) return text;
  append_hex(text, of.trace_high);
  append_hex(text, of.trace_low);
  return text;
}

/// 16 digits in lower case; empty if `of` is not valid.
[[nodiscard]] inline std::string span_id_of(const span_context& of) {
  std::string text;
  if (of.valid()) append_hex(text, of.span);
  return text;
}

}  // namespace acta::internal
