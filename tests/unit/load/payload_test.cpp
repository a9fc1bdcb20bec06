#include "runtime/load/payload.hpp"

#include <gtest/gtest.h>

#include <set>

namespace acta::internal::load {
namespace {

using nlohmann::json;

std::string wrong_place(const char* text) {
  const auto read = payload::parse(json::parse(text));
  return read ? "none" : read.error().field + ": " + read.error().detail;
}

TEST(payload, draws_what_its_template_says_and_keeps_the_rest) {
  const auto of = payload::parse(json::parse(R"({
    "amount": {"$integer": [-2, 2]}, "rate": {"$number": [0.5, 1]}, "name": {"$text": 12},
    "kind": {"$choice": ["a", {"$key": true}]}, "owner": {"$id": true},
    "nested": [{"deep": {"$integer": [7, 7]}}, null, 1.5]})"));
  ASSERT_TRUE(of);
  random_numbers chance{1};
  const std::string id = "load-17";
  std::set<json> amounts, kinds, names;
  for (int i = 0; i < 200; ++i) {
    const auto made = of->make({17, &id}, chance);
    amounts.insert(made["amount"]);
    kinds.insert(made["kind"]);
    names.insert(made["name"]);
    EXPECT_GE(made["rate"].get<double>(), 0.5);
    EXPECT_LT(made["rate"].get<double>(), 1);
    EXPECT_EQ(made["name"].get<std::string>().size(), 12U);
    EXPECT_EQ(made["owner"], id);
    EXPECT_EQ(made["nested"].dump(), R"([{"deep":7},null,1.5])");
  }
  EXPECT_EQ(amounts, (std::set<json>{-2, -1, 0, 1, 2}));
  EXPECT_EQ(kinds, (std::set<json>{"a", 17}));
  EXPECT_EQ(names.size(), 200U);
}

TEST(payload, repeats_with_its_seed) {
  const auto of = payload::parse(json::parse(R"({"a": {"$integer": [0, 1000000]}})"));
  const std::string id;
  random_numbers one{5}, other{5};
  for (int i = 0; i < 10; ++i) EXPECT_EQ(of->make({0, &id}, one), of->make({0, &id}, other));
}

TEST(payload, names_the_place_that_is_no_template) {
  EXPECT_EQ(wrong_place(R"({"a": {"b": [1, {"$integer": [2, 1]}]}})"),
            "a.b[1]: $integer takes two whole numbers, the smaller first");
  EXPECT_EQ(wrong_place(R"({"a": {"$integer": [1.5, 2]}})"),
            "a: $integer takes two whole numbers, the smaller first");
  EXPECT_EQ(wrong_place(R"({"a": {"$text": -1}})"),
            "a: $text takes a number of characters, at most 4096");
  EXPECT_EQ(wrong_place(R"({"a": {"$choice": []}})"), "a: $choice takes a list that is not empty");
  EXPECT_EQ(wrong_place(R"({"a": {"$choice": [{"$key": 1}]}})"), "a[0]: $key takes true");
  EXPECT_EQ(wrong_place(R"({"a": {"$uuid": true}})").find("a: '$uuid' draws nothing"), 0U);
  EXPECT_EQ(wrong_place(R"({"a": {"$text": 1, "b": 2}})"), "none") << "two members: plain JSON";
}

}  // namespace
}  // namespace acta::internal::load
