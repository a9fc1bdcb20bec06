#include "actors/cache/view_store.hpp"

#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

constexpr std::size_t cost = 100 + view_store::overhead_bytes + 3;  // of 100 bytes, kept as t/x

stream_id named(char name) { return stream_id{"t", std::string{name}}; }
found_view at(std::uint64_t value) { return answer{version{value}}; }

TEST(view_store, keeps_what_fits_and_counts_its_bytes) {
  view_store views{2 * cost};
  views.put(named('a'), at(1), 100);
  views.put(named('b'), at(2), 100);
  EXPECT_EQ(views.bytes(), 2 * cost);
  EXPECT_EQ(version_of(*views.find(named('a'))), version{1});
  EXPECT_EQ(views.find(named('c')), nullptr);
  EXPECT_EQ(views.evictions(), 0U);
}

TEST(view_store, makes_room_and_spares_what_was_visited) {
  view_store views{2 * cost};
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
  view_store views{3 * cost};
  for (const char name : {'a', 'b', 'c'}) views.put(named(name), at(1), 100);
  views.put(named('d'), at(1), 100 + cost);
  EXPECT_EQ(views.size(), 2U);
  EXPECT_EQ(views.bytes(), 3 * cost);
}

TEST(view_store, does_not_keep_what_is_larger_than_all_its_room_and_evicts_nothing_for_it) {
  view_store views{2 * cost};
  views.put(named('a'), at(1), 100);
  views.put(named('b'), at(1), 2 * cost);
  views.put(named('c'), at(1), static_cast<std::size_t>(-1));
  EXPECT_EQ(views.size(), 1U);
  EXPECT_NE(views.find(named('a')), nullptr);
}

TEST(view_store, without_room_keeps_nothing) {
  view_store views{0};
  views.put(named('a'), at(1), 0);
  EXPECT_TRUE(views.empty());
}

TEST(view_store, a_newer_view_takes_the_place_of_the_one_before) {
  view_store views{2 * cost};
  views.put(named('a'), at(1), 50);
  views.put(named('a'), at(2), 100);
  EXPECT_EQ(version_of(*views.find(named('a'))), version{2});
  EXPECT_EQ(views.bytes(), cost);
  views.erase(named('a'));
  views.erase(named('a'));
  EXPECT_EQ(views.bytes(), 0U);
}

TEST(view_store, absence_is_kept_too) {
  view_store views{cost};
  views.put(named('a'), error{errc::not_found, ""}, 0);
  ASSERT_NE(views.find(named('a')), nullptr);
  EXPECT_EQ(version_of(*views.find(named('a'))), version{0});
}

}  // namespace
}  // namespace acta
