#include "runtime/codec/cbor.hpp"

#include <gtest/gtest.h>

#include "runtime/codec/cbor_reader.hpp"
#include "tests/unit/codec/everything.hpp"

namespace acta {

using namespace internal;
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
  EXPECT_EQ(problem({{"x", 1}, {"w", 2}}), "w is not a known field, or is there twice");
  EXPECT_EQ(problem({{"w", {{"deep", {1, 2}}}}, {"x", 1}}),
            "w is not a known field, or is there twice");
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
  EXPECT_EQ(cbor_codec{}.decode(out, [&](visitor& v) { return visit(v, value); }).error().detail,
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

template <class T>
result<T> read_bytes(std::initializer_list<unsigned> raw) {
  bytes input;
  for (const auto byte : raw) input.push_back(static_cast<std::byte>(byte));
  T value{};
  auto done = cbor_codec{}.decode(input, [&](visitor& v) { return visit(v, value); });
  if (!done) return done.error();
  return value;
}

template <class T>
std::vector<unsigned> written(T value) {
  bytes out;
  EXPECT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, out));
  std::vector<unsigned> raw;
  for (const auto byte : out) raw.push_back(std::to_integer<unsigned>(byte));
  return raw;
}

using raw = std::vector<unsigned>;

TEST(cbor, writes_the_examples_of_rfc_8949) {  // its appendix A
  EXPECT_EQ(written(std::int64_t{23}), (raw{0x17}));
  EXPECT_EQ(written(std::int64_t{24}), (raw{0x18, 0x18}));
  EXPECT_EQ(written(std::int64_t{1000}), (raw{0x19, 0x03, 0xe8}));
  EXPECT_EQ(written(std::int64_t{1'000'000}), (raw{0x1a, 0x00, 0x0f, 0x42, 0x40}));
  EXPECT_EQ(written(std::numeric_limits<std::uint64_t>::max()),
            (raw{0x1b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  EXPECT_EQ(written(std::int8_t{-1}), (raw{0x20}));
  EXPECT_EQ(written(std::int16_t{-1000}), (raw{0x39, 0x03, 0xe7}));
  EXPECT_EQ(written(1.1), (raw{0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a}));
  EXPECT_EQ(written(100'000.0), (raw{0xfa, 0x47, 0xc3, 0x50, 0x00}));
  EXPECT_EQ(written(-HUGE_VAL), (raw{0xf9, 0xfc, 0x00}));
  EXPECT_EQ(written(std::string{"IETF"}), (raw{0x64, 0x49, 0x45, 0x54, 0x46}));
  EXPECT_EQ(written(bytes{std::byte{1}, std::byte{2}}), (raw{0x42, 0x01, 0x02}));
  EXPECT_EQ(written(std::optional<bool>{}), (raw{0xf6}));
  EXPECT_EQ(written(std::vector<std::int32_t>{1, 2, 3}), (raw{0x83, 0x01, 0x02, 0x03}));
}

TEST(cbor, writes_a_time_in_microseconds_and_an_enumeration_by_name) {
  EXPECT_EQ(written(timestamp{std::chrono::microseconds{-1}}), (raw{0x20}));
  EXPECT_EQ(written(testing::colour::red), (raw{0x63, 'r', 'e', 'd'}));
  EXPECT_EQ(read_bytes<testing::colour>({0x63, 'b', 'e', 'd'}).error().detail,
            "it must be one of the known names");
}

TEST(cbor, reads_a_double_of_any_width_and_no_integer_as_one) {
  EXPECT_EQ(*read_bytes<double>({0xf9, 0x3e, 0x00}), 1.5);
  EXPECT_EQ(*read_bytes<double>({0xf9, 0x00, 0x01}), 5.960464477539063e-8);
  EXPECT_EQ(*read_bytes<double>({0xf9, 0x7b, 0xff}), 65504.0);
  EXPECT_EQ(*read_bytes<double>({0xf9, 0xfc, 0x00}), -HUGE_VAL);
  EXPECT_TRUE(std::isnan(*read_bytes<double>({0xf9, 0x7e, 0x00})));
  EXPECT_TRUE(std::signbit(*read_bytes<double>({0xf9, 0x80, 0x00})));
  EXPECT_EQ(*read_bytes<double>({0xfa, 0x47, 0xc3, 0x50, 0x00}), 100'000.0);
  EXPECT_EQ(*read_bytes<double>({0xfb, 0x3f, 0xf1, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a}), 1.1);
  EXPECT_EQ(read_bytes<double>({0x01}).error().detail, "it must be a floating-point number");
  EXPECT_FALSE(read_bytes<std::int64_t>({0xf9, 0x3c, 0x00}).ok());
}

TEST(cbor, reads_integers_exactly_and_refuses_what_does_not_fit) {
  EXPECT_EQ(*read_bytes<std::int64_t>({0x3b, 0x7f, 255, 255, 255, 255, 255, 255, 255}),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_FALSE(read_bytes<std::int64_t>({0x3b, 0x80, 0, 0, 0, 0, 0, 0, 0}).ok());
  EXPECT_FALSE(read_bytes<std::int64_t>({0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0}).ok());
  EXPECT_EQ(*read_bytes<std::int8_t>({0x38, 0x7f}), -128);
  EXPECT_EQ(read_bytes<std::int8_t>({0x38, 0x80}).error().detail, "it is out of range");
  EXPECT_EQ(read_bytes<std::uint8_t>({0x20}).error().detail, "it is out of range");
  EXPECT_EQ(*read_bytes<std::uint8_t>({0x1b, 0, 0, 0, 0, 0, 0, 0, 5}), 5);
}

TEST(cbor, refuses_what_no_value_looks_like) {
  EXPECT_FALSE(read_bytes<std::int64_t>({}).ok());
  EXPECT_FALSE(read_bytes<std::int64_t>({0x1c}).ok());             // a reserved head
  EXPECT_FALSE(read_bytes<std::int64_t>({0xc1, 0x01}).ok());       // a tag
  EXPECT_FALSE(read_bytes<bool>({0xf8, 0x15}).ok());               // true in two bytes
  EXPECT_FALSE(read_bytes<std::string>({0x62, 0xc3, 0x28}).ok());  // not UTF-8
  EXPECT_FALSE(read_bytes<std::string>({0x42, 'a', 'b'}).ok());    // bytes
  EXPECT_FALSE(read_bytes<bytes>({0x62, 'a', 'b'}).ok());          // text
  EXPECT_FALSE(read_bytes<bytes>({0x5f, 0x41, 1, 0xff}).ok());     // in chunks
  EXPECT_FALSE((read_bytes<std::map<std::string, bool>>({0xa2, 0x61, 'k', 0xf5, 0x61, 'k', 0xf4})
                    .ok()));  // a key twice
}

struct tree {
  std::vector<tree> children;
};
template <class Inspector>
bool inspect(Inspector& f, tree& t) {
  return f.object(t).fields(f.field("c", t.children));
}

TEST(cbor, refuses_to_read_objects_that_are_nested_too_deeply) {
  bytes deep;
  for (int i = 0; i < 1'000'000; ++i)
    for (const unsigned byte : {0xa1U, 0x61U, 0x63U, 0x81U})
      deep.push_back(static_cast<std::byte>(byte));
  tree value;
  const auto got = cbor_codec{}.decode(deep, [&](visitor& v) { return visit(v, value); });
  EXPECT_TRUE(got.error().detail.ends_with("is nested too deeply"));
}

TEST(cbor, writes_no_object_deeper_than_it_reads) {
  tree value;
  for (int levels = 1; levels <= 70; ++levels) {
    bytes out;
    const auto wrote = cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, out);
    tree back;
    const auto read = cbor_codec{}.decode(out, [&](visitor& v) { return visit(v, back); });
    ASSERT_EQ(wrote.ok(), levels <= 64) << levels;
    ASSERT_EQ(read.ok(), wrote.ok()) << levels;
    tree parent;
    parent.children.push_back(std::move(value));
    value = std::move(parent);
  }
}

TEST(cbor, refuses_in_an_event_what_json_has_no_form_for) {
  const cbor_codec codec;
  const auto refused = [&](auto value) {
    bytes out;
    const auto visit_it = [&](visitor& v) { return visit(v, value); };
    EXPECT_TRUE(codec.encode(visit_it, out)) << "elsewhere it may be";
    const auto done = codec.encode_event(visit_it, out);
    return done ? std::string{} : done.error().field + " " + done.error().detail;
  };
  constexpr double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(refused(std::vector<double>{1, std::nan("")}), "[1] is not finite");
  EXPECT_EQ(refused(std::vector<double>{-infinity}), "[0] is not finite");
  EXPECT_EQ(refused(std::vector<double>{infinity}), "[0] is not finite");
  EXPECT_EQ(refused(std::vector<double>{1e308, -0.0, 5e-324}), "");
  using namespace std::chrono;
  constexpr timestamp year_10000 = sys_days{year{10'000} / 1 / 1};
  constexpr timestamp year_0 = sys_days{year{0} / 1 / 1};
  EXPECT_EQ(refused(std::vector<timestamp>{year_10000}), "[0] is not within the years 0 to 9999");
  EXPECT_EQ(refused(std::vector<timestamp>{year_0 - microseconds{1}}),
            "[0] is not within the years 0 to 9999");
  EXPECT_EQ(refused(std::vector<timestamp>{year_0, year_10000 - microseconds{1}}), "");
}

TEST(cbor, counts_what_it_reads_that_json_has_no_form_for) {
  std::vector<double> value{1, std::nan(""), HUGE_VAL};
  bytes out;
  ASSERT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, out));
  cbor_reader reader{out};
  ASSERT_TRUE(visit(reader, value));
  EXPECT_EQ(reader.unrepresentable(), 2U);
}

}  // namespace
}  // namespace acta
