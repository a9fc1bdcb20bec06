#include "runtime/load/environment.hpp"

#include <gtest/gtest.h>

#include <map>

namespace acta::internal::load {
namespace {

using nlohmann::json;

result<json> with(const std::map<std::string, std::string>& variables, const char* scenario) {
  return with_environment(json::parse(scenario), [&](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional{found->second};
  });
}

/// The value that {"$env": ...} stands for if the variable A has this one.
json value_of(const std::string& a, const std::string& how) {
  const auto read = with({{"A", a}}, (R"({"$env": )" + how + "}").c_str());
  return read ? *read : json("malformed: " + read.error().detail);
}

TEST(environment, replaces_variables_wherever_they_are_and_leaves_the_rest) {
  const auto read = with({{"RATE", "250"}, {"OWNER", "ada"}}, R"({
    "phases": [{"rate": 1}, {"rate": {"$env": "RATE"}}],
    "mix": [{"payload": {"owner": {"$choice": [{"$env": "OWNER"}, {"$text": 4}]}}}],
    "keys": {"count": {"$env": ["KEYS", 10]}}, "none": null, "empty": [{}, []]})");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, json::parse(R"({
    "phases": [{"rate": 1}, {"rate": 250}],
    "mix": [{"payload": {"owner": {"$choice": ["ada", {"$text": 4}]}}}],
    "keys": {"count": 10}, "none": null, "empty": [{}, []]})"));
}

TEST(environment, reads_a_value_as_it_is_written_if_there_is_no_fallback) {
  EXPECT_EQ(value_of("12", R"("A")"), json(12));
  EXPECT_EQ(value_of("-1.5e3", R"("A")"), json(-1500.0));
  EXPECT_EQ(value_of("true", R"("A")"), json(true));
  for (const auto* text : {"", "12 ", " 12", "12s", "012", "1e999", "True", "null", "[1]", "{}",
                           "\"12\"", "nan", "http://127.0.0.1:8080"})
    EXPECT_EQ(value_of(text, R"("A")"), json(text));
}

TEST(environment, gives_a_value_the_type_of_the_fallback) {
  EXPECT_EQ(value_of("12", R"(["A", "a text"])"), json("12"));
  EXPECT_EQ(value_of("true", R"(["A", ""])"), json("true"));
  EXPECT_EQ(value_of("12", R"(["A", 1])"), json(12));
  EXPECT_EQ(value_of("0.5", R"(["A", 1])"), json(0.5));
  EXPECT_EQ(value_of("false", R"(["A", true])"), json(false));
  EXPECT_EQ(value_of("true", R"(["A", 1])"), json("malformed: the variable 'A' must be a number"));
  EXPECT_EQ(value_of("1e999", R"(["A", 1])"), json("malformed: the variable 'A' must be a number"));
  EXPECT_EQ(value_of("1", R"(["A", true])"),
            json("malformed: the variable 'A' must be true or false"));
}

TEST(environment, replaces_nothing_within_a_value) {
  EXPECT_EQ(value_of(R"({"$env": "A"})", R"("A")"), json(R"({"$env": "A"})"));
}

TEST(environment, names_the_place_and_the_variable_that_is_not_set) {
  const auto read = with({}, R"({"phases": [{}, {"rate": {"$env": "RATE"}}]})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::malformed);
  EXPECT_EQ(read.error().field, "phases[1].rate");
  EXPECT_EQ(read.error().detail, "the variable 'RATE' is not set, and has no fallback");
}

TEST(environment, refuses_what_names_no_variable) {
  for (const auto* how : {"1", "null", R"("")", "[]", R"(["A"])", R"(["A", 1, 2])", "[1, 2]",
                          R"(["", 1])", R"(["A", null])", R"(["A", [1]])", R"(["A", {}])"})
    EXPECT_EQ(value_of("1", how).get<std::string>().substr(0, 9), "malformed") << how;
  EXPECT_FALSE(with({{"A", "1"}}, R"({"$env": "A", "more": 1})"));
}

TEST(environment, never_quotes_a_value_in_an_error) {
  for (const auto* fallback : {"1", "true"}) {
    const auto read = with({{"A", "secret"}},
                           (R"({"x": {"$env": ["A", )" + std::string{fallback} + "]}}").c_str());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().field, "x");
    EXPECT_EQ(read.error().detail.find("secret"), std::string::npos);
  }
}

// JSON has no form for it: the scenario could not be written down in a report.
TEST(environment, refuses_a_value_that_is_not_utf8) {
  EXPECT_EQ(value_of("a\xff", R"("A")"), json("malformed: the variable 'A' is not UTF-8"));
  EXPECT_EQ(value_of("a\xff", R"(["A", ""])"), json("malformed: the variable 'A' is not UTF-8"));
}

TEST(environment, of_the_process_is_read) {
  ASSERT_EQ(::setenv("ACTA_ENVIRONMENT_TEST", "", 1), 0);
  EXPECT_EQ(process_environment("ACTA_ENVIRONMENT_TEST"), "");
  ASSERT_EQ(::unsetenv("ACTA_ENVIRONMENT_TEST"), 0);
  EXPECT_EQ(process_environment("ACTA_ENVIRONMENT_TEST"), std::nullopt);
}

}  // namespace
}  // namespace acta::internal::load
