#include "actors/cache/view_store.hpp"

#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

constexpr std::size_t cost = 100 + view_store::overhead_bytes + 3;  // of 100 bytes, kept as t/x

stream_id named(char name) { return stream_id{"t", std::string{name}}; }
found_view at(std::uint64_t value) { return answer{version{value}}; }

TEST(view_store, keeps_what_fits_and_counts_its_bytes) {
  budget room{2 * cost, 1};
  view_store views{room};
  views.put(named('a'), at(1), 100);
  views.put(named('b'), at(2), 100);
  EXPECT_EQ(views.bytes(), 2 * cost);
  EXPECT_EQ(version_of(*views.find(named('a'))), version{1});
  EXPECT_EQ(views.find(named('c')), nullptr);
  EXPECT_EQ(views.evictions(), 0U);
}

TEST(view_store, makes_room_and_spares_what_was_visited) {
  budget room{2 * cost, 1};
  view_store views{room};
  views.put(named('a'), at(1), 100);
  views.put(named('b'), at(1), 100);
  EXPECT_NE(views.visit(named('a')), nullptr);
  views.put(named('c'), at(1), 100);
  EXPECT_NE(views.find(named('a')), nullptr);
  EXPECT_EQ(views.find(named('b')), nullptr);
  EXPECT_EQ(views.evictions(), 1U);
  EXPECT_LE(views.bytes(), 2 * cost);
}

TEST(view_store, a_larger_one_takes_the_place_of_several) {
  budget room{3 * cost, 1};
  view_store views{room};
  for (const char name : {'a', 'b', 'c'}) views.put(named(name), at(1), 100);
  views.put(named('d'), at(1), 100 + cost);
  EXPECT_EQ(views.size(), 2U);
  EXPECT_EQ(views.bytes(), 3 * cost);
}

TEST(view_store, does_not_keep_what_is_larger_than_all_its_room_and_evicts_nothing_for_it) {
  budget room{2 * cost, 1};
  view_store views{room};
  views.put(named('a'), at(1), 100);
  views.put(named('b'), at(1), 2 * cost);
  views.put(named('c'), at(1), static_cast<std::size_t>(-1));
  EXPECT_EQ(views.size(), 1U);
  EXPECT_NE(views.find(named('a')), nullptr);
}

TEST(view_store, without_room_keeps_nothing) {
  budget room{0, 1};
  view_store views{room};
  views.put(named('a'), at(1), 0);
  EXPECT_TRUE(views.empty());
}

TEST(view_store, a_newer_view_takes_the_place_of_the_one_before) {
  budget room{2 * cost, 1};
  view_store views{room};
  views.put(named('a'), at(1), 50);
  views.put(named('a'), at(2), 100);
  EXPECT_EQ(version_of(*views.find(named('a'))), version{2});
  EXPECT_EQ(views.bytes(), cost);
  views.erase(named('a'));
  views.erase(named('a'));
  EXPECT_EQ(views.bytes(), 0U);
}

TEST(view_store, evicts_its_own_views_and_no_others_when_the_node_has_no_more) {
  budget node{8 * cost, 2};  // a quarter of an even share is one view
  view_store busy{node};
  view_store idle{node};
  for (const char name : {'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'})
    busy.put(named(name), at(1), 100);
  EXPECT_EQ(busy.size(), 7U) << "all but what the other may always use";
  EXPECT_EQ(busy.evictions(), 1U);
  idle.put(named('x'), at(1), 100);
  EXPECT_NE(idle.find(named('x')), nullptr);
  idle.put(named('y'), at(1), 100);
  EXPECT_EQ(idle.find(named('x')), nullptr);
  EXPECT_NE(idle.find(named('y')), nullptr);
  EXPECT_EQ(busy.size(), 7U);
}

TEST(view_store, that_has_nothing_to_evict_keeps_nothing_of_what_the_node_has_no_room_for) {
  budget node{2 * cost + cost / 2, 2};
  view_store full{node};
  view_store empty{node};
  for (const char name : {'a', 'b'}) full.put(named(name), at(1), 100);
  empty.put(named('x'), at(1), 100);
  EXPECT_TRUE(empty.empty());
  full.erase(named('a'));
  empty.put(named('x'), at(1), 100);
  EXPECT_EQ(empty.size(), 1U) << "what one gives up another may use";
}

TEST(view_store, does_not_evict_for_a_view_that_would_not_fit_without_them_either) {
  budget node{8 * cost, 2};
  view_store busy{node};
  view_store small{node};
  small.put(named('x'), at(1), 100);
  for (const char name : {'a', 'b', 'c', 'd', 'e', 'f', 'g'}) busy.put(named(name), at(1), 100);
  small.put(named('y'), at(1), 100 + cost);
  EXPECT_NE(small.find(named('x')), nullptr);
  EXPECT_EQ(small.evictions(), 0U);
}

TEST(view_store, gives_back_to_the_node_what_it_let_go_of) {
  budget node{4 * cost, 1};
  {
    view_store views{node};
    for (const char name : {'a', 'b', 'c', 'd', 'e'}) views.put(named(name), at(1), 100);
    EXPECT_EQ(node.used(), 4 * cost);
    views.erase(named('e'));
    EXPECT_EQ(node.used(), 3 * cost);
    views.clear();
    EXPECT_EQ(node.used(), 0U);
    views.put(named('a'), at(1), 100);
  }
  EXPECT_EQ(node.used(), 0U) << "a store that ends has nothing";
}

TEST(view_store, absence_is_kept_too) {
  budget room{cost, 1};
  view_store views{room};
  views.put(named('a'), error{errc::not_found, ""}, 0);
  ASSERT_NE(views.find(named('a')), nullptr);
  EXPECT_EQ(version_of(*views.find(named('a'))), version{0});
}

}  // namespace
}  // namespace acta
