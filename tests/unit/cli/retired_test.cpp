// What the commands that read a journal do with what is retired.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "runtime/node.hpp"
#include "tests/support/command_line.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/parcel.hpp"
#include "tests/support/shop.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

namespace {

using namespace testing;
using ::testing::HasSubstr;
using ::testing::Not;

class retired_in_a_journal : public ::testing::Test {
protected:
  retired_in_a_journal() {
    auto how = embedded(data());
    how.snapshot_every_events = 1;
    node here{how};
    EXPECT_TRUE(here.host<counter>().send("x", add{3, 2}).get().ok());
    EXPECT_TRUE(here.host<shop>().send("y", sell{}).get().ok());
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  struct told {
    int code;
    std::string out;
  };
  /// Of a program that has retired the counter, and the only event that the shop had.
  told run_retired(std::vector<std::string> arguments) const {
    application app{"shop", "A shop."};
    app.host<retiring_shop>();
    app.retire("test.counter");
    arguments.insert(arguments.end(), {"--data", data()});
    ::testing::internal::CaptureStdout();
    const int code = testing::run(app, std::move(arguments));
    std::cout.flush();
    return {code, ::testing::internal::GetCapturedStdout()};
  }

  temporary_directory directory_;
};

TEST_F(retired_in_a_journal, is_listed_in_the_log) {
  const auto log = run_retired({"log"});
  EXPECT_EQ(log.code, 0);
  EXPECT_THAT(log.out, HasSubstr(R"("payload":{"amount":3})"));
  EXPECT_THAT(log.out, HasSubstr(R"("payload":{"price":0,"buyer":"","paint":"red"})"));
}

TEST_F(retired_in_a_journal, is_read_by_verify_and_counted) {
  const auto verified = run_retired({"verify"});
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_THAT(verified.out, HasSubstr("3 events in 2 streams, 2 snapshots"));
  EXPECT_THAT(verified.out, HasSubstr("3 of the events are retired"));
  const auto as_json = nlohmann::json::parse(run_retired({"verify", "--json"}).out);
  EXPECT_EQ(as_json.at("ok"), true);
  EXPECT_EQ(as_json.at("retired"), 3);
  EXPECT_EQ(as_json.at("unrepresentable"), 0);
}

TEST_F(retired_in_a_journal, is_no_obstacle_to_a_start) {
  node here{embedded(data())};
  auto shops = here.host<retiring_shop>();
  here.retire("test.counter");
  here.require_all_hosted();
  EXPECT_EQ(shops.get("y").get()->version, version{1});
  EXPECT_EQ(shops.send("y", sell{}).get()->version, version{2});
}

}  // namespace
}  // namespace acta
