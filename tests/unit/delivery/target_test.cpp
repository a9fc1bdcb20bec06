#include <gtest/gtest.h>

#include "runtime/delivery/api.hpp"

namespace acta {

using namespace internal;
namespace {

using path = std::vector<std::string>;
using query = std::map<std::string, std::string>;

path path_of(std::string_view target) { return parse_target(target)->path; }
query query_of(std::string_view target) { return parse_target(target)->query; }

TEST(target, cuts_the_path_into_segments) {
  EXPECT_EQ(path_of("/v1/bank.account/4711/events"),
            (path{"v1", "bank.account", "4711", "events"}));
  EXPECT_EQ(path_of("/"), path{});
}

TEST(target, keeps_empty_segments_but_for_the_last) {
  EXPECT_EQ(path_of("//a"), (path{"", "a"}));
  EXPECT_EQ(path_of("/a//b"), (path{"a", "", "b"}));
  EXPECT_EQ(path_of("/a/"), path{"a"});
  EXPECT_EQ(path_of("/a//"), (path{"a", ""}));
}

TEST(target, decodes_escapes_after_it_has_cut) {
  EXPECT_EQ(path_of("/a%20b/%41%7a"), (path{"a b", "Az"}));
  EXPECT_EQ(path_of("/a%2Fb/c%3fd"), (path{"a/b", "c?d"}));
  EXPECT_EQ(path_of("/%C3%A4"), path{"\xc3\xa4"});
  EXPECT_EQ(path_of("/%00"), (path{std::string(1, '\0')}));
  EXPECT_EQ(path_of("/%2541"), path{"%41"});
  EXPECT_EQ(query_of("/?a%3Db=c%26d"), (query{{"a=b", "c&d"}}));
}

TEST(target, takes_a_plus_for_a_space_in_the_query_only) {
  EXPECT_EQ(path_of("/a+b"), path{"a+b"});
  EXPECT_EQ(query_of("/?a+b=c+d%2B"), (query{{"a b", "c d+"}}));
}

TEST(target, refuses_an_escape_that_is_none_wherever_it_is) {
  for (const auto* target :
       {"/%", "/%4", "/%zz", "/%4z", "/%z4", "/%-1", "/%+1", "/% 1", "/a%", "/%4/1", "/%%41", "/?%",
        "/?a=%4", "/?a=%zz", "/?%4=1", "/a?b=1&c=%"}) {
    const auto read = parse_target(target);
    ASSERT_FALSE(read.ok()) << target;
    EXPECT_EQ(read.error().code, errc::malformed);
    EXPECT_EQ(read.error().field, "target");
  }
}

TEST(target, refuses_what_is_no_target_of_a_request_for_a_resource) {
  for (const auto* target :
       {"", "v1", "v1/test.counter/c", "healthz", "*", "here:80", "here", "?a=1", "https://here/v1",
        "http:/here", "/a#b", "/a?b#c", "/a?b=#", "/#", "#", "http://here#", "http://here/a#b"}) {
    const auto read = parse_target(target);
    ASSERT_FALSE(read.ok()) << target;
    EXPECT_EQ(read.error().code, errc::malformed);
    EXPECT_EQ(read.error().field, "target");
  }
  EXPECT_EQ(path_of("/a%23b"), path{"a#b"});
}

TEST(target, refuses_a_parameter_without_a_name) {
  for (const auto* target : {"/x?&", "/x?=", "/x?=1", "/x?a&&b", "/x?&a"}) {
    const auto read = parse_target(target);
    ASSERT_FALSE(read.ok()) << target;
    EXPECT_EQ(read.error().field, "target");
  }
  EXPECT_EQ(query_of("/x?a&"), (query{{"a", ""}}));
}

TEST(target, refuses_a_parameter_that_is_there_twice) {
  const auto read = parse_target("/x?a=1&b=2&a=1");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().field, "a");
}

TEST(target, takes_the_form_that_a_proxy_is_asked_in) {
  EXPECT_EQ(path_of("http://here:80/v1/a"), (path{"v1", "a"}));
  EXPECT_EQ(path_of("http://here"), path{});
  EXPECT_EQ(path_of("HTTP://here/v1"), path{"v1"});
  EXPECT_EQ(path_of("hTTp://here/V1"), path{"V1"});
  EXPECT_EQ(query_of("http://here?a=/b"), (query{{"a", "/b"}}));
}

TEST(target, reads_the_query) {
  EXPECT_EQ(query_of("/x?from=3&limit=10"), (query{{"from", "3"}, {"limit", "10"}}));
  EXPECT_EQ(query_of("/x?"), query{});
  EXPECT_EQ(query_of("/x?a"), (query{{"a", ""}}));
  EXPECT_EQ(query_of("/x?a="), (query{{"a", ""}}));
  EXPECT_EQ(query_of("/x?a=b=c"), (query{{"a", "b=c"}}));
  EXPECT_EQ(query_of("/x?a=/b?c"), (query{{"a", "/b?c"}}));
  EXPECT_EQ(path_of("/x?a=/b?c"), path{"x"});
}

}  // namespace
}  // namespace acta
