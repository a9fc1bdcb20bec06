#include "runtime/codec/cbor.hpp"

#include <gtest/gtest.h>

#include "tests/unit/codec/everything.hpp"

namespace acta {
namespace {

using nlohmann::ordered_json;

struct point {
  std::int32_t x = 0;
  std::optional<std::int32_t> y;
  std::optional<std::int32_t> z = 7;
};
template <class Inspector>
bool inspect(Inspector& f, point& p) {
  return f.object(p).fields(f.field("x", p.x), f.field("y", p.y),
                            f.field("z", p.z).fallback(std::optional<std::int32_t>{5}));
}

result<point> read(const ordered_json& dom) {
  const auto written = ordered_json::to_cbor(dom);
  point value;
  auto done = cbor_codec{}.decode(std::as_bytes(std::span{written}),
                                  [&](visitor& v) { return visit(v, value); });
  if (!done) return done.error();
  return value;
}

std::string problem(const ordered_json& dom) {
  const auto got = read(dom);
  return got.ok() ? "" : got.error().detail;
}

TEST(cbor, reads_fields_in_any_order) {
  const auto got = read({{"z", 3}, {"y", 2}, {"x", 1}});
  ASSERT_TRUE(got.ok()) << got.error().detail;
  EXPECT_EQ(got->x, 1);
  EXPECT_EQ(got->y, 2);
  EXPECT_EQ(got->z, 3);
}

TEST(cbor, a_missing_field_takes_its_fallback_and_null_is_absent) {
  EXPECT_EQ(read({{"x", 1}})->z, 5);
  EXPECT_EQ(read({{"x", 1}})->y, std::nullopt);
  EXPECT_EQ(read({{"x", 1}, {"z", nullptr}})->z, std::nullopt);
}

TEST(cbor, names_what_is_wrong) {
  EXPECT_EQ(problem({{"y", 2}}), "x is missing");
  EXPECT_EQ(problem({{"x", 1}, {"w", 2}}), "w is not a known field");
  EXPECT_EQ(problem({{"w", {{"deep", {1, 2}}}}, {"x", 1}}), "w is not a known field");
  EXPECT_EQ(problem({{"x", "one"}}), "x must be an integer");
  EXPECT_EQ(problem({{"x", 1.5}}), "x must be an integer");
  EXPECT_EQ(problem({{"x", 3'000'000'000}}), "x is out of range");
  EXPECT_EQ(problem({{"x", 1}, {"y", "two"}}), "y must be an integer");
  EXPECT_EQ(problem(ordered_json::array({1})), "it must be a map");
}

TEST(cbor, refuses_the_same_field_twice) {
  const std::array<std::uint8_t, 7> twice{0xa2, 0x61, 'x', 0x01, 0x61, 'x', 0x02};
  point value;
  const auto got = cbor_codec{}.decode(std::as_bytes(std::span{twice}),
                                       [&](visitor& v) { return visit(v, value); });
  EXPECT_FALSE(got.ok());
}

TEST(cbor, refuses_what_comes_after_the_end) {
  bytes out;
  point value;
  ASSERT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, out));
  out.push_back(std::byte{0});
  EXPECT_EQ(
      cbor_codec{}.decode(out, [&](visitor& v) { return visit(v, value); }).error().detail,
      "there is more after the end");
}

TEST(cbor, refuses_indefinite_lengths) {
  const std::array<std::uint8_t, 5> open{0xbf, 0x61, 'x', 0x01, 0xff};
  point value;
  EXPECT_FALSE(cbor_codec{}.decode(std::as_bytes(std::span{open}),
                                   [&](visitor& v) { return visit(v, value); }));
}

TEST(cbor, does_not_trust_a_length) {
  // A list of 2^60 elements, a map of as many, a text of as many bytes; nothing follows.
  for (const std::uint8_t major : std::array<std::uint8_t, 3>{0x9b, 0xbb, 0x7b}) {
    const std::array<std::uint8_t, 12> lie{0xa1, 0x61, 'v', major, 0x10, 0, 0, 0, 0, 0, 0, 0};
    testing::everything value;
    EXPECT_FALSE(cbor_codec{}.decode(std::as_bytes(std::span{lie}),
                                     [&](visitor& v) { return visit(v, value); }));
  }
}

TEST(cbor, refuses_to_skip_what_is_nested_too_deeply) {
  std::vector<std::uint8_t> deep{0xa2, 0x61, 'w'};
  deep.insert(deep.end(), 100'000, 0x81);
  deep.push_back(0);
  point value;
  const auto got = cbor_codec{}.decode(std::as_bytes(std::span{deep}),
                                       [&](visitor& v) { return visit(v, value); });
  EXPECT_NE(got.error().detail.find("nested too deeply"), std::string::npos);
}

TEST(cbor, refuses_to_write_text_that_is_not_utf8) {
  std::string text{"\xff"};
  bytes out;
  EXPECT_EQ(cbor_codec{}.encode([&](visitor& v) { return visit(v, text); }, out).error().code,
            errc::malformed);
}

TEST(cbor, hashes_the_same_for_ever) {
  // XXH3, 64 bits, seed 0: published test values of the empty input and of "abc".
  EXPECT_EQ(cbor_codec{}.hash({}), 0x2D06800538D394C2U);
  const std::string abc = "abc";
  EXPECT_EQ(cbor_codec{}.hash(std::as_bytes(std::span{abc})), 0x78AF5F94892F3950U);
}

}  // namespace
}  // namespace acta
