#include "runtime/delivery/control_socket.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <future>
#include <stdexcept>
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

using is_left = std::function<bool()>;

std::string echo(const std::string& request, const is_left&) { return "you said " + request; }
std::string busy(const std::string& under_way) { return under_way + " is under way"; }

TEST_F(control_socket_test, answers_one_request_after_another) {
  control_socket tested{data(), echo, busy};
  ASSERT_TRUE(tested.start().ok());
  EXPECT_EQ(ask("a\nb"), "you said a\nb");
  EXPECT_EQ(ask(""), "you said ");
  EXPECT_EQ(ask(std::string(60'000, 'x')).size(), 60'000 + 9U);
}

TEST_F(control_socket_test, is_for_its_user_only_and_gone_at_the_end) {
  {
    control_socket tested{data(), echo, busy};
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
  control_socket tested{data(), echo, busy};
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
  control_socket tested{deep, echo, busy};
  const auto started = tested.start();
  ASSERT_TRUE(started.ok()) << started.error().detail;
  EXPECT_EQ(ask_control(deep, "a")->value_or("nobody"), "you said a");
}

TEST_F(control_socket_test, says_so_when_there_can_be_none) {
  control_socket tested{data() / "none", echo, busy};
  const auto started = tested.start();
  ASSERT_FALSE(started.ok());
  EXPECT_THAT(started.error().detail, HasSubstr("control socket"));
}

/// A socket whose handler stands still until it is told to go on.
class slow_control_socket : public control_socket_test {
protected:
  std::promise<void> begun;
  std::promise<void> go_on;
  control_socket tested{data(),
                        [this](const std::string&, const is_left&) {
                          begun.set_value();
                          go_on.get_future().wait();
                          return std::string{"done"};
                        },
                        busy};
};

TEST_F(slow_control_socket, answers_what_is_under_way_before_it_stops) {
  ASSERT_TRUE(tested.start().ok());
  std::string answer;
  std::thread asking{[&] { answer = ask("a"); }};
  begun.get_future().wait();
  std::thread stopping{[&] { tested.stop({}); }};
  go_on.set_value();
  stopping.join();
  asking.join();
  EXPECT_EQ(answer, "done");
}

TEST_F(control_socket_test, tells_what_is_under_way_and_what_comes_that_the_end_is_near) {
  std::promise<void> begun;
  control_socket tested{data(),
                        [&](const std::string& request, const is_left& unwanted) {
                          if (request != "the first") return unwanted() ? "ended" : request;
                          begun.set_value();
                          while (!unwanted()) std::this_thread::yield();
                          return std::string{"ended early"};
                        },
                        busy};
  ASSERT_TRUE(tested.start().ok());
  EXPECT_STREQ(tested.stopping_means(), "closing the control socket");
  std::string answer;
  std::thread asking{[&] { answer = ask("the first"); }};
  begun.get_future().wait();
  EXPECT_STREQ(tested.stopping_means(), "waiting for a backup");
  tested.refuse_new();
  asking.join();
  EXPECT_EQ(answer, "ended early");
  EXPECT_EQ(ask("the second"), "ended");
  EXPECT_EQ(tested.stop({}), 0U);
}

TEST_F(slow_control_socket, refuses_a_request_at_once_while_another_is_under_way) {
  ASSERT_TRUE(tested.start().ok());
  std::string answer;
  std::thread asking{[&] { answer = ask("the first"); }};
  begun.get_future().wait();
  EXPECT_EQ(ask("the second"), "the first is under way");
  go_on.set_value();
  asking.join();
  EXPECT_EQ(answer, "done");
}

/// Sends a request and closes the connection without its answer.
class leaving_client {
public:
  leaving_client(const std::filesystem::path& data, const std::string& request)
      : number_{::socket(AF_UNIX, SOCK_STREAM, 0)} {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    const auto path = (data / "control").string();
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    EXPECT_EQ(::connect(number_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    EXPECT_EQ(::write(number_, request.c_str(), request.size() + 1),
              static_cast<ssize_t>(request.size() + 1));
  }
  leaving_client(const leaving_client&) = delete;
  leaving_client& operator=(const leaving_client&) = delete;
  ~leaving_client() { ::close(number_); }

private:
  int number_;
};

TEST_F(control_socket_test, tells_a_request_that_its_client_has_left_and_takes_the_next_one_then) {
  std::promise<void> begun;
  std::promise<void> noticed;
  std::promise<void> go_on;
  control_socket tested{data(),
                        [&](const std::string& request, const is_left& left) {
                          if (request != "the first") return echo(request, left);
                          EXPECT_FALSE(left());
                          begun.set_value();
                          while (!left()) std::this_thread::yield();
                          noticed.set_value();
                          go_on.get_future().wait();
                          return std::string{"nobody hears this"};
                        },
                        busy};
  ASSERT_TRUE(tested.start().ok());
  {
    const leaving_client first{data(), "the first"};
    begun.get_future().wait();
  }
  noticed.get_future().wait();
  std::string answer;
  std::thread asking{[&] { answer = ask("the second"); }};
  go_on.set_value();
  asking.join();
  EXPECT_EQ(answer, "you said the second");
}

TEST_F(control_socket_test, answers_with_what_its_handler_throws) {
  control_socket tested{data(),
                        [](const std::string&, const is_left&) -> std::string {
                          throw std::runtime_error{"no room"};
                        },
                        busy};
  ASSERT_TRUE(tested.start().ok());
  EXPECT_EQ(ask("a"), "no room");
}

}  // namespace
}  // namespace acta
