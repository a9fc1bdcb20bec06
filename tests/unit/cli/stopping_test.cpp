// How `serve` ends: in time, whatever users' code does, and with a line that says what held it.
#include "runtime/cli/stopping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <optional>

#include "runtime/cli/application.hpp"
#include "runtime/node.hpp"
#include "tests/support/command_line.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/moody.hpp"
#include "tests/support/small_pipe.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::add;
using testing::added;
using testing::counter;
using ::testing::ExitedWithCode;
using testing::run;
using namespace std::chrono_literals;

void told(int signal) { ::kill(::getpid(), signal); }
[[noreturn]] void never_return() {
  for (;;) ::pause();
}

/// Is told to stop, as a process is, and decides for ever.
struct stubborn {
  static constexpr std::string_view type = "test.stubborn";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<added, "test.stubborn.added", 1>>;
  using commands = acta::commands<add>;
  acta::decision<stubborn> decide(const add& command, const context&) const {
    told(SIGTERM);
    if (command.amount == 2) told(SIGINT);
    never_return();
  }
  void apply(const added&) {}
  stubborn view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, stubborn& s) {
  return f.object(s).fields();
}

[[noreturn]] void serve(const std::filesystem::path& data, std::chrono::milliseconds drain,
                        std::function<void(node&)> started) {
  application app{"stubborn", "Does not end."};
  app.host<stubborn>();
  app.host<counter>();
  app.configure([drain](options& how) { how.drain_deadline = drain; });
  app.on_start(std::move(started));
  std::exit(run(app, {"serve", "--data", data.string(), "--listen", "127.0.0.1:0"}));
}

/// Run before other suites, for its name: a process that is forked from one that had a journal open
/// lacks the threads that RocksDB believes to have.
class stopping_DeathTest : public ::testing::Test {
protected:
  static void decide(node& at, std::int64_t amount) {
    const aggregates<stubborn> all{at, *at.find(stubborn::type)};
    std::ignore = all.send("4711", add{amount}, {}, [](const auto&) {});
  }
  testing::temporary_directory directory_;
  const std::filesystem::path data_ = directory_.path() / "data";
};

TEST_F(stopping_DeathTest, leaves_at_the_deadline_and_names_the_decision_that_loops) {
  EXPECT_EXIT(serve(data_, 100ms, [](node& at) { decide(at, 1); }), ExitedWithCode(1),
              "\"level\":\"error\",\"event\":\"left\".*\"while\":\"waiting for users' code\","
              "\"held_by\":\"the decision on add, test.stubborn/4711\"");
}

TEST_F(stopping_DeathTest, leaves_at_once_on_a_second_signal) {
  EXPECT_EXIT(serve(data_, 1h, [](node& at) { decide(at, 2); }), ExitedWithCode(1),
              "\"event\":\"left\",\"reason\":\"a second signal came: .*the decision on add");
}

TEST_F(stopping_DeathTest, leaves_at_the_deadline_and_names_a_subscriber_that_blocks) {
  std::optional<subscription> mine;
  const auto started = [&](node& at) {
    mine = at.subscribe(from_start, [](const recorded_event&) {
      told(SIGTERM);
      never_return();
    });
    const aggregates<counter> counters{at, *at.find(counter::type)};
    std::ignore = counters.send("x", add{1}, {}, [](const auto&) {});
  };
  EXPECT_EXIT(serve(data_, 100ms, started), ExitedWithCode(1),
              "\"held_by\":\"the handler of a subscription, position 1\"");
}

TEST_F(stopping_DeathTest, leaves_at_the_deadline_though_it_has_not_started_yet) {
  EXPECT_EXIT(serve(data_, 1ms,
                    [](node&) {
                      told(SIGTERM);
                      never_return();
                    }),
              ExitedWithCode(1),
              "\"reason\":\"the deadline passed\",\"while\":\"on_start\",\"held_by\":\"on_start\"");
}

/// Serves what hangs when its greeting shows its command.
[[noreturn]] void serve_what_hangs(const std::filesystem::path& data) {
  application app{"moody", "Hangs."};
  app.host<testing::moody>();
  app.configure([](options& how) { how.drain_deadline = 1ms; });
  std::optional<testing::looking_at_places> looking;
  app.on_start([&](node&) {
    looking.emplace([](testing::place where) {
      if (where != testing::place::command_constructor) return;
      told(SIGTERM);
      never_return();
    });
  });
  std::exit(run(app, {"serve", "--data", data.string(), "--listen", "127.0.0.1:0"}));
}

