// The encoding without what a description falls back on: what commands are hashed by.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "runtime/codec/cbor.hpp"
#include "tests/unit/codec/everything.hpp"

namespace acta {

using namespace internal;
namespace {

struct part {
  std::int32_t amount = 0;
  std::string unit;
};
template <class Inspector>
bool inspect(Inspector& f, part& p) {
  return f.object(p).fields(f.field("amount", p.amount), f.field("unit", p.unit).fallback("piece"));
}
struct older_order {
  std::string to;
  std::vector<part> parts;
};
template <class Inspector>
bool inspect(Inspector& f, older_order& o) {
  return f.object(o).fields(f.field("to", o.to), f.field("parts", o.parts));
}
/// The same with members that were added later.
struct order : older_order {
  std::optional<std::string> remark;
  std::optional<std::int32_t> limit = 5;
  part extra{1, "box"};
};
template <class Inspector>
bool inspect(Inspector& f, order& o) {
  return f.object(o).fields(f.field("to", o.to), f.field("parts", o.parts),
                            f.field("remark", o.remark), f.field("limit", o.limit).fallback(5),
                            f.field("extra", o.extra).fallback(part{1, "box"}));
}
/// More members than one byte of a head can count.
struct wide {
  std::int32_t first = 1;
  std::vector<std::int32_t> rest = std::vector<std::int32_t>(29, 7);
};
template <class Inspector>
bool inspect(Inspector& f, wide& w) {
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    static const std::vector<std::string> names = [] {
      std::vector<std::string> made;
      for (std::size_t i = 0; i < 29; ++i) made.push_back("m" + std::to_string(i));
      return made;
    }();
    return f.object(w).fields(f.field("first", w.first),
                              f.field(names[I], w.rest[I]).fallback(7)...);
  }
  (std::make_index_sequence<29>{});
}

template <class T>
bytes whole(T value) {
  bytes out;
  EXPECT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, out));
  return out;
}
/// Also holds its size against the whole encoding.
template <class T>
bytes shortened(T value) {
  bytes out;
  const auto size =
      cbor_codec{}.encode_without_fallbacks([&](visitor& v) { return visit(v, value); }, out);
  EXPECT_EQ(*size, whole(value).size());
  return out;
}

order sample() {
  order made;
  made.to = "Ann";
  made.parts = {{1, "piece"}, {2, "kg"}};
  return made;
}

TEST(fallbacks, that_are_met_leave_the_encoding_that_lacks_those_members) {
  EXPECT_EQ(shortened(sample()), shortened(static_cast<older_order>(sample())));
  EXPECT_NE(whole(sample()), whole(static_cast<older_order>(sample())));
}

TEST(fallbacks, are_left_out_at_every_depth) {
  using nlohmann::json;
  const auto seen = json::from_cbor(shortened(sample()));
  EXPECT_EQ(seen,
            (json{{"to", "Ann"}, {"parts", {{{"amount", 1}}, {{"amount", 2}, {"unit", "kg"}}}}}));
}

TEST(fallbacks, that_are_not_met_are_written) {
  using nlohmann::json;
  auto changed = sample();
  changed.remark = "";
  changed.limit.reset();  // it falls back on 5, so nothing is something else
  changed.extra.amount = 2;
  const auto seen = json::from_cbor(shortened(changed));
  EXPECT_EQ(seen.at("remark"), "");
  EXPECT_EQ(seen.at("limit"), nullptr);
  EXPECT_EQ(seen.at("extra"), (json{{"amount", 2}, {"unit", "box"}}));
}

TEST(fallbacks, that_none_of_the_members_meets_leave_the_whole_encoding) {
  auto full = sample();
  full.parts.erase(full.parts.begin());
  full.remark = "quick";
  full.limit = 6;
  full.extra.amount = 2;
  EXPECT_EQ(shortened(full), whole(full));
  auto many = wide{};
  for (auto& one : many.rest) one = 8;
  EXPECT_EQ(shortened(many), whole(many)) << "its head has two bytes";
}

TEST(fallbacks, are_decoded_as_if_they_had_been_written) {
  wide few;
  few.rest[3] = 1;
  wide again;
  again.rest[5] = 2;
  const auto short_form = shortened(few);
  ASSERT_TRUE(cbor_codec{}.decode(short_form, [&](visitor& v) { return visit(v, again); }));
  EXPECT_EQ(whole(again), whole(few));
}

TEST(fallbacks, leave_every_value_what_it_was) {
  testing::generator random{1};
  for (int i = 0; i < 300; ++i) {
    const auto value = random.make();
    const auto short_form = shortened(value);
    testing::everything again;
    ASSERT_TRUE(cbor_codec{}.decode(short_form, [&](visitor& v) { return visit(v, again); }));
    ASSERT_EQ(whole(again), whole(value));
  }
}

}  // namespace
}  // namespace acta
