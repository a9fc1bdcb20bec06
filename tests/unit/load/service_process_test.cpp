#include "runtime/load/service_process.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "tests/support/temporary_directory.hpp"

namespace acta::internal::load {
namespace {

TEST(service_process, inherits_no_file_of_the_harness) {
  const acta::testing::temporary_directory directory;
  const auto list = (directory.path() / "list").string();
  const int open_here = ::fcntl(STDERR_FILENO, F_DUPFD, 200);  // without FD_CLOEXEC
  ASSERT_GE(open_here, 200);
  service_process service{
      {"/bin/sh", "-c",
       "ls /proc/$$/fd > " + list + ".part; mv " + list + ".part " + list + "; exec sleep 60"},
      [&] { return std::filesystem::exists(list); }};
  const auto started = service.start();
  ::close(open_here);
  ASSERT_TRUE(started) << started.error().detail;
  std::ifstream from{list};
  const std::vector<std::string> open_there{std::istream_iterator<std::string>{from}, {}};
  EXPECT_GE(open_there.size(), 3U);
  for (const auto& one : open_there) EXPECT_LT(std::stoi(one), 200) << "it would keep it open";
}

}  // namespace
}  // namespace acta::internal::load
