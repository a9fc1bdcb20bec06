// repair as an operator meets it: a journal that does not open, for its last write alone.
#include <algorithm>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

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
    EXPECT_NE(in_use.err.find("in use"), std::string::npos) << in_use.err;
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
  EXPECT_EQ(again.ended.code, 0) << again.err;
  EXPECT_EQ(again.out,
            "every write is whole: nothing is to be repaired in " + data.string() + "\n");
  bank_server server{data};
  http_client client{server.port()};
  const auto answer = client.ask({"POST", "/v1/bank.account/1/deposit", R"({"minor_units":7})"});
  ASSERT_TRUE(answer);
  EXPECT_NE(answer->body.find(R"("version":3)"), std::string::npos) << answer->body;
}

TEST(repair, says_where_there_is_no_journal_and_leaves_what_is_there_alone) {
  const temporary_directory directory;
  const auto file = (directory.path() / "1.log").string();
  write_file(file, "somebody's log");
  for (const auto& no_journal :
       {directory.path().string(), (directory.path() / "none").string(), file})
    for (const bool dry_run : {true, false}) {
      std::vector<std::string> arguments{"repair", "--data", no_journal};
      if (dry_run) arguments.emplace_back("--dry-run");
      const auto run = run_bank(arguments);
      EXPECT_EQ(run.ended.code, 1);
      EXPECT_EQ(run.out, "");
      EXPECT_EQ(run.err.find("whole"), std::string::npos) << run.err;
      const auto log = run_bank({"log", "--data", no_journal});
      const auto said = run.err.substr(0, run.err.find('\n'));
      EXPECT_EQ(log.err.rfind(said, 0), 0U) << "as others say it: " << said << "; " << log.err;
    }
  EXPECT_EQ(content_of(file), "somebody's log");
}

}  // namespace
}  // namespace acta::testing
