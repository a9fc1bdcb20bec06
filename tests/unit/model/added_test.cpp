// Events whose newer versions only have more fields.
#include "actors/model/added.hpp"

#include <gtest/gtest.h>

#include "actors/model/given.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/codec/schema.hpp"

namespace acta {

using namespace internal;
namespace {

struct filled_v1 {
  std::int64_t litres = 0;
};
ACTA_FIELDS(filled_v1, litres)
struct filled_v2 {
  std::int64_t millilitres = 0;
};
ACTA_FIELDS(filled_v2, millilitres)
struct filled_v3 {
  std::int64_t millilitres = 0;
  std::optional<std::string> by;
};
ACTA_FIELDS(filled_v3, millilitres, by)
struct filled {
  std::int64_t millilitres = 0;
  std::optional<std::string> by;
  std::string from;
  int grade = 0;
};
ACTA_FIELDS(filled, millilitres, by, (from, "the tap"), (grade, 3))
filled in_millilitres(const filled_v1& old) { return {old.litres * 1000, {}, "a can", 1}; }

struct fill {};
ACTA_FIELDS(fill)
struct content {
  filled newest;
};
ACTA_FIELDS(content, newest)

template <class Event, class Upcasters>
struct tank_of {
  static constexpr std::string_view type = "test.tank";
  static constexpr int state_version = 1;
  using events = acta::events<Event>;
  using upcasters = Upcasters;
  using commands = acta::commands<fill>;
  decision<tank_of> decide(const fill&, const context&) const { return newest; }
  void apply(const filled& event) { newest = event; }
  [[nodiscard]] content view() const { return {newest}; }
  filled newest;
};
template <class Inspector, class Event, class Upcasters>
bool inspect(Inspector& f, tank_of<Event, Upcasters>& t) {
  return f.object(t).fields(f.field("newest", t.newest));
}

using tank = tank_of<event<filled, "filled", 4, added<"by">, added<"from", "grade">>,
                     upcasters<upcast<filled_v1, filled, in_millilitres>>>;

template <class T>
std::string schema_as_text() {
  return schema_of(value_type::of<T>())->dump();
}
template <class T>
bytes encoded(T value) {
  bytes made;
  EXPECT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, made));
  return made;
}
/// What a stored event of a version is for apply(). Nothing: it cannot be read as that.
std::optional<filled> lifted(const bytes& stored, int schema_version) {
  const auto type = describe<tank>();
  any_value made{*type.state};
  const auto* as = type.find_event("filled", schema_version);
  if (!as ||
      !cbor_codec{}.decode(stored, [&](visitor& v) { return as->load_and_apply(made.get(), v); }))
    return std::nullopt;
  return static_cast<const tank*>(made.get())->newest;
}
std::string told_of_schema(const aggregate_type& type, int schema_version) {
  const auto schema = schema_of(*type.find_event("filled", schema_version)->payload);
  return schema ? "none" : schema.error().field + " " + schema.error().detail;
}

TEST(added, gives_each_version_the_schema_that_it_was_published_with) {
  const auto type = describe<tank>();
  const auto schema = [&](int version) {
    return schema_of(*type.find_event("filled", version)->payload)->dump();
  };
  EXPECT_EQ(schema(1), schema_as_text<filled_v1>());
  EXPECT_EQ(schema(2), schema_as_text<filled_v2>());
  EXPECT_EQ(schema(3), schema_as_text<filled_v3>());
  EXPECT_EQ(schema(4), schema_as_text<filled>());
  EXPECT_EQ(type.events.size(), 4U);
}

TEST(added, leaves_what_an_older_version_lacks_as_the_type_falls_back_on) {
  EXPECT_EQ(to_text(*lifted(encoded(filled_v2{250}), 2)), to_text(filled{250, {}, "the tap", 3}));
  EXPECT_EQ(to_text(*lifted(encoded(filled_v3{250, "Ann"}), 3)),
            to_text(filled{250, "Ann", "the tap", 3}));
  EXPECT_EQ(to_text(*lifted(encoded(filled{250, "Ann", "a can", 2}), 4)),
            to_text(filled{250, "Ann", "a can", 2}));
}

TEST(added, stands_on_upcasters_of_the_versions_before) {
  EXPECT_EQ(to_text(*lifted(encoded(filled_v1{2}), 1)), to_text(filled{2000, {}, "a can", 1}));
}

TEST(added, takes_no_field_in_a_version_that_had_none) {
  EXPECT_FALSE(lifted(encoded(filled_v3{250, "Ann"}), 2));
  EXPECT_FALSE(lifted(encoded(filled{250, "Ann", "a can", 2}), 3));
}

TEST(added, shows_an_older_event_as_it_was_published) {
  using as_version_3 = detail::before<filled, added<"from", "grade">>;
  EXPECT_EQ(encoded(as_version_3{{250, "Ann", "a can", 2}}), encoded(filled_v3{250, "Ann"}));
}

TEST(added, names_a_field_that_the_type_has) {
  using mistaken = tank_of<event<filled, "filled", 2, added<"form">>, upcasters<>>;
  EXPECT_EQ(told_of_schema(describe<mistaken>(), 1), " lacks a field that acta::added names");
}

TEST(added, names_a_field_that_may_be_missing) {
  using mistaken = tank_of<event<filled, "filled", 2, added<"millilitres">>, upcasters<>>;
  EXPECT_EQ(told_of_schema(describe<mistaken>(), 1),
            "millilitres was added: it is optional or has a fallback");
}

}  // namespace
}  // namespace acta
