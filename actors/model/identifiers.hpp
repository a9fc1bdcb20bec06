// The named types that travel: who, where, which version. Standard library only.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/base/short_text.hpp"

namespace acta {

using bytes = std::vector<std::byte>;

/// A point in time in UTC, in whole microseconds: what an event remembers of its moment.
using timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Counts the events of one stream. 0 means that the stream does not exist; the first event makes
/// it 1.
struct version {
  std::uint64_t value = 0;
  auto operator<=>(const version&) const = default;
  [[nodiscard]] version next(std::uint64_t count = 1) const { return {value + count}; }
};

/// Names one of the logs that a journal consists of. The embedded journal has one.
using partition_id = std::uint32_t;

/// A place in the order in which a journal committed its events: dense within its partition,
/// from 1. Offset 0 is before the first event.
struct position {
  partition_id partition{};
  std::uint64_t offset = 0;
  auto operator<=>(const position&) const = default;
  [[nodiscard]] position next() const { return {partition, offset + 1}; }
  /// The position before this one; none is before offset 0.
  [[nodiscard]] position before() const { return {partition, offset == 0 ? 0 : offset - 1}; }
};
/// From the first event ever.
inline constexpr position from_start{.partition = {}, .offset = 1};

/// Names one aggregate: its published type and its id within the type, kept as `type/id`.
class stream_id {
public:
  /// Longest id that is accepted at the edge, in bytes.
  static constexpr std::size_t max_id_bytes = 256;

  stream_id() = default;
  stream_id(std::string_view type, std::string_view id)
      : text_{type, "/", id}, hash_{std::hash<std::string_view>{}(text())} {}
  /// Takes the `type/id` form that text() gives.
  explicit stream_id(std::string_view text)
      : text_{text}, hash_{text.empty() ? 0 : std::hash<std::string_view>{}(text)} {}

  [[nodiscard]] std::string_view text() const { return text_.view(); }
  [[nodiscard]] std::string_view type() const { return text().substr(0, text().find('/')); }
  [[nodiscard]] std::string_view id() const {
    const auto slash = text().find('/');
    return slash == std::string_view::npos ? std::string_view{} : text().substr(slash + 1);
  }
  /// Of the text, in this process.
  [[nodiscard]] std::size_t hash() const { return hash_; }
  auto operator<=>(const stream_id& other) const { return text_ <=> other.text_; }
  bool operator==(const stream_id& other) const {
    return hash_ == other.hash_ && text_ == other.text_;
  }

  /// Whether `id` may name an aggregate: 1 to max_id_bytes bytes, no control character of ASCII.
  [[nodiscard]] static bool valid_id(std::string_view id) {
    if (id.empty() || id.size() > max_id_bytes) return false;
    for (const char c : id)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
    return true;
  }

private:
  // A command is looked up by its stream in several tables that lie cold in memory: a text behind
  // a pointer is one more cache miss in each, and hashing it anew was measured too. 44 bytes make
  // the whole a cache line.
  short_text<44> text_;
  std::size_t hash_ = 0;
};

/// For messages to a person.
[[nodiscard]] inline std::string to_string(const stream_id& stream) {
  return std::string{stream.text()};
}

/// One life of one aggregate actor: a restarted aggregate is a new incarnation, a moved shard a new
/// epoch. A journal refuses whatever an older writer sends (invariant 3).
struct writer_id {
  std::uint64_t epoch = 0;
  std::uint64_t incarnation = 0;
  auto operator<=>(const writer_id&) const = default;
};

}  // namespace acta

template <>
struct std::hash<acta::stream_id> {
  std::size_t operator()(const acta::stream_id& id) const noexcept { return id.hash(); }
};
