// The helpers that test domains can fail, and say why.
#include "actors/model/given.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "tests/support/counter.hpp"
#include "tests/support/parcel.hpp"

namespace acta {

namespace {

using testing::add;
using testing::added;
using testing::counter;
using testing::explode;

enum class unit { metre, nothing };
template <class Inspector>
bool inspect(Inspector& f, unit& u) {
  return f.enumeration(u, {{unit::metre, "metre"}, {unit::nothing, "nothing"}});
}
/// Has every kind of value that two texts could make alike.
struct measured {
  double value = 0;
  bytes raw = {};
  std::string by = {};
  std::string note = {};
  std::optional<unit> in = {};
  timestamp at = {};
};
template <class Inspector>
bool inspect(Inspector& f, measured& e) {
  return f.object(e).fields(f.field("value", e.value), f.field("raw", e.raw), f.field("by", e.by),
                            f.field("note", e.note), f.field("in", e.in), f.field("at", e.at));
}
struct measure {
  measured what;
};
template <class Inspector>
bool inspect(Inspector& f, measure& c) {
  return f.object(c).fields(f.field("what", c.what));
}
struct gauge {
  static constexpr std::string_view type = "test.gauge";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<measured, "test.gauge.measured", 1>>;
  using commands = acta::commands<measure>;
  acta::decision<gauge> decide(const measure& command, const context&) const {
    return command.what;
  }
  void apply(const measured& event) { last = event; }
  measured view() const { return last; }
  measured last;
};
template <class Inspector>
bool inspect(Inspector& f, gauge& g) {
  return f.object(g).fields(f.field("last", g.last));
}

namespace elsewhere {
struct measured : acta::measured {};
}  // namespace elsewhere

/// What a gauge makes of a measurement.
outcome decided(measured what) { return given<gauge>().when(measure{std::move(what)}); }

std::string shown(const outcome& what) {
  std::ostringstream out;
  out << what;
  return out.str();
}

TEST(given, tells_events_apart_by_kind_content_number_and_order) {
  const auto one = given<counter>().when(add{5, 1});
  EXPECT_EQ(one, then(added{5}));
  EXPECT_NE(one, then(added{6}));
  EXPECT_NE(one, then(added{5}, added{5}));
  EXPECT_NE(one, then_nothing());
  EXPECT_NE(one, then_refused("negative"));
  EXPECT_NE(then(post::posted_v2{}, post::delivered{}), then(post::delivered{}, post::posted_v2{}));
  EXPECT_NE(then(add{5}), then(added{5}));
}

TEST(given, compares_values_and_not_their_texts) {
  EXPECT_EQ(decided({1e-9}), then(measured{1e-9}));
  EXPECT_NE(decided({1e-9}), then(measured{2e-9}));
  EXPECT_NE(decided({0.1 + 0.2}), then(measured{0.3}));
  EXPECT_NE(decided({0.0}), then(measured{-0.0})) << "the journal holds the sign";
  EXPECT_EQ(decided({0, bytes(3)}), then(measured{0, bytes(3)}));
  EXPECT_NE(decided({0, bytes(3)}), then(measured{0, bytes(3, std::byte{1})}));
  EXPECT_NE(decided({0, {}, {}, {}, unit::nothing}), then(measured{}));
  EXPECT_NE(decided({0, {}, R"(a", note: "b)", "c"}),
            then(measured{0, {}, "a", R"(b", note: "c)"}));
  EXPECT_NE(decided({}), then(elsewhere::measured{})) << "another type of the same name";
}

TEST(given, takes_nothing_for_an_event_that_a_journal_refuses) {
  for (const auto value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()})
    EXPECT_NE(decided({value}), then(measured{value}));
  for (const auto time :
       {timestamp::max(), timestamp::min(), first_rfc3339_time - std::chrono::microseconds{1},
        last_rfc3339_time + std::chrono::microseconds{1}})
    EXPECT_NE(decided({0, {}, {}, {}, {}, time}), then(measured{0, {}, {}, {}, {}, time}));
  for (const auto time : {first_rfc3339_time, last_rfc3339_time})
    EXPECT_EQ(decided({0, {}, {}, {}, {}, time}), then(measured{0, {}, {}, {}, {}, time}));
}

TEST(given, calls_no_event_nothing) {
  EXPECT_EQ(given<counter>().when(add{5, 0}), then());
  EXPECT_EQ(shown(then()), "nothing");
}

TEST(given, takes_an_event_that_cannot_be_written_for_no_other) {
  const auto wrong = static_cast<unit>(7);
  EXPECT_NE(decided({0, {}, {}, {}, wrong}), then(measured{0, {}, {}, {}, wrong}));
  EXPECT_EQ(shown(decided({0, {}, {}, {}, wrong})), "measured(has a value without a name)");
  // The runtime stores no such text, so a decision that makes one must fail its test.
  EXPECT_NE(decided({0, {}, "\xff"}), then(measured{0, {}, "\xff"}));
  EXPECT_THAT(shown(decided({0, {}, "\xff"})), ::testing::HasSubstr(R"(by: "\xff", note)"));
}

TEST(given, shows_values_so_that_they_can_be_told_apart) {
  using namespace std::chrono;
  const timestamp at{sys_days{2026y / January / 31} + 12h + 5us};
  EXPECT_EQ(shown(decided({0.1, {std::byte{0x0f}}, "say \"no\"\n", {}, unit::metre, at})),
            R"(measured{value: 0.1, raw: 0x0f, by: "say \"no\"\x0a", note: "", in: metre, )"
            "at: 2026-01-31T12:00:00.000005Z}");
  EXPECT_EQ(to_text(1e-9), "1e-09");
  EXPECT_EQ(to_text(0.30000000000000004), "0.30000000000000004");
  EXPECT_EQ(to_text(timestamp{sys_days{1969y / December / 31}}), "1969-12-31T00:00:00Z");
  EXPECT_EQ(to_text(timestamp::max()), "9223372036854775807 us");
  EXPECT_EQ(to_text(timestamp::min()), "-9223372036854775808 us");
}

