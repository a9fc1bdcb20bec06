#include "runtime/codec/schema.hpp"

#include <gtest/gtest.h>

#include "tests/unit/codec/everything.hpp"

namespace acta {
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
            R"({"object":{"flag":"bool","i8":"int8","i64":"int64","u32":"uint32","u64":"uint64",)"
            R"("real":"double","text":"text","binary":"bytes","when":"timestamp",)"
            R"("shade":{"enum":["red","green","blue"]},)"
            R"("maybe":{"may_be_missing":{"optional":"int32"}},)"
            R"("list":{"list":{"object":{"number":"int16","name":"text"}}},)"
            R"("map":{"map":{"list":"int64"}},)"
            R"("nested":{"object":{"number":"int16","name":"text"}}}})");
}

TEST(schema, has_a_fingerprint_that_changes_when_it_does) {
  EXPECT_EQ(print<base>(), print<base>());
  EXPECT_NE(print<base>(), print<reordered>());
  EXPECT_NE(print<base>(), print<renamed>());
  EXPECT_NE(print<base>(), print<with_fallback>());
  EXPECT_NE(print<base>(), print<widened>());
}

TEST(schema, refuses_a_type_that_contains_itself) {
  EXPECT_EQ(schema_of(value_type::of<endless>()).error().code, errc::malformed);
}

}  // namespace
}  // namespace acta
