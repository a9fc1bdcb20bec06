// What goes into the log of a service.
#include "runtime/cli/service_log.hpp"

#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

TEST(service_log, has_a_level_for_each_kind_of_notice) {
  EXPECT_EQ(level_of(notice{.failed = true, .event = "node_failed", .reason = ""}),
            log_level::error);
  EXPECT_EQ(level_of(notice{.event = "traces_not_exported", .reason = ""}), log_level::warning);
  EXPECT_EQ(level_of(notice{.event = "traces_exported_again", .reason = "", .recovered = true}),
            log_level::info);
}

}  // namespace
}  // namespace acta
