#include "runtime/delivery/http_date.hpp"

#include <gtest/gtest.h>

#include "tests/support/http_server.hpp"

namespace acta {

using namespace internal;
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;
using std::chrono::system_clock;

TEST(http_date, is_written_as_the_rfc_writes_it) {
  EXPECT_EQ(imf_fixdate(sys_seconds{seconds{784'111'777}}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(imf_fixdate(sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(imf_fixdate(sys_seconds{seconds{1'709'251'199}}), "Thu, 29 Feb 2024 23:59:59 GMT");
  EXPECT_EQ(imf_fixdate(sys_seconds{seconds{1'798'761'600}}), "Fri, 01 Jan 2027 00:00:00 GMT");
}

TEST(http_date, is_that_of_the_second_in_which_it_is_asked_for) {
  http_date date;
  const system_clock::time_point start{seconds{784'111'777}};
  EXPECT_EQ(date.at(start), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(start + std::chrono::milliseconds{999}), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(start + seconds{1}), "Sun, 06 Nov 1994 08:49:38 GMT");
  EXPECT_EQ(date.at(start), "Sun, 06 Nov 1994 08:49:37 GMT") << "a clock may be set back";
}

TEST(http_date, is_in_every_answer) {
  testing::running at;
  const auto before = std::chrono::floor<seconds>(system_clock::now());
  testing::client one{at.port()};
  const auto good = one.get("/").receive().headers["Date"];
  const auto refused =
      testing::client{at.port()}.send("nonsense\r\n\r\n").receive().headers["Date"];
  const auto after = std::chrono::floor<seconds>(system_clock::now());
  for (const auto& date : {good, refused}) {
    bool found = false;
    for (auto second = before; second <= after; second += seconds{1})
      found = found || date == imf_fixdate(second);
    EXPECT_TRUE(found) << date;
  }
}

}  // namespace
}  // namespace acta
