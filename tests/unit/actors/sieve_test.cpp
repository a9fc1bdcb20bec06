#include "actors/cache/sieve.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace acta {

using namespace internal;
namespace {

/// Items named by letters, in a sieve.
class sieve_test : public ::testing::Test {
protected:
  struct letter : sieve::item {
    char name = '?';
  };
  letter& at(char name) {
    auto& one = letters[static_cast<std::size_t>(name - 'a')];
    one.name = name;
    return one;
  }
  void insert(const std::string& names) {
    for (const char name : names) order.insert(at(name));
  }
  void visit(const std::string& names) {
    for (const char name : names) sieve::visit(at(name));
  }
  /// Evicts so many; returns their names.
  std::string evict(int count = 1) {
    std::string names;
    while (count-- > 0) names += static_cast<letter*>(order.evict())->name;
    return names;
  }

  std::array<letter, 26> letters;
  sieve order;
};

TEST_F(sieve_test, without_hits_evicts_in_the_order_of_arrival) {
  insert("abc");
  EXPECT_EQ(evict(3), "abc");
  EXPECT_EQ(order.evict(), nullptr);
}

TEST_F(sieve_test, passes_over_what_was_asked_for_since_the_hand_went_by) {
  insert("abcd");
  visit("ac");
  EXPECT_EQ(evict(2), "bd");
  EXPECT_EQ(evict(2), "ac") << "their marks are off now";
}

TEST_F(sieve_test, goes_on_where_its_hand_is_and_not_with_the_oldest) {
  insert("abcdefg");
  visit("ab");
  EXPECT_EQ(evict(), "c");
  insert("h");
  visit("ad");
  EXPECT_EQ(evict(), "e") << "D has a mark";
  insert("i");
  visit("b");
  EXPECT_EQ(evict(3), "fgh");
  EXPECT_EQ(evict(4), "idab") << "the mark of D went when the hand went by";
}

TEST_F(sieve_test, evicts_something_even_if_all_were_asked_for) {
  insert("abc");
  visit("abc");
  EXPECT_EQ(evict(3), "abc");
}

TEST_F(sieve_test, can_lose_any_item_also_the_one_its_hand_is_on) {
  insert("abcde");
  visit("a");
  EXPECT_EQ(evict(), "b") << "the hand is on c";
  order.remove(at('c'));
  order.remove(at('e'));
  EXPECT_EQ(evict(), "d");
  EXPECT_EQ(evict(), "a");
  EXPECT_EQ(order.evict(), nullptr);
  insert("f");
  EXPECT_EQ(evict(), "f");
}

TEST_F(sieve_test, keeps_what_is_asked_for_often_while_others_come_and_go_once) {
  insert("ab");
  for (char once = 'c'; once <= 'z'; ++once) {
    visit("a");
    insert(std::string{once});
    EXPECT_NE(evict(), "a");
  }
}

}  // namespace
}  // namespace acta
