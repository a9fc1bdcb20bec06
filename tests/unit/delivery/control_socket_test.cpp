#include "runtime/delivery/control_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <future>
#include <thread>

#include "tests/support/temporary_directory.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;

class control_socket_test : public ::testing::Test {
protected:
  [[nodiscard]] std::string ask(const std::string& what) const {
    const auto answer = ask_control(data(), what);
    if (!answer) return "failed: " + answer.error().detail;
    return answer->value_or("nobody");
  }
  [[nodiscard]] const std::filesystem::path& data() const { return directory_.path(); }
  testing::temporary_directory directory_;
};

std::string echo(const std::string& request) { return "you said " + request; }

TEST_F(control_socket_test, answers_one_request_after_another) {
  control_socket tested{data(), echo};
  ASSERT_TRUE(tested.start().ok());
  EXPECT_EQ(ask("a\nb"), "you said a\nb");
  EXPECT_EQ(ask(""), "you said ");
  EXPECT_EQ(ask(std::string(60'000, 'x')).size(), 60'000 + 9U);
}

TEST_F(control_socket_test, is_for_its_user_only_and_gone_at_the_end) {
  {
    control_socket tested{data(), echo};
    ASSERT_TRUE(tested.start().ok());
    struct stat about {};
    ASSERT_EQ(::stat((data() / "control").c_str(), &about), 0);
    EXPECT_TRUE(S_ISSOCK(about.st_mode));
    EXPECT_EQ(about.st_mode & 0777, 0600U);
  }
  EXPECT_TRUE(std::filesystem::is_empty(data()));
  EXPECT_EQ(ask("a"), "nobody");
}

TEST_F(control_socket_test, takes_the_place_of_one_that_was_left_over) {
  std::ofstream{data() / "control"} << "left over";
  control_socket tested{data(), echo};
  ASSERT_TRUE(tested.start().ok());
  EXPECT_EQ(ask("a"), "you said a");
}

TEST_F(control_socket_test, nobody_listens_where_there_is_none) {
  EXPECT_EQ(ask("a"), "nobody");
  EXPECT_EQ(ask_control(data() / "none", "a")->value_or("nobody"), "nobody");
}

TEST_F(control_socket_test, may_lie_deeper_than_an_address_is_long) {
  const auto deep = data() / std::string(200, 'd');
  std::filesystem::create_directory(deep);
  control_socket tested{deep, echo};
  const auto started = tested.start();
  ASSERT_TRUE(started.ok()) << started.error().detail;
  EXPECT_EQ(ask_control(deep, "a")->value_or("nobody"), "you said a");
}

TEST_F(control_socket_test, says_so_when_there_can_be_none) {
  control_socket tested{data() / "none", echo};
  const auto started = tested.start();
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().detail, HasSubstr("control socket"));
}

TEST_F(control_socket_test, answers_what_is_under_way_before_it_stops) {
  std::promise<void> begun;
  std::promise<void> go_on;
  control_socket tested{data(), [&](const std::string&) {
                          begun.set_value();
                          go_on.get_future().wait();
                          return std::string{"done"};
                        }};
  ASSERT_TRUE(tested.start().ok());
  std::string answer;
  std::thread asking{[&] { answer = ask("a"); }};
  begun.get_future().wait();
  std::thread stopping{[&] { tested.stop(); }};
  go_on.set_value();
  stopping.join();
  asking.join();
  EXPECT_EQ(answer, "done");
}

}  // namespace
}  // namespace acta
