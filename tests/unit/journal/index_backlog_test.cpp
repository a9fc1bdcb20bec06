#include "runtime/journal/index_backlog.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace acta {

using namespace internal;
namespace {

using namespace std::chrono_literals;

/// Runs of 100 events, of which 4 may wait.
class index_backlog_test : public ::testing::Test {
protected:
  ~index_backlog_test() override {
    tested.release();
    if (writer.joinable()) writer.join();
  }
  void fill(std::size_t runs) {
    for (std::size_t i = 0; i < runs; ++i) tested.add(100, 1);
  }
  /// The writer waits on a thread of its own. What it waits for must be set by then.
  void wait_in_the_writer(const std::atomic<bool>& what) {
    writer = std::thread{[this, &what] {
      tested.wait_for_room();
      EXPECT_TRUE(what) << "it went on before";
    }};
  }
  index_backlog tested{100, 4};
  std::thread writer;
};

TEST_F(index_backlog_test, leaves_the_writer_alone_while_less_than_half_of_it_is_full) {
  fill(1);
  tested.add(99, 0);
  EXPECT_FALSE(tested.behind());
  EXPECT_EQ(tested.waited(), 0ns);
}

TEST_F(index_backlog_test, stops_the_writer_until_a_run_is_indexed) {
  fill(4);
  EXPECT_TRUE(tested.behind());
  std::atomic<bool> indexed{false};
  wait_in_the_writer(indexed);
  ASSERT_TRUE(tested.wait_for_run());
  indexed = true;
  tested.indexed(0ns);
  writer.join();
  EXPECT_TRUE(tested.behind()) << "there is room, and not much";
  EXPECT_GT(tested.waited(), 0ns);
}

TEST_F(index_backlog_test, slows_the_writer_to_the_speed_of_the_indexer_before_it_stops_it) {
  fill(3);
  tested.indexed(1h);
  ASSERT_TRUE(tested.behind());
  std::atomic<bool> indexed{false};
  wait_in_the_writer(indexed);
  indexed = true;
  tested.indexed(1h);
  writer.join();
  EXPECT_FALSE(tested.behind());
}

TEST_F(index_backlog_test, makes_the_writer_wait_in_proportion_to_what_it_has_written) {
  fill(3);
  tested.indexed(1ns);
  tested.wait_for_room();
  EXPECT_TRUE(tested.behind()) << "it went on, as a nanosecond for each run is over";
}

TEST_F(index_backlog_test, lets_go_of_the_writer_when_it_is_released) {
  fill(9);
  std::atomic<bool> released{false};
  wait_in_the_writer(released);
  released = true;
  tested.release();
  writer.join();
  EXPECT_FALSE(tested.behind());
  tested.wait_for_room();
}

TEST_F(index_backlog_test, ends_the_indexer_when_it_is_closed_and_all_is_indexed) {
  fill(2);
  tested.close();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(tested.wait_for_run());
    tested.indexed(0ns);
  }
  EXPECT_FALSE(tested.wait_for_run());
}

}  // namespace
}  // namespace acta
