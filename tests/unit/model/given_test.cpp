// The helpers that test domains can fail, and say why.
#include "actors/model/given.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/support/counter.hpp"
#include "tests/support/parcel.hpp"

namespace acta {
namespace {

using testing::add;
using testing::added;
using testing::counter;
using testing::explode;

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
  EXPECT_EQ(to_text(value),
            "{by: express, route: [{city: \"Brno\", street: nothing}, {city: \"Praha\", street: "
            "\"Main Street\"}], last_seen: 7 us, kilograms: 0.000000, delivered: false}");
  EXPECT_EQ(to_text(post::posted{{"Brno", {}}, post::service::letter, {{"pen", 9}, {"ink", 80}}}),
            "{to: {city: \"Brno\", street: nothing}, by: letter, contents: {\"ink\": 80, \"pen\": "
            "9}}");
  EXPECT_EQ(to_text(bytes(3)), "3 bytes");
  EXPECT_EQ(to_text(std::vector<bool>{true, false}), "[true, false]");
}

}  // namespace
}  // namespace acta
