#include "actors/model/cursor.hpp"

#include <gtest/gtest.h>

namespace acta {

namespace {

const journal_id ours{{0x0123456789abcdefU, 7}};
const journal_identity here{ours, {{1, 0}, {50, 100}, {90, 120}}};

errc code_of(const cursor& at, std::uint64_t last = 200) {
  const auto checked = check_cursor(at, here, {0, last});
  return checked ? errc{-1} : checked.error().code;
}
constexpr errc fine{-1};

TEST(cursor, is_read_as_it_was_written) {
  const cursor at{ours, 90, {0, ~std::uint64_t{0}}};
  EXPECT_EQ(to_string(at), "0123456789abcdef0000000000000007.90.0.18446744073709551615");
  EXPECT_EQ(*cursor_from(to_string(at)), at);
}

TEST(cursor, of_any_other_text_is_malformed) {
  for (const auto* text :
       {"", "x", "0123456789abcdef0000000000000007", "0123456789abcdef0000000000000007.1.0",
        "0123456789abcdef0000000000000007.1.0.", "0123456789abcdef0000000000000007.1.0.1.1",
        "0123456789abcdef0000000000000007.1.0.-1", "0123456789abcdef0000000000000007.1.0.1 ",
        "0123456789abcdef0000000000000007.1.0.18446744073709551616",
        "0123456789abcdef000000000000000g.1.0.1", "0123456789abcdef000000000000000.1.0.1"}) {
    const auto read = cursor_from(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, errc::malformed);
  }
}

TEST(cursor, is_good_in_its_own_history_up_to_the_end) {
  EXPECT_EQ(code_of({ours, 90, {0, 0}}), fine);
  EXPECT_EQ(code_of({ours, 90, {0, 200}}), fine);
  EXPECT_EQ(code_of({ours, 90, {0, 201}}), errc::beyond_the_end);
  EXPECT_EQ(code_of({ours, 90, {0, ~std::uint64_t{0}}}), errc::beyond_the_end);
  EXPECT_EQ(code_of({ours, 90, {1, 0}}), errc::beyond_the_end);
}

TEST(cursor, of_an_earlier_history_is_good_up_to_where_that_was_left) {
  EXPECT_EQ(code_of({ours, 1, {0, 100}}), fine);
  EXPECT_EQ(code_of({ours, 1, {0, 101}}), errc::wrong_history);
  EXPECT_EQ(code_of({ours, 50, {0, 120}}), fine);
  EXPECT_EQ(code_of({ours, 50, {0, 121}}), errc::wrong_history);
  // Where a history was left earlier than the one after it: a backup of before was restored.
  const journal_identity back{ours, {{1, 0}, {50, 100}, {90, 60}}};
  EXPECT_TRUE(check_cursor({ours, 1, {0, 60}}, back, {0, 200}).ok());
  EXPECT_FALSE(check_cursor({ours, 1, {0, 61}}, back, {0, 200}).ok());
}

TEST(cursor, of_another_journal_or_copy_is_of_a_wrong_history) {
  EXPECT_EQ(code_of({{{1, 2}}, 90, {0, 1}}), errc::wrong_history);
  EXPECT_EQ(code_of({ours, 51, {0, 1}}), errc::wrong_history);
  EXPECT_EQ(code_of({}), errc::wrong_history);
  EXPECT_FALSE(check_cursor({}, {}, {0, 200}).ok()) << "of a journal that has no name yet";
}

}  // namespace
}  // namespace acta
