#include "runtime/codec/schema.hpp"

#include <gtest/gtest.h>

#include "runtime/codec/json.hpp"
#include "tests/support/parcel.hpp"
#include "tests/unit/codec/everything.hpp"

namespace acta {

using namespace internal;
namespace {

struct base {
  std::int32_t a = 0;
  std::string b;
};
template <class Inspector>
bool inspect(Inspector& f, base& v) {
  return f.object(v).fields(f.field("a", v.a), f.field("b", v.b));
}
struct reordered : base {};
template <class Inspector>
bool inspect(Inspector& f, reordered& v) {
  return f.object(v).fields(f.field("b", v.b), f.field("a", v.a));
}
struct renamed : base {};
template <class Inspector>
bool inspect(Inspector& f, renamed& v) {
  return f.object(v).fields(f.field("A", v.a), f.field("b", v.b));
}
struct with_fallback : base {};
template <class Inspector>
bool inspect(Inspector& f, with_fallback& v) {
  return f.object(v).fields(f.field("a", v.a).fallback(0), f.field("b", v.b));
}
struct with_optional {
  std::optional<std::int32_t> a;
  std::string b;
};
template <class Inspector>
bool inspect(Inspector& f, with_optional& v) {
  return f.object(v).fields(f.field("a", v.a), f.field("b", v.b));
}
struct shortened : base {};
template <class Inspector>
bool inspect(Inspector& f, shortened& v) {
  return f.object(v).fields(f.field("a", v.a));
}
enum class switch_state { on, off };
template <class Inspector>
bool inspect(Inspector& f, switch_state& s) {
  return f.enumeration(s, {{switch_state::on, "on"}, {switch_state::off, "off"}});
}
enum class renamed_state { on, off };
template <class Inspector>
bool inspect(Inspector& f, renamed_state& s) {
  return f.enumeration(s, {{renamed_state::on, "on"}, {renamed_state::off, "out"}});
}
enum class same_names { one, two };
template <class Inspector>
bool inspect(Inspector& f, same_names& s) {
  return f.enumeration(s, {{same_names::one, "one"}, {same_names::two, "one"}});
}
struct same_field : base {};
template <class Inspector>
bool inspect(Inspector& f, same_field& v) {
  return f.object(v).fields(f.field("a", v.a), f.field("a", v.b));
}
struct named_in_latin : base {};
template <class Inspector>
bool inspect(Inspector& f, named_in_latin& v) {
  return f.object(v).fields(f.field("caf\xe9", v.a));
}
struct widened {
  std::int64_t a = 0;
  std::string b;
};
template <class Inspector>
bool inspect(Inspector& f, widened& v) {
  return f.object(v).fields(f.field("a", v.a), f.field("b", v.b));
}
struct endless {
  std::vector<endless> children;
};
template <class Inspector>
bool inspect(Inspector& f, endless& v) {
  return f.object(v).fields(f.field("children", v.children));
}

template <class T>
std::uint64_t print() {
  return fingerprint(*schema_of(value_type::of<T>()));
}

TEST(schema, describes_every_kind_of_member) {
  EXPECT_EQ(schema_of(value_type::of<testing::everything>())->dump(),
            R"({"object":{"flag":"bool","i8":"int8","i16":"int16","i32":"int32","i64":"int64",)"
            R"("u8":"uint8","u16":"uint16","u32":"uint32","u64":"uint64",)"
            R"("real":"double","text":"text","binary":"bytes","when":"timestamp",)"
            R"("shade":{"enum":["red","green","blue"]},)"
            R"("maybe":{"may_be_missing":{"optional":"int32"}},)"
            R"("list":{"list":{"object":{"number":"int16","name":"text"}}},)"
            R"("map":{"map":{"list":"int64"}},)"
            R"("nested":{"object":{"number":"int16","name":"text"}},)"
            R"("holes":{"list":{"optional":"text"}},"bits":{"list":"bool"},)"
            R"("maybe_nested":{"may_be_missing":{"optional":{"object":)"
            R"({"number":"int16","name":"text"}}}},)"
            R"("by_name":{"map":{"object":{"number":"int16","name":"text"}}}}})");
}

TEST(schema, has_a_fingerprint_that_changes_when_it_does) {
  EXPECT_EQ(print<base>(), print<base>());
  EXPECT_NE(print<base>(), print<reordered>());
  EXPECT_NE(print<base>(), print<renamed>());
  EXPECT_NE(print<base>(), print<with_fallback>());
  EXPECT_NE(print<base>(), print<widened>());
  EXPECT_NE(print<base>(), print<with_optional>());
  EXPECT_NE(print<with_fallback>(), print<with_optional>());
  EXPECT_NE(print<base>(), print<shortened>());
  EXPECT_NE(print<switch_state>(), print<renamed_state>());
}

TEST(schema, refuses_a_type_that_contains_itself) {
  EXPECT_EQ(schema_of(value_type::of<endless>()).error().code, errc::malformed);
}

TEST(schema, has_a_fingerprint_that_stays_from_build_to_build) {
  EXPECT_EQ(schema_of(value_type::of<base>())->dump(), R"({"object":{"a":"int32","b":"text"}})");
  EXPECT_EQ(print<base>(), 0xD2C748340A66E28AU);
}

TEST(schema, refuses_what_could_not_be_read_back) {
  const auto twice = schema_of(value_type::of<same_field>());
  EXPECT_EQ(twice.error().field + " " + twice.error().detail, "a is the name of two fields");
  EXPECT_EQ(schema_of(value_type::of<same_names>()).error().detail, "has two values named one");
  EXPECT_EQ(schema_of(value_type::of<named_in_latin>()).error().detail, "is not UTF-8");
}

TEST(schema, makes_an_example_that_its_own_type_can_read) {
  for (const auto* type : {&value_type::of<post::send>(), &value_type::of<post::tracking>(),
                           &value_type::of<post::delivered>()}) {
    const auto schema = schema_of(*type);
    ASSERT_TRUE(schema.ok());
    any_value value{*type};
    const auto example = nlohmann::json::parse(example_of(*schema).dump());
    const auto read = from_json(example, [&](visitor& v) { return value.visit(v); });
    EXPECT_TRUE(read.ok()) << example << ": " << read.error().field << read.error().detail;
  }
}

}  // namespace
}  // namespace acta
