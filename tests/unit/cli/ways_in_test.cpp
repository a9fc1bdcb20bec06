// The order in which the ways into a service open and end, around the drain of its node.
#include "runtime/cli/ways_in.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>

#include "runtime/cli/commands.hpp"
#include "runtime/node.hpp"
#include "tests/support/small_pipe.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

using said_in_order = std::vector<std::string>;

/// Says what is done with it, and how its node was at that time.
class telling_way_in final : public way_in {
public:
  telling_way_in(std::string name, said_in_order& said, const std::optional<node>& serving)
      : name_{std::move(name)}, said_{said}, serving_{serving} {}

  result<void> start() override {
    say("start");
    if (fails) return error{errc::storage, name_ + " cannot open"};
    return {};
  }
  void refuse_new() override { say("refuse_new"); }
  std::size_t stop(std::chrono::milliseconds deadline) override {
    say("stop");
    granted = deadline;
    const auto until = std::chrono::steady_clock::now() + takes;
    while (std::chrono::steady_clock::now() < until) continue;
    return cut;
  }
  [[nodiscard]] const char* stopping_means() const override { return "stopping a test"; }

  bool fails = false;
  std::size_t cut = 0;
  std::chrono::milliseconds takes{0};  // to stop
  std::chrono::milliseconds granted{-1};

private:
  void say(const std::string& what) {
    const bool ready = serving_ && serving_->ready().ok();
    said_.push_back(name_ + " " + what + (ready ? "" : ", drained"));
  }

  const std::string name_;
  said_in_order& said_;
  const std::optional<node>& serving_;
};

class ways_in_test : public ::testing::Test {
protected:
  testing::small_pipe log_;
  log events_{log_level::info, log_.writing()};
  stopping end_{events_};
  std::optional<node> serving_{in_memory()};
  said_in_order said_;
  telling_way_in first_{"first", said_, serving_};
  telling_way_in last_{"last", said_, serving_};
  ways_in tested_{events_, end_};
};

TEST_F(ways_in_test, open_in_order_and_end_the_other_way_round_when_the_node_has_drained) {
  tested_.add(first_);
  tested_.add(last_);
  tested_.open();
  EXPECT_TRUE(tested_.drain(*serving_, 10s));
  EXPECT_THAT(said_, ElementsAre("first start", "last start", "first refuse_new", "last refuse_new",
                                 "last stop, drained", "first stop, drained"));
}

TEST_F(ways_in_test, share_the_time_for_the_last_answers) {
  tested_.add(first_);
  tested_.add(last_);
  last_.takes = 2ms;
  tested_.drain(*serving_, 10s);
  EXPECT_LE(last_.granted, last_answers);
  EXPECT_LT(first_.granted, last_.granted);
  EXPECT_GE(first_.granted, 0ms);
}

TEST_F(ways_in_test, end_the_start_if_one_that_is_needed_cannot_open) {
  first_.fails = true;
  tested_.add(first_);
  tested_.add(last_);
  try {
    tested_.open();
    ADD_FAILURE() << "opened";
  } catch (const command_error& told) {
    EXPECT_STREQ(told.what(), "first cannot open");
  }
  EXPECT_THAT(said_, ElementsAre("first start"));
}

TEST_F(ways_in_test, open_without_one_that_is_not_needed_and_say_so) {
  first_.fails = true;
  tested_.add(first_, "no_first");
  tested_.add(last_);
  tested_.open();
  EXPECT_THAT(said_, ElementsAre("first start", "last start"));
  const auto line = nlohmann::json::parse(log_.line());
  EXPECT_EQ(line.at("level"), "warning");
  EXPECT_EQ(line.at("event"), "no_first");
  EXPECT_EQ(line.at("reason"), "first cannot open");
}

TEST_F(ways_in_test, tell_of_answers_that_were_cut) {
  first_.cut = 3;
  tested_.add(first_);
  tested_.drain(*serving_, 10s);
  const auto line = nlohmann::json::parse(log_.line());
  EXPECT_EQ(line.at("event"), "answers_cut");
  EXPECT_EQ(line.at("reason"), "3 connections took their answers too slowly, and were closed");
}

}  // namespace
}  // namespace acta
