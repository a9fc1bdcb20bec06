// `bank backup`: of a bank that serves, and of a journal at rest; and a bank that starts from it.
#include <sys/stat.h>

#include <algorithm>
#include <future>

#include "tests/recovery/bank_program.hpp"
#include "tests/recovery/traffic.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

class backup : public ::testing::Test {
protected:
  [[nodiscard]] std::string at(const std::string& name) const {
    return (directory_.path() / name).string();
  }
  [[nodiscard]] std::string data() const { return at("data"); }
  [[nodiscard]] bank_run backup_into(const std::string& name) const {
    return run_bank({"backup", "--data", data(), at(name)});
  }
  void expect_refused(const bank_run& run, const std::string& why) const {
    EXPECT_EQ(run.ended.code, 1) << "signal " << run.ended.signal;
    EXPECT_EQ(run.out, "");
    EXPECT_EQ(std::count(run.err.begin(), run.err.end(), '\n'), 1) << run.err;
    EXPECT_NE(run.err.find(why), std::string::npos) << run.err;
  }
  [[nodiscard]] bool something_half_made() const {
    for (const auto& entry : std::filesystem::directory_iterator{directory_.path()})
      if (std::filesystem::exists(entry.path() / "BACKUP")) return true;
    return false;
  }

  temporary_directory directory_;
  const pkdd99_file made_ = generate({});
  const expected_balances expected_ = add_up(made_.good);
  traffic clients_{made_.good, 8};
};

TEST_F(backup, of_a_server_under_traffic_holds_all_that_was_answered_before) {
  bank_server server{data()};
  std::promise<void> some;
  clients_.start(server.port(), 500, [&] { some.set_value(); });
  some.get_future().wait();
  std::vector<std::set<std::string>> answered;
  for (int i = 0; i < 4; ++i) {
    answered.push_back(clients_.answered_commands());
    const auto run = backup_into("backup-" + std::to_string(i));
    EXPECT_EQ(run.ended.code, 0) << run.err;
  }
  clients_.join();
  EXPECT_EQ(clients_.answered(), clients_.size()) << "nobody was disturbed";
  EXPECT_EQ(server.stop().code, 0);
  const auto all = logged_commands(data());
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const auto there = logged_commands(at("backup-" + std::to_string(i)));
    expect_sound(at("backup-" + std::to_string(i)), there.size());
    ASSERT_LE(there.size(), all.size());
    EXPECT_TRUE(std::equal(there.begin(), there.end(), all.begin()))
        << "not a beginning of the log";
    const std::set<std::string> commands(there.begin(), there.end());
    EXPECT_TRUE(
        std::includes(commands.begin(), commands.end(), answered[i].begin(), answered[i].end()));
  }
  EXPECT_FALSE(something_half_made());
}

TEST_F(backup, is_where_a_server_can_start) {
  {
    bank_server server{data()};
    std::promise<void> some;
    clients_.start(server.port(), 500, [&] { some.set_value(); });
    some.get_future().wait();
    ASSERT_EQ(backup_into("backup").ended.code, 0);
    clients_.join();
    server.program().kill();
  }
  // Nobody knows which of the answered commands came after the backup; sent again, each of those
  // takes effect, and none of the others.
  bank_server second{at("backup")};
  traffic again{made_.good, 8};
  again.start(second.port());
  again.join();
  EXPECT_EQ(again.answered(), again.size());
  EXPECT_GE(again.repeated(), 500U);
  EXPECT_EQ(wrong_balances(second.port(), expected_), std::vector<std::string>{});
  EXPECT_EQ(second.stop().code, 0);
  expect_sound(at("backup"), again.size());
}

TEST_F(backup, of_a_journal_at_rest_needs_no_server) {
  write_file(at("file"), made_.text);
  run_bank({"import", "--data", data(), at("file")});
  const auto run = backup_into("backup");
  EXPECT_EQ(run.ended.code, 0) << run.err;
  const auto events = made_.good.size() + expected_.size();
  EXPECT_NE(run.out.find("position 0-" + std::to_string(events) + " "), std::string::npos)
      << run.out;
  expect_sound(at("backup"), events);
  EXPECT_EQ(balances_of(at("backup")), as_csv(expected_));
}

TEST_F(backup, is_refused_where_something_is) {
  bank_server server{data()};
  std::filesystem::create_directory(at("full"));
  write_file(at("full/file"), "mine");
  expect_refused(backup_into("full"), "it exists");
  expect_refused(backup_into("full/file"), "it exists");
  expect_refused(backup_into("full/file/below"), "Not a directory");
  expect_refused(backup_into("none/below"), "No such file");
  EXPECT_EQ(content_of(at("full/file")), "mine");
  EXPECT_EQ(server.stop().code, 0);
  expect_refused(backup_into("full"), "it exists");
  EXPECT_FALSE(something_half_made());
}