TEST_F(stopping_DeathTest, names_a_command_that_hangs_while_it_is_described) {
  EXPECT_EXIT(serve_what_hangs(data_), ExitedWithCode(1),
              "\"while\":\"greeting\",\"held_by\":\"the description of test.moody\"");
}

struct hostile_command {};
template <class Inspector>
bool inspect(Inspector& f, hostile_command& c) {
  return f.object(c).fields();
}
struct hostile_type {
  static constexpr std::string_view type = "x\x1b[2J';\xe2\x80\xae y";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<hostile_command, "test.hostile", 1>>;
  using commands = acta::commands<hostile_command>;
  decision<hostile_type> decide(const hostile_command& command, const context&) const {
    return command;
  }
  void apply(const hostile_command&) {}
  [[nodiscard]] hostile_command view() const { return {}; }
};
template <class Inspector>
bool inspect(Inspector& f, hostile_type& a) {
  return f.object(a).fields();
}

/// Serves a type whose name a terminal would obey, until it is there.
[[noreturn]] void serve_hostile_names(const std::filesystem::path& data) {
  application app{"hostile", "Has names."};
  app.host<hostile_type>();
  app.on_start([](node&) { told(SIGTERM); });
  std::cout.rdbuf(std::cerr.rdbuf());
  std::exit(run(app, {"serve", "--data", data.string(), "--listen", "127.0.0.1:0"}));
}

TEST_F(stopping_DeathTest, greets_with_names_that_are_part_of_a_url) {
  EXPECT_EXIT(serve_hostile_names(data_), ExitedWithCode(0),
              "curl http://[^ ]*/v1/x%1B%5B2J%27%3B%E2%80%AE%20y/4711");
}

/// Serves with a handler of notices that blocks.
[[noreturn]] void serve_what_blocks_when_told(const std::filesystem::path& data) {
  application app{"counting", "Blocks."};
  app.host<counter>();
  app.configure([](options& how) {
    how.drain_deadline = 100ms;
    how.tell = [](const notice& one) {
      if (one.event != "request_lost") return;
      told(SIGTERM);
      never_return();
    };
  });
  app.on_start([](node& at) {
    const aggregates<counter> counters{at, *at.find(counter::type)};
    std::ignore = counters.send("x", testing::explode{}, {}, [](const auto&) {});
  });
  std::exit(run(app, {"serve", "--data", data.string(), "--listen", "127.0.0.1:0"}));
}

TEST_F(stopping_DeathTest, names_a_handler_of_notices_that_blocks) {
  EXPECT_EXIT(serve_what_blocks_when_told(data_), ExitedWithCode(1),
              "\"event\":\"left\".*\"held_by\":\"options.tell on request_lost\"");
}

[[noreturn]] void leave_though_nobody_holds_it() {
  log events{log_level::info};
  stopping end{events};
  end.held_by([] { return std::string{}; });
  end.leave("a test");
}

TEST_F(stopping_DeathTest, names_nobody_where_nobody_holds_it) {
  EXPECT_EXIT(leave_though_nobody_holds_it(), ExitedWithCode(1),
              ::testing::HasSubstr("\"reason\":\"a test\",\"while\":\"starting\"}"));
}

/// Whatever reads standard error stalls from now on: a terminal after Ctrl-S, a log shipper.
void stall_the_log() {
  static const testing::small_pipe nobody_reads;
  nobody_reads.fill();
  ::dup2(nobody_reads.writing(), STDERR_FILENO);
}

