// What ACTA_FIELDS makes of a list of fields: the inspect() that a hand would write, and a
// complaint about a field that is not in the list.
#include "actors/model/fields.hpp"

#include <gtest/gtest.h>

#include <any>
#include <array>
#include <memory>

#include "runtime/codec/cbor.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/codec/schema.hpp"

namespace acta {

using namespace internal;
namespace {

struct price {
  std::int64_t minor_units = 0;
  std::string currency;
};
ACTA_FIELDS(price, minor_units, currency)

struct order {
  std::string customer;
  std::vector<price> prices;
  std::optional<std::string> note;
  std::map<std::string, price> by_name;
  std::optional<std::int64_t> limit = 0;
  timestamp due{};
};
struct order_by_hand : order {};
ACTA_FIELDS(order, customer, prices, note, (by_name, std::map<std::string, price>{{"a", {1, "b"}}}),
            (limit, 7), due)
template <class Inspector>
bool inspect(Inspector& f, order_by_hand& o) {
  return f.object(o).fields(
      f.field("customer", o.customer), f.field("prices", o.prices), f.field("note", o.note),
      f.field("by_name", o.by_name).fallback(std::map<std::string, price>{{"a", price{1, "b"}}}),
      f.field("limit", o.limit).fallback(7), f.field("due", o.due));
}

struct empty {};
ACTA_FIELDS(empty)
struct empty_by_hand {};
template <class Inspector>
bool inspect(Inspector& f, empty_by_hand& e) {
  return f.object(e).fields();
}

/// A class whose members are public and whose constructor is its own.
class point {
public:
  point() = default;
  explicit point(int both) : x{both}, y{both} {}
  int x = 0;
  int y = 0;
};
ACTA_FIELDS(point, x)

struct wide {
  bool m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12, m13, m14, m15, m16, m17,
      m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32, m33, m34, m35, m36,
      m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49, m50, m51, m52, m53, m54, m55,
      m56, m57, m58, m59, m60, m61, m62, m63;
};
ACTA_FIELDS(wide, m00, m01, m02, m03, m04, m05, m06, m07, m08, m09, m10, m11, m12, m13, m14, m15,
            m16, m17, m18, m19, m20, m21, m22, m23, m24, m25, m26, m27, m28, m29, m30, m31, m32,
            m33, m34, m35, m36, m37, m38, m39, m40, m41, m42, m43, m44, m45, m46, m47, m48, m49,
            m50, m51, m52, m53, m54, m55, m56, m57, m58, m59, m60, m61, m62, m63)

template <class T>
bytes encoded(T value) {
  bytes into;
  EXPECT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, into));
  return into;
}

template <class T>
std::string schema() {
  return schema_of(value_type::of<T>())->dump();
}

TEST(fields, are_those_of_an_inspect_by_hand_in_schema_and_bytes) {
  const order one{"Ann", {{3, "CZK"}}, "soon", {{"b", {4, "EUR"}}}, {}, timestamp{}};
  EXPECT_EQ(encoded(one), encoded(order_by_hand{one}));
  EXPECT_EQ(schema<order>(), schema<order_by_hand>());
  EXPECT_EQ(encoded(empty{}), encoded(empty_by_hand{}));
  EXPECT_EQ(schema<empty>(), schema<empty_by_hand>());
}

TEST(fields, come_back_from_their_bytes_and_take_their_fallbacks) {
  order read;
  const auto sent =
      nlohmann::json::parse(R"({"customer":"Ann","prices":[],"due":"1970-01-01T00:00:00Z"})");
  ASSERT_TRUE(from_json(sent, [&](visitor& v) { return visit(v, read); }));
  EXPECT_EQ(read.customer, "Ann");
  EXPECT_EQ(read.note, std::nullopt);
  EXPECT_EQ(read.by_name.at("a").currency, "b");
  EXPECT_EQ(read.limit, 7);
}

TEST(fields, of_a_class_with_a_constructor_are_not_counted) {
  EXPECT_EQ(schema<point>(), R"({"object":{"x":"int32"}})");
}

TEST(fields, may_be_64) { EXPECT_EQ(schema_of(value_type::of<wide>())->at("object").size(), 64U); }

// What the macro asks the compiler about a type and its list.
#define LEFT_OUT(...) LEFT_OUT_OF(__VA_ARGS__, )
#define LEFT_OUT_OF(Type, ...) ACTA_INTERNAL_LEFT_OUT(Type, __VA_ARGS__)

template <class First, class Second>
struct two {
  First first;
  Second second;
};

/// Each of two members is missed if it is left out, and none if both are named.
template <class First, class Second>
consteval bool counted() {
  using type = two<First, Second>;
  return LEFT_OUT(type) && LEFT_OUT(type, first) && LEFT_OUT(type, second) &&
         !LEFT_OUT(type, first, second);
}

/// The same wherever a member of this type stands.
template <class Member>
consteval bool counts() {
  return counted<Member, int>() && counted<std::string, Member>() && counted<Member, Member>() &&
         counted<Member, std::optional<std::int64_t>>();
}

struct from_anything {
  from_anything() = default;
  template <class T>
  from_anything(T&&) {}
};
struct by_hand_only {
  explicit by_hand_only() {}
};

TEST(fields, that_are_left_out_are_missed_whatever_their_type) {
  static_assert(counts<bool>() && counts<double>() && counts<std::uint8_t>());
  static_assert(counts<std::string>() && counts<bytes>() && counts<timestamp>());
  static_assert(counts<std::vector<order>>() && counts<std::map<std::string, price>>());
  static_assert(counts<empty>() && counts<price>() && counts<order>() && counts<point>());
  static_assert(counts<std::optional<price>>() && counts<std::any>() && counts<from_anything>());
  static_assert(counts<const int>() && counts<const std::string>());
  static_assert(counts<std::unique_ptr<int>>() && counts<int*>());
  static_assert(counts<std::array<int, 3>>() && counts<int[3]>() && counts<price[2]>());
}

struct guarded_member {
  std::string name;
  by_hand_only part{};
};
struct guarded_first {
  by_hand_only part{};
  std::string name;
};

TEST(fields, that_are_left_out_are_missed_if_only_a_conversion_makes_them) {
  static_assert(LEFT_OUT(guarded_member, name) && !LEFT_OUT(guarded_member, name, part));
  static_assert(LEFT_OUT(guarded_first, part) && !LEFT_OUT(guarded_first, part, name));
}

struct tag {};
struct tagged : tag {
  int x;
};
struct base {
  int x;
  int y;
};
struct derived : base {
  int z;
};

TEST(fields, of_a_struct_with_a_base_class_are_not_counted) {
  static_assert(!LEFT_OUT(tagged, x) && !LEFT_OUT(derived, x, y, z) && !LEFT_OUT(derived, z));
  static_assert(LEFT_OUT(base, x));
}

}  // namespace
}  // namespace acta
