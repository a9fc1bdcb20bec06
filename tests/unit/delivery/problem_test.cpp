#include "runtime/delivery/problem.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "actors/protocol/request_trace.hpp"

namespace acta {

using namespace internal;
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

const std::map<errc, int> statuses{
    {errc::refused, 422},         {errc::malformed, 400},         {errc::unknown_aggregate, 404},
    {errc::unknown_command, 404}, {errc::not_found, 404},         {errc::command_id_reused, 409},
    {errc::overloaded, 503},      {errc::deadline_exceeded, 504}, {errc::conflict, 409},
    {errc::outcome_unknown, 503}, {errc::read_only, 503},         {errc::unavailable, 503},
    {errc::dropped, 503},         {errc::shutting_down, 503},     {errc::damaged, 500},
    {errc::storage, 500},         {errc::contract_mismatch, 500}, {errc::retired, 410},
    {errc::domain_failed, 500},   {errc::wrong_version, 412},     {errc::wrong_history, 409},
    {errc::beyond_the_end, 409},
};

/// All of them, however many: the names end where the enumerators do.
std::vector<errc> every_errc() {
  std::vector<errc> all;
  for (int i = 0; to_string(static_cast<errc>(i)) != "invalid"; ++i)
    all.push_back(static_cast<errc>(i));
  return all;
}

TEST(problem, has_a_status_for_every_error_code) {
  EXPECT_EQ(every_errc().size(), statuses.size());
  for (const auto code : every_errc()) {
    ASSERT_TRUE(statuses.contains(code)) << to_string(code);
    EXPECT_EQ(status_of(code), statuses.at(code)) << to_string(code);
  }
}

TEST(problem, is_a_fault_of_ours_in_traces_where_its_status_says_so) {
  for (const auto code : every_errc())
    EXPECT_EQ(our_fault(code), status_of(code) >= 500) << to_string(code);
}

TEST(problem, is_a_document_with_the_same_fields_for_every_error_code) {
  for (const auto code : every_errc()) {
    const auto answer = problem(error{code, "what happened", "", ""});
    EXPECT_EQ(answer.status, status_of(code));
    EXPECT_EQ(answer.content_type, "application/problem+json");
    const auto document = json::parse(answer.body);
    const std::string name{to_string(code)};
    EXPECT_EQ(document.at("type"), "urn:acta:problem:" + name);
    EXPECT_EQ(document.at("code"), name);
    EXPECT_EQ(document.at("status"), answer.status);
    EXPECT_EQ(document.at("retry"), may_retry(code));
    EXPECT_FALSE(document.at("title").get<std::string>().empty());
    EXPECT_FALSE(document.at("detail").get<std::string>().empty());
    EXPECT_FALSE(document.contains("field"));
    EXPECT_EQ(document.at("effect"), to_string(effect_of(code)));
    EXPECT_EQ(document.size(), 7U);
    EXPECT_EQ(answer.inside, status_of(code) == 500 ? "what happened" : "");
  }
}

TEST(problem, tells_when_to_ask_again_with_every_503_and_nothing_else) {
  for (const auto code : every_errc()) {
    const auto answer = problem(error{code, "", "", ""});
    // A journal that takes no writes waits for its operator.
    const auto retry_after = Pair("Retry-After", code == errc::read_only ? "30" : "1");
    if (answer.status == 503)
      EXPECT_THAT(answer.headers, Contains(retry_after)) << to_string(code);
    else
      EXPECT_THAT(answer.headers, Not(Contains(retry_after))) << to_string(code);
  }
}

TEST(problem, does_not_tell_whoever_does_not_know_an_outcome_to_give_up) {
  // The second is what the same command is answered with after the first.
  for (const auto code : {errc::outcome_unknown, errc::read_only})
    EXPECT_EQ(json::parse(problem(error{code, "", "", ""}).body).at("retry"), true);
}

TEST(problem, tells_which_requests_may_have_had_an_effect) {
  const std::set<errc> open{errc::outcome_unknown, errc::deadline_exceeded, errc::shutting_down};
  for (const auto code : every_errc())
    EXPECT_EQ(json::parse(problem(error{code, "", "", ""}).body).at("effect"),
              open.contains(code) ? "unknown" : "none")
        << to_string(code);
}

TEST(problem, of_a_read_never_leaves_an_effect_open) {
  for (const auto code : every_errc())
    EXPECT_EQ(json::parse(problem(of_a_read({code, "", "", ""})).body).at("effect"), "none")
        << to_string(code);
}

TEST(problem, of_another_version_names_the_one_the_aggregate_is_at) {
  for (const std::uint64_t at : {0U, 7U}) {
    error failed{errc::wrong_version, "at another version", "", ""};
    failed.version = version{at};
    EXPECT_EQ(json::parse(problem(failed).body).at("version"), at);
  }
}

TEST(problem, carries_the_reason_of_the_domain) {
  const auto document =
      json::parse(problem(error{errc::refused, "the balance is 3", "insufficient_funds", ""}).body);
  EXPECT_EQ(document.at("code"), "insufficient_funds");
  EXPECT_EQ(document.at("type"), "urn:acta:problem:insufficient_funds");
  EXPECT_EQ(document.at("detail"), "the balance is 3");
  EXPECT_EQ(document.at("retry"), false);
}

TEST(problem, names_the_field_that_is_malformed) {
  const auto document =
      json::parse(problem(error{errc::malformed, "is missing", "", "lines[2].amount"}).body);
  EXPECT_EQ(document.at("field"), "lines[2].amount");
  EXPECT_EQ(document.at("detail"), "is missing");
}

TEST(problem, tells_nothing_of_the_inside) {
  for (const auto code : every_errc()) {
    const auto answer = problem(error{code, "/data/000012.sst", "", "block 7"});
    if (answer.status != 500) continue;
    EXPECT_THAT(answer.body, Not(HasSubstr("sst"))) << to_string(code);
    EXPECT_THAT(answer.body, Not(HasSubstr("block"))) << to_string(code);
  }
}

TEST(problem, is_json_whatever_it_is_told) {
  const auto answer = problem(error{errc::refused, "\xff\"\n", "\xc3", ""});
  EXPECT_TRUE(json::accept(answer.body)) << answer.body;
}

TEST(problem, speaks_for_http_itself_too) {
  for (const int status : {400, 404, 405, 413, 431, 500, 503}) {
    const auto answer = problem(status, "some_code", "some detail");
    const auto document = json::parse(answer.body);
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(document.at("status"), status);
    EXPECT_EQ(document.at("code"), "some_code");
    EXPECT_EQ(document.at("detail"), "some detail");
    EXPECT_EQ(document.at("retry"), status == 503);
    EXPECT_EQ(document.at("effect"), "none");
    EXPECT_EQ(json::parse(problem(status, "a_code", "", effect::unknown).body).at("effect"),
              "unknown");
    EXPECT_EQ(document.at("title") == "Something went wrong here", status == 500);
  }
}

}  // namespace
}  // namespace acta