[[noreturn]] void leave_though_the_log_is_full() {
  log events{log_level::info};
  stopping end{events};
  stall_the_log();
  const std::string text(1'000, '.');
  while (events.lost() == 0) events.info("line", {{"text", text}});
  end.leave("a test");
}

TEST_F(stopping_DeathTest, leaves_though_nobody_reads_the_log) {
  EXPECT_EXIT(leave_though_the_log_is_full(), ExitedWithCode(1), "");
}

TEST_F(stopping_DeathTest, leaves_on_a_second_signal_though_nobody_reads_the_log) {
  const auto started = [](node& at) {
    stall_the_log();
    decide(at, 2);
  };
  EXPECT_EXIT(serve(data_, 1h, started), ExitedWithCode(1), "");
}

TEST_F(stopping_DeathTest, drains_though_nobody_reads_the_log) {
  const auto started = [](node&) {
    stall_the_log();
    told(SIGTERM);
  };
  EXPECT_EXIT(serve(data_, 1h, started), ExitedWithCode(0), "");
}

/// Is told to stop twice, the second time when the end is over.
[[noreturn]] void be_told_too_late() {
  {
    log events{log_level::info};
    stopping end{events};
    told(SIGTERM);
    end.wait();
  }
  told(SIGTERM);
  std::exit(0);  // not reached
}

TEST_F(stopping_DeathTest, gives_the_signals_back_when_it_is_over) {
  EXPECT_EXIT(be_told_too_late(), ::testing::KilledBySignal(SIGTERM), "");
}

[[noreturn]] void give_up() {
  log events{log_level::info};
  stopping end{events};
  std::thread{[&] { end.give_up(); }}.join();
  std::cerr << "ends after a " << end.wait() << std::endl;
  std::exit(end.gave_up() ? 1 : 0);
}

TEST_F(stopping_DeathTest, ends_without_a_signal_when_the_node_gives_up) {
  EXPECT_EXIT(give_up(), ExitedWithCode(1), "ends after a failure");
}

[[noreturn]] void stay_with_what_was_ignored() {
  ::signal(SIGHUP, SIG_IGN);
  log events{log_level::info};
  stopping end{events};
  told(SIGHUP);
  told(SIGTERM);
  std::cerr << "ends after a " << end.wait() << std::endl;
  std::exit(0);
}

TEST_F(stopping_DeathTest, goes_on_ignoring_a_signal_that_was_ignored) {
  EXPECT_EXIT(stay_with_what_was_ignored(), ExitedWithCode(0), "ends after a SIGTERM");
}

/// Serves where `configure` says, and ends when it has lost a request.
[[noreturn]] void serve_elsewhere(const std::filesystem::path& data,
                                  const std::filesystem::path& other) {
  application app{"counting", "Counts."};
  app.host<counter>();
  app.configure([&](options& how) {
    how.data_directory = other;
    how.tell = [](const notice& one) {
      std::cerr << "heard " + std::string{one.event} +
                       "\n";  // in one piece: the greeting comes beside it
      told(SIGTERM);
    };
  });
  app.on_start([](node& at) {
    const aggregates<counter> counters{at, *at.find(counter::type)};
    std::ignore = counters.send("x", testing::explode{}, {}, [](const auto&) {});
  });
  std::cout.rdbuf(std::cerr.rdbuf());  // the greeting too is looked at
  std::exit(run(app, {"serve", "--data", data.string(), "--listen", "127.0.0.1:0"}));
}

TEST_F(stopping_DeathTest, serves_with_the_directory_and_the_handler_that_were_configured) {
  const auto other = directory_.path() / "other";
  EXPECT_EXIT(serve_elsewhere(data_, other), ExitedWithCode(0), "heard request_lost");
  EXPECT_EXIT(serve_elsewhere(data_, other), ExitedWithCode(0), "\"event\":\"request_lost\"");
  EXPECT_EXIT(serve_elsewhere(data_, other), ExitedWithCode(0), "journal is in " + other.string());
  EXPECT_EXIT(serve_elsewhere(data_, other), ExitedWithCode(0),
              "\"event\":\"serving\".*\"data\":\"" + other.string());
  EXPECT_TRUE(std::filesystem::exists(other / "CURRENT"));
  EXPECT_FALSE(std::filesystem::exists(data_));
}

TEST_F(stopping_DeathTest, every_command_looks_where_configure_says) {
  application app{"counting", "Counts."};
  const auto other = directory_.path() / "other";
  app.configure([&](options& how) {
    EXPECT_EQ(how.data_directory, data_);
    how.data_directory = other;
  });
  std::filesystem::path seen;
  app.command("where", "Tells where the journal is.", [&] {
    seen = app.data();
    return 0;
  });
  EXPECT_EQ(run(app, {"where", "--data", data_.string()}), 0);
  EXPECT_EQ(seen, other);
}

TEST_F(stopping_DeathTest, an_action_may_throw_what_is_no_exception) {
  application app{"counting", "Counts."};
  app.command("fail", "Fails.", []() -> int { throw 42; });
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(run(app, {"fail"}), 1);
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "counting: an exception of unknown type\n");
}

}  // namespace
}  // namespace acta
