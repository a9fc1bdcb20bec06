// kill -9 while money moves: what was answered is there, nothing is there twice, and what is sent
// again completes it.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "tests/recovery/bank_program.hpp"
#include "tests/recovery/traffic.hpp"
#include "tests/support/setting.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

constexpr std::uint32_t seeds = 3;
constexpr std::size_t kills_of_an_import = 5;
constexpr std::size_t kills_of_a_server = 10;

/// How many servers each seed is to have killed: 30 kills in all, or ACTA_KILLS, rounded up.
std::uint32_t servers() {
  constexpr auto each = seeds * kills_of_a_server;
  return static_cast<std::uint32_t>((setting("ACTA_KILLS").value_or(each) + each - 1) / each);
}

/// A pipe with a name. An import that reads from it cannot come to its end by itself, however slow
/// the test is: every kill hits one that is under way.
class named_pipe {
public:
  explicit named_pipe(const std::filesystem::path& path) {
    ::mkfifo(path.c_str(), 0600);
    // For reading too: it opens without a reader, and one that was killed does not break it.
    end_ = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
  }
  ~named_pipe() { ::close(end_); }
  /// False: nobody took it.
  [[nodiscard]] bool write(std::string_view text) const {
    return poll_until([&] {
      const auto n = ::write(end_, text.data(), text.size());
      if (n > 0) text.remove_prefix(static_cast<std::size_t>(n));
      return text.empty();
    });
  }

private:
  int end_ = -1;
};

/// How much the newest write-ahead log holds: 0 after each start, then what was written.
std::uintmax_t newest_log_bytes(const std::filesystem::path& data) {
  std::filesystem::path newest;
  std::error_code ignored;  // the journal removes files meanwhile, or is not there yet
  for (const auto& entry : std::filesystem::directory_iterator{data, ignored})
    if (entry.path().extension() == ".log") newest = std::max(newest, entry.path());
  const auto bytes = std::filesystem::file_size(newest, ignored);
  return ignored ? 0 : bytes;
}

void expect_none_twice(std::vector<std::string> commands) {
  std::sort(commands.begin(), commands.end());
  EXPECT_EQ(std::adjacent_find(commands.begin(), commands.end()), commands.end());
}

/// A bank that is killed over and over, by chance from a seed.
class killed_bank {
public:
  explicit killed_bank(std::uint32_t seed)
      : made_{generate(shape(seed))}, expected_{add_up(made_.good)}, chance_{seed} {}
  void kill_imports();
  void kill_servers();

private:
  static file_shape shape(std::uint32_t seed) {
    file_shape made;
    made.seed = seed;
    return made;
  }
  void expect_all_there_once() {
    EXPECT_EQ(balances_of(data()), as_csv(expected_));
    expect_sound(data(), made_.good.size() + expected_.size());
    expect_none_twice(logged_commands(data()));
  }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }

  temporary_directory directory_;
  const pkdd99_file made_;
  const expected_balances expected_;
  std::mt19937 chance_;
};

void killed_bank::kill_imports() {
  constexpr auto kills = kills_of_an_import;
  const auto file = (directory_.path() / "trans.asc").string();
  std::size_t events = 0;
  for (std::size_t round = 1; round <= kills; ++round) {
    const auto path = directory_.path() / ("pipe-" + std::to_string(round));
    const named_pipe pipe{path};
    child_process importing{bank_command({"import", "--data", data(), path.string()})};
    // Each round brings a part that is new, and is killed somewhere within it, or after it.
    const auto sent = made_.text.size() * round / (kills + 1);
    ASSERT_TRUE(pipe.write(std::string_view{made_.text}.substr(0, sent))) << importing.err();
    const auto enough = 1 + chance_() % 100'000;
    ASSERT_TRUE(poll_until([&] { return newest_log_bytes(data()) >= enough; }));
    EXPECT_EQ(importing.kill().signal, SIGKILL) << importing.err();
    const auto logged = logged_commands(data());
    expect_none_twice(logged);
    EXPECT_GE(logged.size(), events) << "what an earlier round brought is gone";
    EXPECT_LT(logged.size(), made_.good.size() + expected_.size());
    events = logged.size();
  }
  EXPECT_GT(events, 0u);
  write_file(file, made_.text);
  const auto last = run_bank({"import", "--json", "--data", data(), file});
  EXPECT_EQ(last.ended.code, 2) << last.err;
  EXPECT_EQ(last.json()["repeated"].get<std::size_t>() + last.json()["applied"].get<std::size_t>(),
            made_.good.size());
  EXPECT_EQ(
      last.json()["applied"].get<std::size_t>() + last.json()["accounts_opened"].get<std::size_t>(),
      made_.good.size() + expected_.size() - events);
  expect_all_there_once();
}

void killed_bank::kill_servers() {
  constexpr auto kills = kills_of_a_server;
  traffic clients{made_.good, 8};
  for (std::size_t round = 1; round <= kills; ++round) {
    bank_server server{data()};
    // The thread that gets this answer kills the server while the others wait for theirs.
    const auto after = clients.answered() + 1 + chance_() % (clients.size() / (kills + 1));
    clients.start(server.port(), after, [&] { server.program().send(SIGKILL); });
    clients.join();
    EXPECT_EQ(server.program().kill().signal, SIGKILL);
    EXPECT_GE(clients.answered(), after);
    const auto logged = logged_commands(data());
    const std::set<std::string> there(logged.begin(), logged.end());
    expect_none_twice(logged);
    for (const auto& one : clients.answered_commands())
      ASSERT_EQ(there.count(one), 1u) << one << " was answered, and is not there";
    EXPECT_LE(there.size(), clients.answered() + clients.left_open());
  }
  bank_server server{data()};
  EXPECT_EQ(clients.not_repeated(server.port()), std::vector<std::string>{});
  clients.start(server.port());
  clients.join();
  EXPECT_EQ(clients.answered(), clients.size());
  for (const auto& [status, count] : clients.statuses())
    EXPECT_TRUE(status == 200 || status == 0) << count << " answers with " << status;
  EXPECT_EQ(wrong_balances(server.port(), expected_), std::vector<std::string>{});
  for (const auto& [id, balance] : expected_) {
    const auto commands = event_commands(server.port(), std::to_string(id));
    EXPECT_EQ(commands.size(), balance.transactions + 1);
    expect_none_twice(commands);
  }
  EXPECT_EQ(server.stop().code, 0);
  expect_all_there_once();
}

class killed : public ::testing::TestWithParam<std::uint32_t> {};

TEST_P(killed, an_import_that_is_started_again_applies_each_transaction_once) {
  killed_bank{GetParam()}.kill_imports();
}

TEST_P(killed, a_server_keeps_what_it_answered_and_takes_the_rest_once) {
  for (std::uint32_t i = 0; i < servers() && !HasFailure(); ++i) {
    SCOPED_TRACE("server " + std::to_string(i));
    killed_bank{GetParam() + i * seeds}.kill_servers();
  }
}

INSTANTIATE_TEST_SUITE_P(seeds, killed, ::testing::Range(1U, 1U + seeds));

}  // namespace
}  // namespace acta::testing
