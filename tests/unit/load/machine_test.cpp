#include "runtime/load/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace acta::internal::load {
namespace {

using ::testing::ContainsRegex;
using ::testing::IsEmpty;

TEST(machine, is_named_by_the_processor_s_line) {
  EXPECT_EQ(processor_in("processor\t: 0\nmodel name\t: A Chip @ 2.0GHz\nmodel name\t: Second\n"),
            "A Chip @ 2.0GHz");
  EXPECT_EQ(processor_in("processor : 0\nHardware : A Board"), "A Board");
}

TEST(machine, has_no_processor_s_name_where_no_line_has_it) {
  EXPECT_THAT(processor_in(""), IsEmpty());
  EXPECT_THAT(processor_in("model name\t:\nmodel names: x\nmodel name x\n"), IsEmpty());
}

TEST(machine, tells_of_this_one) {
  const auto told = machine();
  EXPECT_GE(told.at("cores").get<int>(), 1);
  EXPECT_GT(told.at("memory_bytes").get<std::uint64_t>(), std::uint64_t{1} << 24);
  EXPECT_THAT(told.at("system").get<std::string>(), ContainsRegex("^[A-Za-z]+ [0-9]"));
  EXPECT_FALSE(told.at("processor").get<std::string>().empty());
}

TEST(versions, are_all_known) {
  const auto told = versions();
  for (const auto* name : {"acta", "caf", "rocksdb"})
    EXPECT_THAT(told.at(name).get<std::string>(), ContainsRegex("^[0-9]+[.][0-9]+[.][0-9]+$"));
  EXPECT_THAT(told.at("compiler").get<std::string>(), ContainsRegex("^(gcc|clang) [0-9]"));
  EXPECT_FALSE(told.at("build").get<std::string>().empty());
}

}  // namespace
}  // namespace acta::internal::load
