#include "actors/model/guard.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace acta {

namespace {

std::string kept_of(const std::string& what) {
  try {
    throw std::runtime_error{what};
  } catch (...) {
    return thrown_text();
  }
}

TEST(guard, keeps_the_beginning_of_what_was_thrown) {
  const std::string whole(1'024, 'a');
  EXPECT_EQ(kept_of("boom"), "boom");
  EXPECT_EQ(kept_of(whole), whole);
  EXPECT_EQ(kept_of(std::string(3'000'000, 'a')), whole + "...");
  const auto failed =
      guarded("view()", []() -> result<int> { throw std::runtime_error{std::string(9'999, 'a')}; });
  EXPECT_EQ(failed.error().detail, "view() threw: " + whole + "...");
}

TEST(guard, cuts_where_a_character_begins) {
  const std::string before(1'022, 'a');
  EXPECT_EQ(kept_of(before + "\xe2\x82\xac\xe2\x82\xac"), before + "...");
  EXPECT_EQ(kept_of(before + "\xc3\xa9\xc3\xa9"), before + "\xc3\xa9...");
  EXPECT_EQ(kept_of(std::string(2'000, '\x80')), std::string(1'021, '\x80') + "...")
      << "what is not UTF-8 has no such place";
}

}  // namespace
}  // namespace acta
