// Lines behind a thread: whoever writes one waits for no reader.
#include "runtime/telemetry/line_writer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "tests/support/small_pipe.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::small_pipe;
using namespace std::chrono_literals;
constexpr auto patience = 30s;

std::string lost_line(std::uint64_t count) { return "lost " + std::to_string(count); }

/// Of 1,000 bytes, with its number in front.
std::string long_line(std::size_t number) {
  auto text = std::to_string(number) + " ";
  text.resize(1'000, '.');
  return text;
}
std::size_t number_in(const std::string& line) { return std::stoul(line); }

TEST(line_writer, keeps_the_order_of_each_caller) {
  small_pipe pipe;
  line_writer writer{pipe.writing(), lost_line};
  const auto write = [&](const std::string& who) {
    for (int i = 0; i < 500; ++i) writer.write(who + std::to_string(i));
  };
  std::thread a{[&] { write("a"); }};
  std::thread b{[&] { write("b"); }};
  std::array<int, 2> next{0, 0};
  for (int i = 0; i < 1'000; ++i) {
    const auto line = pipe.line();
    ASSERT_FALSE(line.empty());
    EXPECT_EQ(std::stoi(line.substr(1)), next.at(line[0] == 'a' ? 0 : 1)++);
  }
  a.join();
  b.join();
  EXPECT_EQ(writer.lost(), 0U);
}

TEST(line_writer, keeps_the_newest_lines_and_counts_the_lost_while_its_reader_stalls) {
  small_pipe pipe;
  constexpr std::size_t all = 200;
  constexpr std::size_t most_bytes = 20'000;
  line_writer writer{pipe.writing(), lost_line, most_bytes};
  for (std::size_t i = 0; i < all; ++i) writer.write(long_line(i));
  EXPECT_FALSE(writer.flush(0ms));
  const auto lost = writer.lost();
  EXPECT_GT(lost, 100U);
  std::vector<std::size_t> seen;
  std::size_t told = 0;
  while (seen.empty() || seen.back() != all - 1) {
    const auto line = pipe.line();
    ASSERT_FALSE(line.empty());
    if (line.starts_with("lost "))
      told += std::stoul(line.substr(5));
    else
      seen.push_back(number_in(line));
  }
  EXPECT_EQ(told, lost);
  EXPECT_EQ(seen.size() + lost, all);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_TRUE(writer.flush(patience));
  EXPECT_EQ(writer.lost(), lost);
}

TEST(line_writer, keeps_a_line_that_is_larger_than_its_room) {
  small_pipe pipe;
  line_writer writer{pipe.writing(), lost_line, 10};
  writer.write(long_line(7));
  EXPECT_EQ(pipe.line(), long_line(7));
}

TEST(line_writer, counts_what_nobody_reads_any_more) {
  small_pipe pipe;
  line_writer writer{pipe.writing(), lost_line};
  pipe.stop_reading();
  writer.write("a");
  writer.write("b");
  EXPECT_TRUE(writer.flush(patience)) << "there is nothing to wait for";
  EXPECT_EQ(writer.lost(), 2U);
}

TEST(line_writer, waits_for_a_descriptor_that_does_not_block) {
  small_pipe pipe;
  ::fcntl(pipe.writing(), F_SETFL, O_NONBLOCK);
  line_writer writer{pipe.writing(), lost_line};
  for (std::size_t i = 0; i < 20; ++i) writer.write(long_line(i));
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(pipe.line(), long_line(i));
  EXPECT_EQ(writer.lost(), 0U);
}

TEST(line_writer, ends_though_its_reader_stalls_and_leaves_the_rest_to_its_thread) {
  small_pipe pipe;
  {
    line_writer writer{pipe.writing(), lost_line};
    for (std::size_t i = 0; i < 20; ++i) writer.write(long_line(i));
  }
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(pipe.line(), long_line(i));
}

TEST(line_writer, has_a_thread_that_takes_no_signal_of_the_process) {
  small_pipe pipe;
  line_writer writer{pipe.writing(), lost_line};
  sigset_t usual;
  sigset_t before;
  sigemptyset(&usual);
  sigaddset(&usual, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &usual, &before);
  ::kill(::getpid(), SIGUSR1);  // would end this process on any thread that takes it
  EXPECT_EQ(sigwaitinfo(&usual, nullptr), SIGUSR1);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace acta
