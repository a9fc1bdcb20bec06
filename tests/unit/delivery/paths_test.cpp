#include "runtime/delivery/paths.hpp"

#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

TEST(without_paths, leaves_the_name_of_a_file_and_not_where_it_is) {
  EXPECT_EQ(without_paths("IO error: File too large: While appending to file: "
                          "/srv/bank data/journal/000012.log: File too large"),
            "IO error: File too large: While appending to file: 000012.log: File too large");
  EXPECT_EQ(without_paths("/srv/bank: no space"), "bank: no space");
  EXPECT_EQ(without_paths("cannot open '/etc/rates.csv' (\"/etc/more rates.csv\")"),
            "cannot open 'rates.csv' (\"more rates.csv\")");
  EXPECT_EQ(without_paths("/srv/a does not lead to /srv/b any more"), "b any more");
  EXPECT_EQ(without_paths("in=/srv/a/b"), "in=b");
}

TEST(without_paths, leaves_what_is_no_path) {
  for (const auto* text : {"", "bank.account/4711, version 3", "and/or", "1 / 2", "decide() threw"})
    EXPECT_EQ(without_paths(text), text);
}

}  // namespace
}  // namespace acta
