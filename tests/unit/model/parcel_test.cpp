// A domain that has nothing of a bank, tested by plain function calls.
#include "tests/support/parcel.hpp"

#include <gtest/gtest.h>

#include "actors/model/given.hpp"

namespace post {
namespace {

using acta::given;
using acta::then;
using acta::then_nothing;
using acta::then_refused;

constexpr acta::timestamp noon{std::chrono::microseconds{1'764'000'000'000'000}};
const place home{"Brno", "Main Street 1"};
const place depot{"Praha", std::nullopt};
const posted on_its_way{home, service::express, {{"book", 700}}};

acta::context at_noon() {
  acta::context made;
  made.time = noon;
  return made;
}

TEST(parcel, is_sent_once) {
  EXPECT_EQ(given<parcel>().when(send{home, service::express, {{"book", 700}}}), then(on_its_way));
  EXPECT_EQ(given<parcel>(on_its_way).when(send{home, service::letter, {}}),
            then_refused("already_sent"));
}

TEST(parcel, goes_somewhere) {
  EXPECT_EQ(given<parcel>().when(send{}), then_refused("no_address"));
}

TEST(parcel, knows_the_time_from_its_context_only) {
  EXPECT_EQ(given<parcel>(on_its_way).when(scan{depot, std::nullopt}, at_noon()),
            then(scanned{depot, noon}));
}

TEST(parcel, is_handed_over_in_two_events_or_none) {
  const acta::bytes signature{std::byte{1}, std::byte{2}};
  EXPECT_EQ(given<parcel>(on_its_way).when(scan{home, signature}, at_noon()),
            then(scanned{home, noon}, delivered{signature}));
  EXPECT_EQ(given<parcel>(on_its_way, delivered{signature}).when(scan{home, signature}),
            then_refused("not_on_its_way"));
}

TEST(parcel, that_lies_where_it_was_needs_no_event) {
  EXPECT_EQ(given<parcel>(on_its_way, scanned{depot, noon}).when(scan{depot, std::nullopt}),
            then_nothing());
}

TEST(parcel, shows_its_route_and_weight) {
  const auto seen = given<parcel>(on_its_way, scanned{depot, noon}).view();
  EXPECT_EQ(seen.route.size(), 2U);
  EXPECT_EQ(seen.last_seen, noon);
  EXPECT_DOUBLE_EQ(seen.kilograms, 0.7);
}

}  // namespace
}  // namespace post
