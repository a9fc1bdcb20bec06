#include "runtime/load/report_file.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/temporary_directory.hpp"

namespace acta::internal::load {
namespace {

class report_file_test : public ::testing::Test {
protected:
  static std::string text_in(const std::filesystem::path& file) {
    std::ifstream from{file};
    return {std::istreambuf_iterator<char>{from}, {}};
  }
  const testing::temporary_directory directory;
  const std::filesystem::path path = directory.path() / "report";
};

TEST_F(report_file_test, leaves_what_was_there_until_the_new_one_is_whole) {
  std::ofstream{path} << "old";
  report_file file{path};
  ASSERT_TRUE(file.check());
  EXPECT_EQ(text_in(path), "old");
  ASSERT_TRUE(file.write("new"));
  EXPECT_EQ(text_in(path), "new");
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "report.part"));
}

TEST_F(report_file_test, that_nothing_was_written_to_is_not_left_behind) {
  {
    report_file file{path};
    ASSERT_TRUE(file.check());
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(report_file_test, that_cannot_be_written_is_named) {
  report_file nowhere{"/nowhere/report"};
  const auto found = nowhere.check();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().detail, "/nowhere/report: cannot be written");
  report_file full{"/dev/full"};
  ASSERT_TRUE(full.check());
  EXPECT_FALSE(full.write("text"));
}

TEST(no_report_file, is_written_well) {
  report_file none{{}};
  EXPECT_TRUE(none.check());
  EXPECT_TRUE(none.write("text"));
}

}  // namespace
}  // namespace acta::internal::load
