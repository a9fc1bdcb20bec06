// What is printed and cannot be: nobody may take half of the output for all of it.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

class output : public ::testing::Test {
protected:
  void SetUp() override {
    const auto file = (directory_.path() / "trans.asc").string();
    write_file(file, generate({}).text);
    ASSERT_EQ(run_bank({"import", "--json", "--data", data(), file}).ended.code, 2);
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }
  bank_run shell(const std::string& line) {
    child_process program{{"/bin/bash", "-c", line}};
    const auto ended = program.wait();
    return {ended.value_or(exit_status{}), program.out(), program.err()};
  }
  temporary_directory directory_;
  const std::string bank_ = BANK_PROGRAM;
};

TEST_F(output, that_cannot_be_written_is_an_error) {
  for (const auto* command : {"log", "balances", "verify", "schema"}) {
    const auto run = shell(bank_ + " " + command + " --data " + data() + " > /dev/full");
    EXPECT_EQ(run.ended.code, 1) << command;
    EXPECT_NE(run.err.find("could not be written"), std::string::npos) << run.err;
  }
}

TEST_F(output, that_cannot_be_written_leaves_the_exit_code_of_malformed_input) {
  const auto run =
      shell(bank_ + " import --data " + data() + " " + data() + "/../trans.asc > /dev/full");
  EXPECT_EQ(run.ended.code, 2);
  EXPECT_NE(run.err.find("could not be written"), std::string::npos) << run.err;
  const auto help = shell(bank_ + " --help > /dev/full");
  EXPECT_EQ(help.ended.code, 1);
  EXPECT_NE(help.err.find("could not be written"), std::string::npos) << help.err;
}

TEST_F(output, to_descriptors_that_are_closed_goes_nowhere) {
  const auto run =
      shell(bank_ + " import --data " + data() + "2 " + data() + "/../trans.asc 0<&- 1>&- 2>&-");
  EXPECT_EQ(run.ended.code, 2);
  for (const auto& entry : std::filesystem::directory_iterator{data() + "2"})
    EXPECT_EQ(content_of(entry.path()).find("transactions applied"), std::string::npos)
        << entry.path();
  EXPECT_EQ(balances_of(data() + "2"), balances_of(data()));
}

TEST_F(output, tells_of_a_path_that_is_no_utf8) {
  const auto latin = (directory_.path() / "caf\xe9").string();
  const auto nothing = run_bank({"verify", "--json", "--data", latin});
  EXPECT_EQ(nothing.ended.code, 1);
  EXPECT_NE(nothing.json().value("problem", "").find("/caf\\xe9"), std::string::npos)
      << nothing.out;
  EXPECT_NE(run_bank({"log", "--data", latin}).err.find("/caf\\xe9"), std::string::npos);
  std::filesystem::rename(data(), latin);
  EXPECT_EQ(run_bank({"verify", "--json", "--data", latin}).json().value("ok", false), true);
  bank_server server{latin};
  EXPECT_EQ(server.stop().code, 0);
  EXPECT_NE(server.program().out().find("/caf\\xe9"), std::string::npos);
  EXPECT_NE(server.program().err().find("/caf\\\\xe9"), std::string::npos);
}

TEST_F(output, whose_reader_leaves_ends_without_a_word) {
  for (const auto* command : {"log", "balances", "verify", "schema"}) {
    const auto run = shell("{ " + bank_ + " " + command + " --data " + data() +
                           "; echo \"code $?\" >&2; } | true");
    EXPECT_EQ(run.err, "code 0\n") << command;
  }
  const auto some = shell(bank_ + " log --data " + data() + " | head -n 2");
  EXPECT_EQ(std::count(some.out.begin(), some.out.end(), '\n'), 2);
  EXPECT_EQ(some.err, "");
}

TEST_F(output, of_the_log_begins_where_it_is_told_in_the_form_it_has_itself) {
  const auto log = [&](const std::string& from) {
    return run_bank({"log", "--limit", "3", "--data", data(), "--from", from});
  };
  EXPECT_NE(log("17").out.find("\"position\":\"0-17\""), std::string::npos);
  EXPECT_EQ(log("0-17").out, log("17").out);
  EXPECT_EQ(log("0-1").out, run_bank({"log", "--limit", "3", "--data", data()}).out);
  EXPECT_EQ(log("010").out, log("10").out) << "not octal";
  EXPECT_EQ(log("0-010").out, log("10").out);
  EXPECT_EQ(run_bank({"log", "--limit", "010", "--data", data()}).out,
            run_bank({"log", "--limit", "10", "--data", data()}).out);
  for (const auto* no_number : {"0x1", "+1", "1e1", "0b1", " 1"}) {
    EXPECT_GE(log(no_number).ended.code, 100) << no_number;
    EXPECT_GE(run_bank({"log", "--limit", no_number, "--data", data()}).ended.code, 100);
  }
  for (const auto* no_position : {"", "0-", "-1", "0--1", "0-0-1", "1-1", "0-1x", "x"})
    EXPECT_GE(log(no_position).ended.code, 100) << no_position;
  EXPECT_GE(run_bank({"log", "--limit", "-1", "--data", data()}).ended.code, 100);
}

TEST_F(output, of_commands_that_read_leaves_nothing_behind) {
  const auto temporary = directory_.path() / "tmp";
  std::filesystem::create_directory(temporary);
  shell("TMPDIR=" + temporary.string() + " " + bank_ + " log --data " + data());
  EXPECT_TRUE(std::filesystem::is_empty(temporary));
}

}  // namespace
}  // namespace acta::testing
