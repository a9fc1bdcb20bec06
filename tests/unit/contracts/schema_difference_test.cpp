#include "runtime/contracts/schema_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/codec/schema.hpp"
#include "tests/support/shop.hpp"
#include "tests/unit/codec/everything.hpp"

namespace acta {

using namespace internal;
namespace {

using nlohmann::ordered_json;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class T>
ordered_json schema() {
  return *schema_of(value_type::of<T>());
}
template <class Now>
std::vector<std::string> since_sold() {
  return schema_differences(schema<testing::sold>(), schema<Now>());
}
std::vector<std::string> between(const char* was, const char* is) {
  return schema_differences(ordered_json::parse(was), ordered_json::parse(is));
}

TEST(schema_difference, is_nothing_between_the_same) {
  EXPECT_THAT(since_sold<testing::sold>(), IsEmpty());
  EXPECT_THAT(schema_differences(schema<testing::everything>(), schema<testing::everything>()),
              IsEmpty());
}

TEST(schema_difference, names_a_field_that_is_new) {
  EXPECT_THAT(since_sold<testing::field_added>(),
              ElementsAre("the field 'reason' is new; it is text"));
}

TEST(schema_difference, names_a_field_that_is_gone) {
  EXPECT_THAT(since_sold<testing::field_removed>(),
              ElementsAre("the field 'buyer' is gone; it was text"));
}

TEST(schema_difference, tells_one_renamed_field_from_one_gone_and_one_new) {
  EXPECT_THAT(since_sold<testing::field_renamed>(),
              ElementsAre("the field 'buyer' is called 'customer' now"));
  EXPECT_THAT(
      between(R"({"object":{"a":"text"}})", R"({"object":{"b":"int8"}})"),
      ElementsAre("the field 'a' is gone; it was text", "the field 'b' is new; it is int8"));
}

TEST(schema_difference, says_what_a_field_was_and_is) {
  EXPECT_THAT(since_sold<testing::field_of_another_type>(),
              ElementsAre("the field 'price' was int64, is double"));
  EXPECT_THAT(between(R"({"object":{"a":{"list":"int64"}}})",
                      R"({"object":{"a":{"map":{"optional":"text"}}}})"),
              ElementsAre("the field 'a' was list of int64, is map of optional text"));
  EXPECT_THAT(between(R"({"object":{"a":"bool"}})",
                      R"({"object":{"a":{"may_be_missing":{"object":{"x":"bool","y":"bool"}}}}})"),
              ElementsAre("the field 'a' was bool, is an object of x, y that may be missing"));
}

TEST(schema_difference, names_the_values_of_an_enumeration) {
  EXPECT_THAT(since_sold<testing::value_removed>(),
              ElementsAre("the field 'paint' has no value 'green' any more"));
  EXPECT_THAT(schema_differences(schema<testing::value_removed>(), schema<testing::sold>()),
              ElementsAre("the field 'paint' has a new value 'green'"));
}

TEST(schema_difference, names_the_way_to_what_is_within) {
  EXPECT_THAT(between(R"({"object":{"lines":{"list":{"object":{"amount":"int64"}}}}})",
                      R"({"object":{"lines":{"list":{"object":{"amount":"text"}}}}})"),
              ElementsAre("the field 'lines[].amount' was int64, is text"));
  EXPECT_THAT(between(R"({"object":{"a":{"optional":{"object":{"b":{"map":"bool"}}}}}})",
                      R"({"object":{"a":{"optional":{"object":{"b":{"map":"int8"}}}}}})"),
              ElementsAre("the field 'a.b[]' was bool, is int8"));
}

TEST(schema_difference, sees_an_order_that_changed) {
  EXPECT_THAT(
      between(R"({"object":{"a":"bool","b":"bool"}})", R"({"object":{"b":"bool","a":"bool"}})"),
      ElementsAre("the order of the fields was a, b, is b, a"));
  EXPECT_THAT(
      between(R"({"object":{"a":{"enum":["x","y"]}}})", R"({"object":{"a":{"enum":["y","x"]}}})"),
      ElementsAre("the order of the values of the field 'a' was x, y, is y, x"));
}

TEST(schema_difference, says_all_there_is_to_say) {
  EXPECT_THAT(
      between(R"({"object":{"a":"bool","b":"bool"}})", R"({"object":{"A":"bool","b":"text"}})"),
      ElementsAre("the field 'a' is called 'A' now", "the field 'b' was bool, is text"));
}

// It is used on what is read from files: nothing that is no schema may end the program.
TEST(schema_difference, bears_what_is_no_schema) {
  for (const auto* odd : {"null", "{}", "7", "[]", R"({"list":{}})"})
    EXPECT_FALSE(between(odd, R"({"object":{"a":"text"}})").empty()) << odd;
  EXPECT_FALSE(schema_differences(ordered_json::parse("{", nullptr, false), "text").empty());
}

}  // namespace
}  // namespace acta
