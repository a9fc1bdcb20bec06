// A type with every kind of member there is, and random values of it.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

#include "actors/model/inspect.hpp"

namespace acta::testing {

enum class colour { red, green, blue };
template <class Inspector>
bool inspect(Inspector& f, colour& c) {
  return f.enumeration(c, {{colour::red, "red"}, {colour::green, "green"}, {colour::blue, "blue"}});
}

struct inner {
  std::int16_t number = 0;
  std::string name;
};
template <class Inspector>
bool inspect(Inspector& f, inner& v) {
  return f.object(v).fields(f.field("number", v.number), f.field("name", v.name));
}

struct everything {
  bool flag = false;
  std::int8_t i8 = 0;
  std::int16_t i16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  std::uint8_t u8 = 0;
  std::uint16_t u16 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  double real = 0;
  std::string text;
  bytes binary;
  timestamp when{};
  colour shade = colour::red;
  std::optional<std::int32_t> maybe;
  std::vector<inner> list;
  std::map<std::string, std::vector<std::int64_t>> map;
  inner nested;
  std::vector<std::optional<std::string>> holes;
  std::vector<bool> bits;
  std::optional<inner> maybe_nested;
  std::map<std::string, inner> by_name;
};
template <class Inspector>
bool inspect(Inspector& f, everything& v) {
  return f.object(v).fields(
      f.field("flag", v.flag), f.field("i8", v.i8), f.field("i16", v.i16), f.field("i32", v.i32),
      f.field("i64", v.i64), f.field("u8", v.u8), f.field("u16", v.u16), f.field("u32", v.u32),
      f.field("u64", v.u64), f.field("real", v.real), f.field("text", v.text),
      f.field("binary", v.binary), f.field("when", v.when), f.field("shade", v.shade),
      f.field("maybe", v.maybe), f.field("list", v.list), f.field("map", v.map),
      f.field("nested", v.nested), f.field("holes", v.holes), f.field("bits", v.bits),
      f.field("maybe_nested", v.maybe_nested), f.field("by_name", v.by_name));
}

/// Random values that love the borders.
class generator {
public:
  explicit generator(std::uint64_t seed) : bits_{seed} {}

  std::uint64_t below(std::uint64_t n) { return bits_() % n; }

  template <class T>
  T integer() {
    // A random width, and now and then its border.
    auto value = bits_() >> below(64);
    if (below(3) == 0) value = (std::uint64_t{1} << below(64)) - below(2);
    if (below(8) == 0) value = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
    return static_cast<T>(std::is_signed_v<T> && below(2) ? ~value : value);
  }
  double real() {
    constexpr double largest_float = std::numeric_limits<float>::max();
    constexpr double smallest_float = std::numeric_limits<float>::denorm_min();
    switch (below(8)) {
      case 0: return std::bit_cast<double>(bits_());  // anything, every kind of NaN too
      case 1: return std::bit_cast<float>(static_cast<std::uint32_t>(bits_()));
      case 2: return std::numeric_limits<double>::infinity() * (below(2) ? 1 : -1);
      case 3: return below(2) ? -0.0 : std::numeric_limits<double>::denorm_min();
      case 4: return smallest_float / (below(2) ? 1 : 2);
      case 5: return below(2) ? largest_float : std::nextafter(largest_float, HUGE_VAL);
      case 6: return static_cast<double>(integer<std::int64_t>());
      default: return static_cast<double>(integer<std::int16_t>()) / 100;
    }
  }
  std::string text() {
    static constexpr std::array<const char*, 6> parts{
        "a", "Z", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x90\x84", "\n\"\\"};
    std::string made;
    for (auto n = below(below(8) ? 12 : 300); n > 0; --n) made += parts[below(parts.size())];
    return made;
  }
  bytes binary() {
    bytes made(below(below(8) ? 30 : 300));
    for (auto& byte : made) byte = static_cast<std::byte>(bits_());
    return made;
  }
  inner make_inner() { return {integer<std::int16_t>(), text()}; }

  everything make() {
    everything v;
    v.flag = below(2) != 0;
    v.i8 = integer<std::int8_t>();
    v.i16 = integer<std::int16_t>();
    v.i32 = integer<std::int32_t>();
    v.i64 = integer<std::int64_t>();
    v.u8 = integer<std::uint8_t>();
    v.u16 = integer<std::uint16_t>();
    v.u32 = integer<std::uint32_t>();
    v.u64 = integer<std::uint64_t>();
    v.real = real();
    v.text = text();
    v.binary = binary();
    v.when = timestamp{std::chrono::microseconds{integer<std::int64_t>()}};
    v.shade = static_cast<colour>(below(3));
    if (below(2)) v.maybe = integer<std::int32_t>();
    for (auto n = below(below(9) ? 4 : 40); n > 0; --n) v.list.push_back(make_inner());
    for (auto n = below(4); n > 0; --n)
      for (auto m = below(30); m > 0; --m)
        v.map[std::to_string(n) + text()].push_back(integer<std::int64_t>());
    v.nested = make_inner();
    for (auto n = below(4); n > 0; --n)
      v.holes.push_back(below(2) ? std::optional{text()} : std::nullopt);
    for (auto n = below(30); n > 0; --n) v.bits.push_back(below(2) != 0);
    if (below(2)) v.maybe_nested = make_inner();
    for (auto n = below(3); n > 0; --n) v.by_name[text()] = make_inner();
    return v;
  }

private:
  std::mt19937_64 bits_;
};

}  // namespace acta::testing