TEST(given, shows_what_came_as_text) {
  EXPECT_EQ(shown(given<counter>().when(add{5, 2})), "added{amount: 5}, added{amount: 5}");
  EXPECT_EQ(shown(given<counter>().when(add{-5, 1})), "refused: negative");
  EXPECT_EQ(shown(given<counter>().when(add{5, 0})), "nothing");
}

TEST(given, applies_what_was_decided) {
  EXPECT_THROW((void)given<counter>().when(explode{true}), std::runtime_error);
}

TEST(given, fills_in_the_version_and_an_id) {
  EXPECT_EQ(given<counter>(added{1}, added{2}).view().sum, 3);
}

TEST(given, takes_an_event_of_an_older_version_as_a_journal_has_it) {
  const auto parcel = given<post::parcel>(post::posted_v1{"Olomouc"});
  EXPECT_EQ(parcel.view().route.at(0).city, "Olomouc");
  EXPECT_EQ(parcel.view().by, post::service::parcel);
  EXPECT_EQ(parcel.when(post::send{{"Brno", {}}, {}, {}}), then_refused("already_sent"));
}

TEST(to_text, writes_every_kind_of_value) {
  post::tracking value;
  value.by = post::service::express;
  value.route = {{"Brno", std::nullopt}, {"Praha", "Main Street"}};
  value.last_seen = timestamp{std::chrono::microseconds{7}};
  EXPECT_EQ(
      to_text(value),
      "{by: express, route: [{city: \"Brno\", street: nothing}, {city: \"Praha\", street: "
      "\"Main Street\"}], last_seen: 1970-01-01T00:00:00.000007Z, kilograms: 0, delivered: false}");
  EXPECT_EQ(to_text(post::posted{{"Brno", {}}, post::service::letter, {{"pen", 9}, {"ink", 80}}}),
            "{to: {city: \"Brno\", street: nothing}, by: letter, contents: {\"ink\": 80, \"pen\": "
            "9}}");
  EXPECT_EQ(to_text(bytes{std::byte{0}, std::byte{0x7f}, std::byte{255}}), "0x007fff");
  EXPECT_EQ(to_text(bytes{}), "0x");
  EXPECT_EQ(to_text(std::vector<bool>{true, false}), "[true, false]");
}

}  // namespace
}  // namespace acta
