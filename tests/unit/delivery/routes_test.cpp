#include "runtime/delivery/routes.hpp"

#include <gtest/gtest.h>

namespace acta::internal {
namespace {

using path = std::vector<std::string>;

TEST(routes, a_request_is_counted_by_its_route_and_not_by_what_it_names) {
  EXPECT_EQ(route_of("POST", {"v1", "bank.account", "4711", "deposit"}),
            "POST /v1/{aggregate}/{id}/{command}");
  EXPECT_EQ(route_of("POST", {"v1", "bank.account", "4711", "events"}),
            "POST /v1/{aggregate}/{id}/{command}");
  EXPECT_EQ(route_of("GET", {"v1", "bank.account", "4711"}), "GET /v1/{aggregate}/{id}");
  EXPECT_EQ(route_of("HEAD", {"v1", "bank.account", "4711"}), "GET /v1/{aggregate}/{id}");
  EXPECT_EQ(route_of("GET", {"v1", "a", "b", "events"}), "GET /v1/{aggregate}/{id}/events");
  EXPECT_EQ(route_of("GET", {"v1"}), "GET /v1");
  EXPECT_EQ(route_of("GET", {"readyz"}), "GET /readyz");
  EXPECT_EQ(route_of("POST", {"schedules"}), "POST /schedules");
  EXPECT_EQ(route_of("GET", {"schedules", "monthly"}), "GET /schedules/{name}");
  EXPECT_EQ(route_of("POST", {"schedules", "monthly", "pause"}), "POST /schedules/{name}/{call}");
}

TEST(routes, what_has_no_route_makes_no_series_of_its_own) {
  for (const auto& [method, target] : {std::pair<const char*, path>{"GET", {"wp-login.php"}},
                                       {"BREW", {"v1", "a", "b", "c"}},
                                       {"POST", {"v1"}},
                                       {"POST", {"metrics"}},
                                       {"PUT", {"v1", "a", "b"}},
                                       {"GET", {}},
                                       {"GET", {"v1", "a", "b", "c"}},
                                       {"GET", {"v1", "a"}},
                                       {"GET", {"v2", "a", "b"}},
                                       {"GET", {"v1", "a", "b", "events", "c"}},
                                       {"PUT", {"schedules"}},
                                       {"POST", {"schedules", "a"}}})
    EXPECT_EQ(route_of(method, target), "other") << method << " of " << target.size();
}

TEST(routes, a_status_is_a_text_of_three_digits) {
  EXPECT_EQ(status_text(100), "100");
  EXPECT_EQ(status_text(204), "204");
  EXPECT_EQ(status_text(599), "599");
  EXPECT_EQ(status_text(99), "0");
  EXPECT_EQ(status_text(600), "0");
  EXPECT_EQ(status_text(200).data(), status_text(200).data());
}

}  // namespace
}  // namespace acta::internal