TEST_F(backup, twice_at_once_into_one_place_is_made_once) {
  bank_server server{data()};
  clients_.start(server.port());
  child_process one{bank_command({"backup", "--data", data(), at("backup")})};
  child_process two{bank_command({"backup", "--data", data(), at("backup")})};
  const auto first = one.wait();
  const auto second = two.wait();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->code + second->code, 1) << one.err() << two.err();
  clients_.join();
  EXPECT_EQ(server.stop().code, 0);
  expect_sound(at("backup"), logged_commands(at("backup")).size());
  EXPECT_FALSE(something_half_made());
}

TEST_F(backup, whose_process_was_killed_is_called_unfinished_until_the_next_one) {
  write_file(at("file"), made_.text);
  run_bank({"import", "--data", data(), at("file")});
  child_process killed{bank_command({"backup", "--rate", "0.001", "--data", data(), at("backup")})};
  ASSERT_TRUE(poll_until([&] { return std::filesystem::exists(at("backup/BACKUP")); }));
  killed.kill();
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"log", "--data", at("backup")},
           {"balances", "--data", at("backup")},
           {"backup", "--data", at("backup"), at("another")},
           {"schema", "check", "--journal", at("backup")},
           {"repair", "--data", at("backup")},
           {"import", "--data", at("backup"), at("file")},
           {"serve", "--listen", "127.0.0.1:0", "--data", at("backup")}})
    expect_refused(run_bank(arguments), "is an unfinished backup");
  const auto verified = run_bank({"verify", "--data", at("backup")});
  EXPECT_EQ(verified.ended.code, 1);
  EXPECT_NE(verified.out.find("is an unfinished backup"), std::string::npos) << verified.out;
  EXPECT_EQ(backup_into("backup").ended.code, 0);
  expect_sound(at("backup"), logged_commands(data()).size());
}

TEST_F(backup, under_way_does_not_hold_up_the_end_of_a_server) {
  bank_server server{data()};
  clients_.start(server.port());
  clients_.join();
  child_process asking{bank_command({"backup", "--rate", "0.001", "--data", data(), at("backup")})};
  ASSERT_TRUE(poll_until([&] { return std::filesystem::exists(at("backup/BACKUP")); }));
  EXPECT_EQ(server.stop().code, 0);
  const auto ended = asking.wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->code, 1);
  EXPECT_NE(asking.err().find("stopped"), std::string::npos) << asking.err();
  EXPECT_FALSE(std::filesystem::exists(at("backup")));
}

TEST_F(backup, whose_client_is_ended_ends_too_and_leaves_room_for_the_next_one) {
  bank_server server{data()};
  clients_.start(server.port());
  clients_.join();
  child_process asking{bank_command({"backup", "--rate", "0.001", "--data", data(), at("slow")})};
  ASSERT_TRUE(poll_until([&] { return std::filesystem::exists(at("slow/BACKUP")); }));
  expect_refused(backup_into("backup"), "a backup into " + at("slow") + " is under way");
  EXPECT_FALSE(std::filesystem::exists(at("backup")));
  asking.send(SIGINT);
  ASSERT_TRUE(asking.wait());
  const auto next = backup_into("backup");
  EXPECT_EQ(next.ended.code, 0) << next.err;
  EXPECT_FALSE(std::filesystem::exists(at("slow")));
  EXPECT_EQ(server.stop().code, 0);
  expect_sound(at("backup"), clients_.size());
}

TEST_F(backup, takes_no_rate_at_which_it_would_not_end) {
  for (const auto* rate :
       {"nan", "inf", "-1", "-0", "0.0009", "1e-9", "1000001", "1e400", "0x1", "", "1 ", "1MiB"}) {
    const auto run = run_bank({"backup", "--rate", rate, "--data", data(), at("backup")});
    EXPECT_GE(run.ended.code, 100) << rate;
    EXPECT_NE(run.err.find("from 0.001 to 1000000"), std::string::npos) << rate << run.err;
  }
  for (const auto* rate : {"0", "0.001", "010", "64.5", "1e3"})
    expect_refused(run_bank({"backup", "--rate", rate, "--data", data(), at("backup")}),
                   "no journal in");
}

TEST_F(backup, wants_a_journal) {
  expect_refused(backup_into("backup"), "no journal in " + data());
  EXPECT_FALSE(std::filesystem::exists(data()));
  EXPECT_FALSE(std::filesystem::exists(at("backup")));
}

TEST_F(backup, asks_in_vain_a_socket_whose_server_was_killed_and_does_it_itself) {
  {
    bank_server server{data()};
    clients_.start(server.port(), 300, [&] { server.program().send(SIGKILL); });
    clients_.join();
    server.program().wait();
  }
  ASSERT_TRUE(std::filesystem::is_socket(data() + "/control"));
  EXPECT_EQ(backup_into("backup").ended.code, 0);
  const auto there = logged_commands(at("backup"));
  EXPECT_EQ(there, logged_commands(data()));
  EXPECT_GE(there.size(), 300U);
  bank_server server{data()};
  EXPECT_EQ(backup_into("another").ended.code, 0);
  EXPECT_EQ(server.stop().code, 0);
  EXPECT_FALSE(std::filesystem::exists(data() + "/control"));
}

}  // namespace
}  // namespace acta::testing
