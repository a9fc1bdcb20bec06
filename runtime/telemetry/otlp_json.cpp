#include "runtime/telemetry/otlp_json.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "actors/base/hex.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr int status_error = 2;

class writer {
public:
  std::string text;

  void raw(std::string_view part) { text += part; }

  void quoted(std::string_view value) {
    text += '"';
    for (const char c : to_utf8(value)) {
      if (c == '"' || c == '\\') {
        text += '\\';
        text += c;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        const auto byte = static_cast<unsigned char>(c);
        text += "\\u00";
        text += hex_digits[byte >> 4U];
        text += hex_digits[byte & 15U];
      } else {
        text += c;
      }
    }
    text += '"';
  }

  void hex(std::uint64_t number) { append_hex(text, number); }

  void number_as_text(std::int64_t number) { text += '"' + std::to_string(number) + '"'; }

  void number(double value) {
    if (std::isnan(value)) return raw("\"NaN\"");
    if (std::isinf(value)) return raw(value > 0 ? "\"Infinity\"" : "\"-Infinity\"");
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    text.append(digits.data(), end);
  }

  /// Writes the elements of `all`, with a comma between two.
  template <class Range, class Write>
  void list(const Range& all, Write one) {
    text += '[';
    bool first = true;
    for (const auto& element : all) {
      if (!std::exchange(first, false)) text += ',';
      one(element);
    }
    text += ']';
  }
};

void write_value(writer& to, const std::string& value) {
  to.raw("{\"stringValue\":");
  to.quoted(value);
  to.raw("}");
}
void write_value(writer& to, std::int64_t value) {
  to.raw("{\"intValue\":");
  to.number_as_text(value);
  to.raw("}");
}
void write_value(writer& to, double value) {
  to.raw("{\"doubleValue\":");
  to.number(value);
  to.raw("}");
}
void write_value(writer& to, bool value) {
  to.raw(value ? "{\"boolValue\":true}" : "{\"boolValue\":false}");
}

template <class Value>
void write_attribute(writer& to, std::string_view name, const Value& value) {
  to.raw("{\"key\":");
  to.quoted(name);
  to.raw(",\"value\":");
  write_value(to, value);
  to.raw("}");
}

void write_context(writer& to, const span_context& context) {
  to.raw("\"traceId\":\"");
  to.hex(context.trace_high);
  to.hex(context.trace_low);
  to.raw("\",\"spanId\":\"");
  to.hex(context.span);
  // The flags of W3C Trace Context.
  to.raw(context.sampled ? "\",\"flags\":1" : "\",\"flags\":0");
}

void write_time(writer& to, span::time_point time) {
  to.number_as_text(time.time_since_epoch().count());
}

void write_span(writer& to, const span& one) {
  to.raw("{");
  write_context(to, one.context);
  if (one.parent != 0) {
    to.raw(",\"parentSpanId\":\"");
    to.hex(one.parent);
    to.raw("\"");
  }
  if (!one.trace_state.empty()) {
    to.raw(",\"traceState\":");
    to.quoted(one.trace_state);
  }
  to.raw(",\"name\":");
  to.quoted(one.name);
  to.raw(",\"kind\":" + std::to_string(static_cast<int>(one.kind)) + ",\"startTimeUnixNano\":");
  write_time(to, one.start);
  to.raw(",\"endTimeUnixNano\":");
  write_time(to, one.end);
  if (!one.attributes.empty()) {
    to.raw(",\"attributes\":");
    to.list(one.attributes, [&to](const span_attribute& attribute) {
      std::visit([&](const auto& value) { write_attribute(to, attribute.name, value); },
                 attribute.value);
    });
  }
  if (!one.links.empty()) {
    to.raw(",\"links\":");
    to.list(one.links, [&to](const span_context& link) {
      to.raw("{");
      write_context(to, link);
      to.raw("}");
    });
  }
  if (one.failed) {
    to.raw(",\"status\":{\"code\":" + std::to_string(status_error));
    if (!one.failure.empty()) {
      to.raw(",\"message\":");
      to.quoted(one.failure);
    }
    to.raw("}");
  }
  to.raw("}");
}

}  // namespace

std::string otlp_traces(const otlp_resource& resource, std::span<const span> spans) {
  writer to;
  to.raw("{\"resourceSpans\":[{\"resource\":{\"attributes\":");
  to.list(resource, [&to](const auto& one) { write_attribute(to, one.first, one.second); });
  to.raw("},\"scopeSpans\":[{\"scope\":{\"name\":\"acta\",\"version\":\"0.1.0\"},\"spans\":");
  to.list(spans, [&to](const span& one) { write_span(to, one); });
  to.raw("}]}]}");
  return std::move(to.text);
}

std::size_t weight_of(const span& one) {
  auto bytes = sizeof one + one.name.size() + one.trace_state.size() + one.failure.size() +
               one.attributes.size() * sizeof(span_attribute) +
               one.links.size() * sizeof(span_context);
  for (const auto& attribute : one.attributes)
    if (const auto* text = std::get_if<std::string>(&attribute.value)) bytes += text->size();
  return bytes;
}

}  // namespace acta::internal
