#include "actors/base/short_text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace acta {

namespace {

using text = short_text<8>;

TEST(short_text, is_its_parts_one_after_another) {
  EXPECT_EQ(text{}.view(), "");
  EXPECT_EQ((text{"a", "/", "b"}.view()), "a/b");
  EXPECT_EQ((text{"exactly", "8"}.view()), "exactly8");
  EXPECT_EQ((text{"more than", " ", "eight"}.view()), "more than eight");
}

TEST(short_text, is_copied_and_moved_whether_it_is_long_or_not) {
  for (const std::string value : {"", "short", "much longer"}) {
    const text original{value};
    text copy{original};
    EXPECT_EQ(copy, original);
    text moved{std::move(copy)};
    EXPECT_EQ(moved.view(), value);
    EXPECT_EQ(copy.view(), "") << "what was moved from is empty";
    for (const std::string before : {"", "other", "another long one"}) {
      text assigned{before};
      assigned = original;
      EXPECT_EQ(assigned.view(), value);
      assigned = text{before};
      EXPECT_EQ(assigned.view(), before);
    }
  }
}

TEST(short_text, compares_as_text) {
  EXPECT_LT(text{"a"}, text{"b"});
  EXPECT_LT(text{"a"}, text{"a long text"});
  EXPECT_LT(text{"a long text"}, text{"b"});
  EXPECT_NE(text{"a long text"}, text{"a long test"});
}

}  // namespace
}  // namespace acta
