// repair as an operator meets it: a journal that does not open, for its last write alone.
#include <algorithm>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

using namespace internal;
namespace {

std::filesystem::path newest_log(const std::filesystem::path& data) {
  std::filesystem::path newest;
  for (const auto& entry : std::filesystem::directory_iterator{data})
    if (entry.path().extension() == ".log") newest = std::max(newest, entry.path());
  return newest;
}

TEST(repair, shows_and_drops_the_last_write_alone) {
  const temporary_directory directory;
  const auto data = directory.path() / "data";
  {
    bank_server server{data};
    http_client client{server.port()};
    ASSERT_EQ(client.ask({"POST", "/v1/bank.account/1/open", R"({"owner":"Ann"})"})->status, 200);
    for (int i = 0; i < 2; ++i)
      ASSERT_EQ(client.ask({"POST", "/v1/bank.account/1/deposit", R"({"minor_units":7})"})->status,
                200);
    const auto in_use = run_bank({"repair", "--data", data});
    EXPECT_EQ(in_use.ended.code, 1) << in_use.out;
    server.program().kill();
  }
  expect_sound(data, 3);
  const auto log = newest_log(data);
  auto content = content_of(log);
  auto& damaged = content[content.size() - 30];
  damaged = static_cast<char>(damaged ^ 1);
  write_file(log, content);
  const auto refused = run_bank({"verify", "--data", data});
  EXPECT_EQ(refused.ended.code, 1);
  EXPECT_NE(refused.out.find("`repair --dry-run`"), std::string::npos) << refused.out;
  const auto shown = run_bank({"repair", "--dry-run", "--data", data});
  EXPECT_EQ(shown.ended.code, 0) << shown.err;
  EXPECT_NE(shown.out.find("looks the same"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("nothing was changed"), std::string::npos) << shown.out;
  EXPECT_EQ(content_of(log), content);
  const auto dropped = run_bank({"repair", "--data", data});
  EXPECT_EQ(dropped.ended.code, 0) << dropped.err;
  EXPECT_EQ(content_of(data / "repaired-1" / log.filename()), content);
  expect_sound(data, 2);
  const auto again = run_bank({"repair", "--data", data});
  EXPECT_EQ(again.ended.code, 1);
  bank_server server{data};
  http_client client{server.port()};
  const auto answer = client.ask({"POST", "/v1/bank.account/1/deposit", R"({"minor_units":7})"});
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find(R"("version":3)"), std::string::npos) << answer->body;
}

}  // namespace
}  // namespace acta::testing
