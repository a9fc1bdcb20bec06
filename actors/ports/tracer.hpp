// Spans of distributed traces: what was done for a request, from when to when. The code that did
// the work hands each span to a tracer when the work ends; only runtime/telemetry knows how spans
// leave the process.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace acta::internal {

/// A span within its trace, as W3C Trace Context names both. A value that travels with a request.
struct span_context {
  std::uint64_t trace_high = 0;
  std::uint64_t trace_low = 0;
  std::uint64_t span = 0;
  bool sampled = false;  ///< Whether the spans of this trace are exported.

  /// False: there is no trace.
  [[nodiscard]] bool valid() const { return (trace_high | trace_low) != 0 && span != 0; }
  bool operator==(const span_context&) const = default;
};

/// The part that a span has in a call: its server or its client, for instance. The numbers are
/// those of OTLP.
enum class span_kind : std::uint8_t {
  internal = 1,
  server = 2,
  client = 3,
  producer = 4,
  consumer = 5
};

/// One named value of a span. The name is a literal, by OpenTelemetry's semantic conventions where
/// they have one.
struct span_attribute {
  std::string_view name;
  std::variant<std::string, std::int64_t, double, bool> value;
};

[[nodiscard]] inline span_attribute text_attribute(std::string_view name, std::string_view value) {
  return {name, std::string{value}};
}

/// One piece of work that ended.
struct span {
  using time_point = std::chrono::sys_time<std::chrono::nanoseconds>;

  std::string name;
  span_kind kind = span_kind::internal;
  span_context context;
  std::uint64_t parent = 0;  ///< The parent's span within the same trace; 0: this is the root.
  std::string trace_state = {};
  /// One reading of the wall clock for each trace; the rest is that and the monotonic clock.
  time_point start{};
  time_point end{};
  std::vector<span_attribute> attributes = {};
  std::vector<span_context> links = {};  ///< Spans of other traces that this one is about.
  bool failed = false;
  std::string failure = {};  ///< Why, for an operator.
};

/// Any thread, any time; never blocks, never fails.
class tracer {
public:
  virtual ~tracer() = default;

  /// Returns true if the spans of a new trace are to be exported: one that has no parent, or one
  /// whose parent says so or not. `trace_low` is the random half of the trace's id.
  [[nodiscard]] virtual bool samples(const span_context& parent, std::uint64_t trace_low) = 0;
  /// Returns true if a request that was not sampled is worth a root span of its own: it failed by
  /// our fault, or took `duration`. At most so many a second; the rest is counted.
  [[nodiscard]] virtual bool takes_unsampled(bool our_fault, std::chrono::nanoseconds duration) = 0;
  /// Takes a span whose work has ended. One for which there is no room is dropped and counted.
  virtual void take(span&& ended) = 0;
};

}  // namespace acta::internal
