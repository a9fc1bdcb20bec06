// A node behind its HTTP routes, without sockets: what tests of the routes share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "apps/bank/domain/account.hpp"
#include "runtime/delivery/api.hpp"
#include "tests/support/counter.hpp"

namespace acta::testing {

using namespace internal;

using headers = decltype(http_call::headers);

/// A node with two aggregate types behind its routes.
class service {
public:
  explicit service(options how = in_memory(), site here = {})
      : here_{std::move(here)}, node_{quick(std::move(how))} {
    node_.host<counter>();
    node_.host<bank::account>();
  }

  http_answer call(std::string method, std::string target, std::string body = {},
                   headers sent = {}) {
    auto answered = std::make_shared<std::promise<http_answer>>();
    auto answer = answered->get_future();
    answer_call(
        node_, {std::move(method), std::move(target), std::move(sent), std::move(body)},
        [answered](http_answer made) { answered->set_value(std::move(made)); }, here_);
    if (answer.wait_for(std::chrono::seconds{30}) == std::future_status::ready) return answer.get();
    ADD_FAILURE() << "no answer";
    return {};
  }
  http_answer get(std::string target) { return call("GET", std::move(target)); }
  http_answer post(std::string target, std::string body = {}, headers sent = {}) {
    return call("POST", std::move(target), std::move(body), std::move(sent));
  }
  acta::node& node() { return node_; }

private:
  static options quick(options how) {
    how.worker_threads = 2;
    how.metrics_tick = std::chrono::milliseconds{1};
    return how;
  }

  const site here_;
  acta::node node_;
};

inline nlohmann::json body_of(const http_answer& answer) {
  return nlohmann::json::parse(answer.body);
}

inline void expect_problem(const http_answer& answer, int status, const std::string& code) {
  EXPECT_EQ(answer.status, status) << answer.body;
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_EQ(body_of(answer).at("code"), code) << answer.body;
  EXPECT_EQ(body_of(answer).at("status"), status);
}

inline void expect_malformed(const http_answer& answer, const std::string& field,
                             const std::string& detail) {
  expect_problem(answer, 400, "malformed");
  EXPECT_EQ(body_of(answer).value("field", ""), field);
  EXPECT_THAT(body_of(answer).value("detail", ""), ::testing::HasSubstr(detail));
}

}  // namespace acta::testing
