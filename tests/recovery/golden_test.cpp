// A journal that an earlier version wrote, and was killed over: every later version reads each of
// its events as it was, and goes on with it. golden/README.md says how it was made.
#include <fstream>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {
namespace {

constexpr std::size_t golden_events = 42;

class golden : public ::testing::Test {
protected:
  void SetUp() override { std::filesystem::copy(kept() / "journal-1", data()); }
  [[nodiscard]] static std::filesystem::path kept() { return GOLDEN_JOURNALS; }
  [[nodiscard]] static std::string expected() {
    return content_of(kept() / "journal-1.events.jsonl");
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  [[nodiscard]] bank_run log() const { return run_bank({"log", "--data", data()}); }

  temporary_directory directory_;
};

TEST_F(golden, journal_is_read_as_it_was_written_without_being_touched) {
  expect_sound(data(), golden_events);
  const auto told = log();
  EXPECT_EQ(told.ended.code, 0) << told.err;
  EXPECT_EQ(told.out, expected());
  for (const auto& entry : std::filesystem::directory_iterator{data()})
    EXPECT_TRUE(content_of(entry) == content_of(kept() / "journal-1" / entry.path().filename()))
        << entry.path() << " was changed by reading";
}

TEST_F(golden, journal_agrees_with_the_events_of_today) {
  for (const auto* name : {"--journal", "--data"}) {
    const auto checked = run_bank({"schema", "check", name, data()});
    EXPECT_EQ(checked.ended.code, 0) << checked.out << checked.err;
  }
}

TEST_F(golden, journal_is_written_on) {
  {
    bank_server server{data()};
    http_client client{server.port()};
    const auto repeated = client.ask({"POST", "/v1/bank.account/1/withdraw",
                                      R"({"minor_units":42,"reference":"rent"})", "golden-42"});
    ASSERT_TRUE(repeated);
    EXPECT_NE(repeated->body.find(R"("repeated":true)"), std::string::npos) << repeated->body;
    const auto more = client.ask({"POST", "/v1/bank.account/1/deposit", R"({"minor_units":1})"});
    ASSERT_TRUE(more);
    EXPECT_EQ(more->status, 200) << more->body;
    EXPECT_NE(more->body.find(R"("version":14)"), std::string::npos) << more->body;
    EXPECT_EQ(server.stop().code, 0);
  }
  expect_sound(data(), golden_events + 1);
  EXPECT_EQ(log().out.substr(0, expected().size()), expected());
}

}  // namespace
}  // namespace acta::testing
