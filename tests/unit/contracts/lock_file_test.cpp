#include "runtime/contracts/lock_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/parcel.hpp"
#include "tests/support/shop.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;

template <class... Aggregates>
contract_set contracts() {
  const std::vector<aggregate_type> types{describe<Aggregates>()...};
  std::vector<const aggregate_type*> all;
  for (const auto& type : types) all.push_back(&type);
  return *contracts_of(all);
}

TEST(lock_file, reads_what_it_writes) {
  const auto all = contracts<testing::shop, post::parcel>();
  const auto read = read_lock_file(write_lock_file(all));
  ASSERT_TRUE(read.ok()) << read.error().detail;
  EXPECT_EQ(*read, all);
  EXPECT_EQ(write_lock_file(*read), write_lock_file(all));
}

TEST(lock_file, does_not_depend_on_the_order_of_the_program) {
  EXPECT_EQ(write_lock_file(contracts<testing::shop, post::parcel>()),
            write_lock_file(contracts<post::parcel, testing::shop>()));
}

// Committed files are compared with it, line by line: its text is fixed.
TEST(lock_file, has_an_entry_for_each_event_and_version) {
  EXPECT_EQ(write_lock_file(contracts<testing::shop>()), R"({
  "acta_schemas": 1,
  "events": [
    {
      "aggregate": "test.shop",
      "event": "test.shop.sold",
      "schema_version": 1,
      "fingerprint": "16208610665613038911",
      "schema": {
        "object": {
          "price": "int64",
          "buyer": "text",
          "paint": {
            "enum": [
              "red",
              "green"
            ]
          }
        }
      }
    }
  ]
}
)");
  std::size_t versions = 0;
  for (const auto& [key, schema] : contracts<post::parcel>())
    versions += key.event == "post.parcel.posted";
  EXPECT_EQ(versions, 3U);
}

TEST(lock_file, says_that_it_was_edited) {
  auto text = write_lock_file(contracts<testing::shop>());
  text.replace(text.find("int64"), 5, "int32");
  EXPECT_THAT(read_lock_file(text).error().detail,
              HasSubstr("test.shop.sold, schema version 1, of test.shop was edited"));
}

TEST(lock_file, refuses_what_is_none) {
  for (const auto* odd : {"", "{", "[]", "{}", R"({"acta_schemas": 2, "events": []})",
                          R"({"acta_schemas": 1, "events": [{}]})", R"({"acta_schemas": 1})",
                          R"({"acta_schemas": 1, "events": [{"aggregate": 7}]})"})
    EXPECT_EQ(read_lock_file(odd).error().code, errc::malformed) << odd;
  EXPECT_EQ(read_lock_file(R"({"acta_schemas": 1, "events": []})")->size(), 0U);
}

TEST(lock_file, says_what_is_missing) {
  const auto why = [](const char* text) { return read_lock_file(text).error().detail; };
  EXPECT_EQ(why("{"), "it is no JSON");
  EXPECT_EQ(why("[]"), "the lock file is no object");
  EXPECT_EQ(why("{}"), "the lock file has no \"acta_schemas\"");
  EXPECT_EQ(why(R"({"acta_schemas": 1})"), "the lock file has no \"events\"");
  EXPECT_EQ(why(R"({"acta_schemas": 1, "events": {}})"), "the lock file: \"events\" is no list");
  EXPECT_EQ(why(R"({"acta_schemas": 1, "events": [7]})"), "events[0] is no object");
  EXPECT_EQ(why(R"({"acta_schemas": 1, "events": [{}]})"), "events[0] has no \"aggregate\"");
  EXPECT_EQ(why(R"({"acta_schemas": 1, "events": [{"aggregate": 7}]})"),
            "events[0]: \"aggregate\" is no text");
}

TEST(lock_file, with_a_line_feed_in_a_name_is_spoken_of_in_one_line) {
  auto text = write_lock_file(contracts<testing::shop>());
  text.replace(text.find("test.shop.sold"), 14, "sold\\nbank: all is well");
  const auto read = read_lock_file(text);
  ASSERT_TRUE(read.ok()) << read.error().detail;
  const auto found = objections(*read, contracts<testing::shop>());
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].what.find('\n'), std::string::npos) << found[0].what;
}

}  // namespace
}  // namespace acta
