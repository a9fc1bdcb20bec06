// What a command line's target is refused for, before anything is sent to it.
#include "runtime/load/opened_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>

#include "tests/support/counter.hpp"
#include "tests/support/free_port.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::internal::load {
namespace {

using acta::testing::answer;
using acta::testing::scripted_server;
using ::testing::AllOf;
using ::testing::HasSubstr;

target_options service_at(const std::string& url) {
  target_options how;
  how.urls = {url};
  return how;
}

/// Why it cannot be opened; empty: it can.
std::string refused(const target_options& how) {
  const auto opened = opened_target::open(how, describe<acta::testing::counter>());
  return opened ? "" : opened.error().detail;
}

class few_open_files {
public:
  explicit few_open_files(rlim_t most) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit now{most, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  few_open_files(const few_open_files&) = delete;
  few_open_files& operator=(const few_open_files&) = delete;
  ~few_open_files() { ::setrlimit(RLIMIT_NOFILE, &before_); }

private:
  rlimit before_{};
};

TEST(opened_target, has_no_more_connections_than_the_process_may_open) {
  scripted_server server{{answer(200)}};
  const few_open_files limit{512};
  auto how = service_at(server.url(""));
  how.connections = 1'000;
  EXPECT_EQ(refused(how),
            "--connections: 1000 connections need 1128 open files, and the limit is "
            "512 (ulimit -n)");
  how.connections = 64;
  EXPECT_EQ(refused(how), "");
}

TEST(opened_target, that_is_not_ready_says_why) {
  const auto url = "http://127.0.0.1:" + std::to_string(acta::testing::free_port());
  EXPECT_THAT(refused(service_at(url)), AllOf(HasSubstr("--url: " + url + " is not ready: "),
                                              HasSubstr("cannot be connected")));
  scripted_server busy{{answer(503)}};
  EXPECT_EQ(refused(service_at(busy.url(""))),
            "--url: " + busy.url("") + " is not ready: it answered 503");
}

/// A service behind TLS, whose certificate for localhost is its own authority.
class opened_target_over_tls : public ::testing::Test {
protected:
  void SetUp() override {
    const auto made =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        "-days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
        file("key.pem") + " -out " + certificate() + " 2> " + file("openssl.log");
    ASSERT_EQ(std::system(made.c_str()), 0);
    server_.emplace(std::vector{answer(200)}, certificate(), file("key.pem"));
  }
  [[nodiscard]] std::string file(const char* name) const {
    return (directory_.path() / name).string();
  }
  [[nodiscard]] std::string certificate() const { return file("certificate.pem"); }
  [[nodiscard]] target_options how(const std::string& authorities) const {
    auto how = service_at(server_->url(""));
    how.authorities = authorities;
    return how;
  }

private:
  acta::testing::temporary_directory directory_;
  std::optional<scripted_server> server_;
};

TEST_F(opened_target_over_tls, is_refused_if_nobody_vouches_for_its_certificate) {
  EXPECT_THAT(refused(how("")),
              AllOf(HasSubstr(" is not ready: "), HasSubstr("certificate verify failed")));
}

TEST_F(opened_target_over_tls, is_opened_by_the_authority_that_the_command_line_names) {
  EXPECT_EQ(refused(how(certificate())), "");
}

TEST_F(opened_target_over_tls, needs_authorities_that_can_be_read) {
  EXPECT_THAT(refused(how(file("missing.pem"))),
              AllOf(HasSubstr("--authorities: "), HasSubstr("missing.pem")));
  EXPECT_THAT(refused(how(file("openssl.log"))), HasSubstr("--authorities: "));
}

}  // namespace
}  // namespace acta::internal::load
