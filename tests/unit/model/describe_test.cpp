// What describe() makes of a user's class.
#include "actors/model/describe.hpp"

#include <gtest/gtest.h>

#include "runtime/codec/cbor.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/parcel.hpp"

namespace acta {

using namespace internal;
namespace {

TEST(describe, lists_current_events_first_and_then_their_older_versions) {
  const auto type = describe<post::parcel>();
  ASSERT_EQ(type.events.size(), 5U);
  EXPECT_EQ(type.events[0].name, "post.parcel.posted");
  EXPECT_EQ(type.events[0].schema_version, 3);
  EXPECT_TRUE(type.events[2].current());
  EXPECT_FALSE(type.events[3].current());
  EXPECT_EQ(type.events[3].schema_version, 2);
  EXPECT_EQ(type.events[4].schema_version, 1);
  EXPECT_EQ(type.find_event("post.parcel.posted", 4), nullptr);
  EXPECT_EQ(type.find_event("post.parcel.sent", 1), nullptr);
}

TEST(describe, names_commands_after_their_type_or_as_they_say) {
  const auto type = describe<post::parcel>();
  ASSERT_EQ(type.commands.size(), 2U);
  EXPECT_EQ(type.commands[0].name, "send");
  EXPECT_EQ(type.commands[1].name, "scan-at");
  EXPECT_EQ(type.find_command("scan-at"), 1U);
  EXPECT_EQ(type.find_command("scan"), std::nullopt);
  constexpr auto index = command_index<post::parcel, post::scan>();
  EXPECT_EQ(index, 1U);
}

struct rename_it {
  std::string name;
};

TEST(describe, a_commands_field_may_be_called_name) {
  EXPECT_EQ(command_name<rename_it>(), "rename_it");
}

TEST(describe, lifts_an_event_of_any_version_to_the_current_one) {
  const auto type = describe<post::parcel>();
  const cbor_codec codec;
  any_value parcel{*type.state};
  post::posted_v1 old{"Olomouc"};
  bytes encoded;
  ASSERT_TRUE(codec.encode([&](visitor& v) { return visit(v, old); }, encoded));
  const auto* contract = type.find_event("post.parcel.posted", 1);
  ASSERT_NE(contract, nullptr);
  ASSERT_TRUE(
      codec.decode(encoded, [&](visitor& v) { return contract->load_and_apply(parcel.get(), v); }));
  const auto view = type.view_of(parcel.get());
  EXPECT_EQ(static_cast<const post::tracking*>(view.get())->route.at(0).city, "Olomouc");
}

TEST(describe, a_payload_of_another_version_is_not_taken_for_this_one) {
  const auto type = describe<post::parcel>();
  const cbor_codec codec;
  any_value parcel{*type.state};
  post::posted_v1 old{"Olomouc"};
  bytes encoded;
  ASSERT_TRUE(codec.encode([&](visitor& v) { return visit(v, old); }, encoded));
  EXPECT_FALSE(codec.decode(
      encoded, [&](visitor& v) { return type.events[0].load_and_apply(parcel.get(), v); }));
}

TEST(any_value, owns_what_it_holds) {
  auto value = any_value::of(std::string{"a text that is longer than the small string buffer"});
  auto moved = std::move(value);
  EXPECT_FALSE(moved.empty());
  EXPECT_TRUE(any_value{}.empty());
  any_value other = any_value::of(7);
  other = std::move(moved);
  EXPECT_EQ(static_cast<const std::string*>(other.get())->substr(0, 6), "a text");
}

TEST(decision, keeps_the_order_of_events) {
  const decision<testing::counter> made = accept(testing::added{1}, testing::added{2});
  ASSERT_FALSE(made.refused());
  ASSERT_EQ(made.events().size(), 2U);
  EXPECT_EQ(std::get<0>(made.events()[1]).amount, 2);
}

}  // namespace
}  // namespace acta
