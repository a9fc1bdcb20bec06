// nlohmann/json has a reader and a writer of CBOR of its own: the second opinion on ours.
#include <gtest/gtest.h>

#include "runtime/codec/cbor.hpp"
#include "tests/unit/codec/everything.hpp"

namespace acta {

using namespace internal;
namespace {

using nlohmann::ordered_json;
using testing::everything;
using testing::generator;

ordered_json dom_of(const testing::inner& v) { return {{"number", v.number}, {"name", v.name}}; }

/// The value as a tree that nlohmann would write as CBOR: written by hand, not by our visitors.
ordered_json dom_of(const everything& v) {
  auto list = ordered_json::array();
  for (const auto& one : v.list) list.push_back(dom_of(one));
  auto map = ordered_json::object();
  for (const auto& [key, values] : v.map) map[key] = values;
  std::vector<std::uint8_t> binary;
  for (const auto byte : v.binary) binary.push_back(std::to_integer<std::uint8_t>(byte));
  static constexpr std::array<const char*, 3> names{"red", "green", "blue"};
  ordered_json dom;
  dom["flag"] = v.flag;
  dom["i8"] = v.i8;
  dom["i16"] = v.i16;
  dom["i32"] = v.i32;
  dom["i64"] = v.i64;
  dom["u8"] = v.u8;
  dom["u16"] = v.u16;
  dom["u32"] = v.u32;
  dom["u64"] = v.u64;
  dom["real"] = v.real;
  dom["text"] = v.text;
  dom["binary"] = ordered_json::binary(binary);
  dom["when"] = v.when.time_since_epoch().count();
  dom["shade"] = names[static_cast<std::size_t>(v.shade)];
  dom["maybe"] = v.maybe ? ordered_json(*v.maybe) : ordered_json(nullptr);
  dom["list"] = list;
  dom["map"] = map;
  dom["nested"] = dom_of(v.nested);
  dom["holes"] = ordered_json::array();
  for (const auto& one : v.holes)
    dom["holes"].push_back(one ? ordered_json(*one) : ordered_json(nullptr));
  dom["bits"] = v.bits;
  dom["maybe_nested"] = v.maybe_nested ? dom_of(*v.maybe_nested) : ordered_json(nullptr);
  dom["by_name"] = ordered_json::object();
  for (const auto& [name, one] : v.by_name) dom["by_name"][name] = dom_of(one);
  return dom;
}

bytes ours(everything& value) {
  bytes out;
  EXPECT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, out));
  return out;
}

bytes theirs(const everything& value) {
  const auto written = ordered_json::to_cbor(dom_of(value));
  const auto* data = reinterpret_cast<const std::byte*>(written.data());
  return {data, data + written.size()};
}

result<everything> read(std::span<const std::byte> input) {
  everything value;
  auto done = cbor_codec{}.decode(input, [&](visitor& v) { return visit(v, value); });
  if (!done) return done.error();
  return value;
}

TEST(random_values, are_written_byte_for_byte_as_nlohmann_writes_them_and_read_back) {
  generator random{20261124};
  for (int i = 0; i < 20'000; ++i) {
    auto value = random.make();
    const auto written = ours(value);
    ASSERT_EQ(written, theirs(value)) << "value " << i;
    auto back = read(written);
    ASSERT_TRUE(back.ok()) << i << ": " << back.error().detail;
    ASSERT_EQ(ours(*back), written) << "value " << i;
  }
}

TEST(random_values, that_we_write_are_read_by_nlohmann_as_what_they_are) {
  generator random{7};
  for (int i = 0; i < 20'000; ++i) {
    auto value = random.make();
    if (std::isnan(value.real)) value.real = 0;  // which is not equal to itself
    const auto written = ours(value);
    const auto* data = reinterpret_cast<const std::uint8_t*>(written.data());
    ASSERT_EQ(ordered_json::from_cbor(data, data + written.size()), dom_of(value)) << i;
  }
}

/// Overwrites a few bytes; now and then cuts the end off, or puts a copy of one part elsewhere.
void damage(bytes& written, generator& random) {
  for (auto n = 1 + random.below(3); n > 0; --n)
    written[random.below(written.size())] = static_cast<std::byte>(random.below(256));
  if (random.below(4) == 0) written.resize(1 + random.below(written.size()));
  if (random.below(4) != 0) return;
  const auto from = random.below(written.size());
  const auto part = std::span{written}.subspan(from, random.below(written.size() - from));
  const bytes copy{part.begin(), part.end()};
  const auto to = random.below(written.size());
  written.insert(written.begin() + static_cast<std::ptrdiff_t>(to), copy.begin(), copy.end());
}

TEST(random_values, with_their_fields_in_any_order_are_read_as_the_same) {
  generator random{17};
  for (int i = 0; i < 5'000; ++i) {
    auto value = random.make();
    const auto ordered = dom_of(value);
    std::vector<std::string> names;
    for (const auto& member : ordered.items()) names.push_back(member.key());
    for (auto n = names.size(); n > 1; --n) std::swap(names[n - 1], names[random.below(n)]);
    auto shuffled = ordered_json::object();
    for (const auto& name : names) shuffled[name] = ordered[name];
    const auto written = ordered_json::to_cbor(shuffled);
    auto back = read(std::as_bytes(std::span{written}));
    ASSERT_TRUE(back.ok()) << i << ": " << back.error().detail;
    ASSERT_EQ(ours(*back), ours(value)) << i;
  }
}

TEST(random_values, cut_short_anywhere_are_refused) {
  generator random{5};
  for (int i = 0; i < 300; ++i) {
    auto value = random.make();
    const auto written = ours(value);
    for (std::size_t end = 0; end < written.size(); end += 1 + random.below(9))
      ASSERT_FALSE(read(std::span{written}.first(end)).ok()) << i << " at " << end;
  }
}

TEST(random_values, damaged_anywhere_are_refused_or_read_as_something_that_can_be_written) {
  generator random{99};
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto value = random.make();
    auto written = ours(value);
    damage(written, random);
    auto back = read(written);
    refused += back.ok() ? 0U : 1U;
    if (back.ok()) {
      const auto again = ours(*back);
      auto once_more = read(again);
      ASSERT_TRUE(once_more.ok());
      ASSERT_EQ(ours(*once_more), again);
    } else {
      ASSERT_EQ(back.error().code, errc::damaged);
    }
  }
  EXPECT_GT(refused, 5'000U);
}

TEST(random_values, noise_is_refused) {
  generator random{3};
  for (int i = 0; i < 50'000; ++i) {
    const auto noise = random.binary();
    ASSERT_FALSE(read(noise).ok());
  }
}

}  // namespace
}  // namespace acta
