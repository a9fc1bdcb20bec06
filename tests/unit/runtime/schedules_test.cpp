// Schedules on a node, on real threads. When things are due is tested in virtual time: see
// tests/unit/schedule.
#include "runtime/schedule/schedules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/node.hpp"
#include "runtime/schedule/agenda.hpp"
#include "runtime/schedule/book.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/remembering_tracer.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

namespace {

using internal::schedule_book;
using testing::add;
using testing::counter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using namespace std::chrono_literals;

timestamp now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

schedule_plan plan(std::string name, std::string id = "x",
                   std::string arguments = R"({"amount": 5})") {
  schedule_plan made;
  made.name = std::move(name);
  made.every = 24h;
  made.aggregate = "test.counter";
  made.id = std::move(id);
  made.command = "add";
  made.arguments = std::move(arguments);
  return made;
}

/// A node with a counter, and what came of its due times.
class scheduling {
public:
  explicit scheduling(options how = in_memory()) : here{quick(std::move(how))} {
    watch_ = here.subscribe(from_start, [this](const recorded_event& event) {
      if (event.type != "acta.schedule.settled") return;
      const auto read = books_.decode(event);
      ASSERT_TRUE(read) << read.error().detail;
      const auto& came = std::get<internal::books::settled>(*read).came;
      const std::lock_guard lock{mutex_};
      settled_.push_back(came.outcome + (came.detail.empty() ? "" : " " + came.detail));
      changed_.notify_all();
    });
  }

  /// The outcomes so far, once there are so many.
  std::vector<std::string> settled(std::size_t least) {
    std::unique_lock lock{mutex_};
    EXPECT_TRUE(changed_.wait_for(lock, 30s, [&] { return settled_.size() >= least; }));
    return settled_;
  }
  std::int64_t sum(const std::string& id = "x") { return counters.get(id).get()->view.sum; }

  template <class T, class Call>
  result<T> ask(Call call) {
    std::promise<result<T>> told;
    call([&](result<T> answer) { told.set_value(std::move(answer)); });
    return told.get_future().get();
  }
  std::vector<schedule_status> list() {
    return *ask<std::vector<schedule_status>>(
        [&](auto done) { here.schedules().list("", 100, std::move(done)); });
  }
  result<schedule_status> find(const std::string& name) {
    return ask<schedule_status>([&](auto done) { here.schedules().find(name, std::move(done)); });
  }
  /// A one-shot, once the schedules have heard that its outcome is durable.
  schedule_status over(const std::string& name) {
    const auto until = std::chrono::steady_clock::now() + 30s;
    auto seen = find(name);
    for (; !seen || !seen->over; seen = find(name))
      if (std::chrono::steady_clock::now() > until) throw std::runtime_error{name + " goes on"};
    return *seen;
  }
  using change = void (schedules::*)(std::string, call_options, schedules::done<receipt>);
  result<receipt> tell(change what, std::string name, call_options how = {}) {
    return ask<receipt>(
        [&](auto done) { (here.schedules().*what)(std::move(name), how, std::move(done)); });
  }
  error refused(const schedule_plan& wrong) {
    const auto answer = here.schedule(wrong).get();
    return answer ? error{errc::storage, "it was taken"} : answer.error();
  }

  node here;
  aggregates<counter> counters = here.host<counter>();

private:
  static options quick(options how) {
    how.worker_threads = 2;
    return how;
  }
  aggregates<schedule_book> books_{here, *here.find("acta.schedule")};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> settled_;
  subscription watch_;
};

TEST(schedules, send_a_command_at_its_time_and_keep_what_came_of_it) {
  scheduling one;
  one.here.run_schedules();
  const auto added = one.counters.send_at(now() + 20ms, "x", add{5}, {.command_id = "gift"}).get();
  ASSERT_TRUE(added) << added.error().detail;
  EXPECT_EQ(added->book, internal::book_of("test.counter", "x"));
  EXPECT_THAT(one.settled(1), ElementsAre("done"));
  EXPECT_EQ(one.sum(), 5);
  const auto over = one.over("gift");
  EXPECT_EQ(over.entry.newest->outcome, "done");
  EXPECT_THAT(over.next, IsEmpty());
  EXPECT_EQ(one.list().size(), 1U);
}

TEST(schedules, send_nothing_before_they_run) {
  scheduling one;
  ASSERT_TRUE(one.counters.send_at(std::chrono::system_clock::now() - 1h, "x", add{5}).get());
  ASSERT_EQ(one.list().size(), 1U);
  EXPECT_EQ(one.counters.get("x").get().error().code, errc::not_found);
  one.here.run_schedules();
  EXPECT_THAT(one.settled(1), ElementsAre("done"));
}

TEST(schedules, have_one_effect_for_a_due_time_whose_record_a_kill_prevented) {
  const testing::temporary_directory directory;
  auto how = embedded(directory.path() / "data");
  // The command is not among those that an aggregate remembers: it is looked for.
  how.deduplication_window = 1;
  how.deduplication_reach = 0ms;
  const auto due = std::chrono::floor<std::chrono::seconds>(now()) - 1s;
  {
    scheduling one{how};
    const auto added = one.counters.send_at(due, "x", add{5}).get();
    ASSERT_TRUE(added);
    const auto id = internal::command_id_of({added->book, added->number}, due);
    ASSERT_TRUE(one.counters.send("x", add{5}, {.command_id = id}).get());
    ASSERT_TRUE(one.counters.send("x", add{1}).get());
    ASSERT_TRUE(one.counters.send("x", add{1}).get());
  }
  scheduling again{how};
  again.here.run_schedules();
  EXPECT_THAT(again.settled(1), ElementsAre("repeated"));
  EXPECT_EQ(again.sum(), 7);
}

TEST(schedules, come_back_with_a_restart_and_are_due_but_once) {
  const testing::temporary_directory directory;
  const auto how = embedded(directory.path() / "data");
  std::uint64_t number = 0;
  {
    scheduling one{how};
    one.here.run_schedules();
    auto every = plan("tick");
    every.every = 1s;
    number = one.here.schedule(every).get()->number;
    one.settled(1);
    EXPECT_TRUE(one.tell(&schedules::pause, "tick"));
  }
  scheduling again{how};
  const auto sum = again.sum();
  again.here.run_schedules();
  const auto all = again.list();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].entry.number, number);
  EXPECT_TRUE(all[0].entry.paused);
  EXPECT_THAT(all[0].next, IsEmpty());
  ASSERT_TRUE(all[0].entry.newest);
  EXPECT_EQ(all[0].entry.newest->outcome, "done");
  const auto before = again.settled(1).size();
  EXPECT_TRUE(again.tell(&schedules::resume, "tick"));
  EXPECT_EQ(again.list()[0].next.size(), 3U);
  again.settled(before + 1);
  EXPECT_GT(again.sum(), sum);
}

TEST(schedules, keep_a_refusal_and_go_on) {
  scheduling one;
  one.here.run_schedules();
  auto wrong = plan("wrong", "x", R"({"amount": -1})");
  wrong.every = 1s;
  ASSERT_TRUE(one.here.schedule(wrong).get());
  EXPECT_EQ(one.settled(2)[1], "refused negative: counts up only");
  const auto all = one.list();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].entry.newest->detail, "negative: counts up only");
  EXPECT_EQ(all[0].next.size(), 3U);
}

schedule_plan once(std::string name, std::string id, std::string arguments) {
  auto made = plan(std::move(name), std::move(id), std::move(arguments));
  made.every = {};
  made.at = now();
  return made;
}

TEST(schedules, show_what_came_of_a_one_shot_also_after_a_restart) {
  const testing::temporary_directory directory;
  const auto how = embedded(directory.path() / "data");
  {
    scheduling one{how};
    one.here.run_schedules();
    ASSERT_TRUE(one.here.schedule(once("wrong", "x", R"({"amount": -1})")).get());
    EXPECT_EQ(one.over("wrong").entry.newest->outcome, "refused");
  }
  scheduling again{how};
  const auto seen = again.find("wrong");
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->over);
  EXPECT_EQ(seen->entry.newest->detail, "negative: counts up only");
  EXPECT_EQ(again.tell(&schedules::pause, "wrong").error().detail, "schedule 'wrong' is over");
  EXPECT_EQ(again.tell(&schedules::run_now, "wrong").error().detail, "schedule 'wrong' is over");
  ASSERT_TRUE(again.here.schedule(plan("wrong", "y")).get()) << "its name is free";
  const auto all = again.list();
  ASSERT_EQ(all.size(), 1U) << "and is the new one's";
  EXPECT_FALSE(all[0].over);
  ASSERT_TRUE(again.tell(&schedules::cancel, "wrong"));
  EXPECT_TRUE(again.find("wrong")->over);
}

TEST(schedules, are_listed_in_pages_with_those_that_are_over) {
  scheduling one;
  one.here.run_schedules();
  for (const auto* name : {"b", "d"})
    ASSERT_TRUE(one.here.schedule(once(name, name, R"({"amount": 1})")).get());
  for (const auto* name : {"b", "d"}) one.over(name);
  for (const auto* name : {"a", "c", "e"}) ASSERT_TRUE(one.here.schedule(plan(name)).get());
  const auto names = [&](std::string after, std::size_t most) {
    std::string all;
    const auto page = one.ask<std::vector<schedule_status>>(
        [&](auto done) { one.here.schedules().list(std::move(after), most, std::move(done)); });
    for (const auto& found : *page) all += found.entry.plan.name;
    return all;
  };
  EXPECT_EQ(names("", 100), "abcde");
  EXPECT_EQ(names("", 2), "ab");
  EXPECT_EQ(names("b", 2), "cd");
  EXPECT_EQ(names("d", 2), "e");
  EXPECT_EQ(names("", 0), "");
}

TEST(schedules, have_an_operator_hear_of_a_refusal_once_a_minute) {
  std::mutex mutex;
  std::vector<std::string> heard;
  auto how = in_memory();
  how.tell = [&](const notice& told) {
    const std::lock_guard lock{mutex};
    EXPECT_FALSE(told.failed);
    heard.push_back(std::string{told.event} + ": " + told.reason);
  };
  {
    scheduling one{how};
    one.here.run_schedules();
    auto wrong = plan("wrong", "x", R"({"amount": -1})");
    wrong.every = 1s;
    ASSERT_TRUE(one.here.schedule(wrong).get());
    one.settled(2);
  }
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_THAT(heard[0],
              StartsWith("schedule_refused: schedule 'wrong': add of test.counter/x, due 2"));
  EXPECT_THAT(heard[0], HasSubstr("Z: refused, negative: counts up only"));
}

TEST(schedules, are_judged_when_they_are_added) {
  scheduling one;
  auto wrong = plan("a");
  wrong.every = {};
  EXPECT_THAT(one.refused(wrong).detail, HasSubstr("exactly one of cron, every and at"));
  wrong.cron = "61 * * * *";
  EXPECT_EQ(one.refused(wrong).field, "cron");
  EXPECT_THAT(one.refused(wrong).detail, StartsWith("the minute field is '61'"));
  wrong.cron = "0 6 * * MON-FRI";
  wrong.zone = "Europe/Atlantis";
  EXPECT_EQ(one.refused(wrong).field, "zone");
  wrong = plan("a");
  wrong.aggregate = "test.nothing";
  EXPECT_EQ(one.refused(wrong).code, errc::unknown_aggregate);
  wrong.aggregate = "acta.schedule";
  EXPECT_EQ(one.refused(wrong).code, errc::unknown_aggregate);
  wrong = plan("a");
  wrong.command = "subtract";
  EXPECT_EQ(one.refused(wrong).code, errc::unknown_command);
  EXPECT_EQ(one.refused(plan("a", "x", R"({"amount": "five"})")).field, "arguments.amount");
  EXPECT_EQ(one.refused(plan("a", "")).field, "id");
  EXPECT_EQ(one.refused(plan("")).refusal_code, "invalid_name");
  EXPECT_EQ(one.refused(plan("a", "x", R"({"amount": 5)" + std::string(5 * 1024, ' ') + "}"))
                .refusal_code,
            "entry_too_large");
  EXPECT_THAT(one.list(), IsEmpty());
  EXPECT_TRUE(one.here.schedule(plan("a")).get()) << "none of them took the name";
}

TEST(schedules, have_names_of_their_own_across_books) {
  scheduling one;
  ASSERT_NE(internal::book_of("test.counter", "x"), internal::book_of("test.counter", "y"));
  ASSERT_TRUE(one.here.schedule(plan("a", "x")).get());
  EXPECT_EQ(one.refused(plan("a", "x")).refusal_code, "name_taken");
  EXPECT_EQ(one.refused(plan("a", "y")).refusal_code, "name_taken");
  EXPECT_EQ(one.tell(&schedules::pause, "b").error().code, errc::not_found);
  EXPECT_TRUE(one.tell(&schedules::cancel, "a"));
  EXPECT_EQ(one.tell(&schedules::cancel, "a").error().code, errc::not_found);
  EXPECT_TRUE(one.here.schedule(plan("a", "y")).get());
}

TEST(schedules, recognise_that_they_were_added_before) {
  scheduling one;
  const call_options how{.command_id = "first"};
  const auto added = one.here.schedule(plan("a"), how).get();
  ASSERT_TRUE(added);
  EXPECT_EQ(*one.here.schedule(plan("a"), how).get(),
            (schedule_receipt{added->book, added->number, true}));
  EXPECT_EQ(one.here.schedule(plan("a", "x", R"({"amount": 6})"), how).get().error().code,
            errc::command_id_reused);
  EXPECT_EQ(one.list().size(), 1U);
}

TEST(schedules, recognise_a_repeat_of_the_call_that_cancelled_one) {
  const testing::temporary_directory directory;
  const call_options how{.command_id = "key"};
  for (const bool restarted : {false, true}) {
    scheduling one{embedded(directory.path() / "data")};
    if (!restarted) {
      ASSERT_TRUE(one.here.schedule(plan("a")).get());
      const auto first = one.tell(&schedules::cancel, "a", how);
      ASSERT_TRUE(first);
      EXPECT_FALSE(first->repeated);
    }
    const auto again = one.tell(&schedules::cancel, "a", how);
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_TRUE(again->repeated);
    EXPECT_EQ(one.tell(&schedules::cancel, "a", {.command_id = "other"}).error().code,
              errc::not_found);
    EXPECT_EQ(one.tell(&schedules::cancel, "a").error().code, errc::not_found);
    EXPECT_THAT(one.list(), IsEmpty());
  }
}

TEST(schedules, run_now_by_their_callers_key) {
  scheduling one;
  ASSERT_TRUE(one.here.schedule(plan("a")).get());
  const call_options how{.command_id = "mine"};
  EXPECT_EQ(*one.tell(&schedules::run_now, "a", how), (receipt{version{1}, 1, false}));
  EXPECT_EQ(*one.tell(&schedules::run_now, "a", how), (receipt{version{1}, 1, true}));
  EXPECT_EQ(one.tell(&schedules::run_now, "a")->version, version{2});
  EXPECT_EQ(one.sum(), 10);
}

TEST(schedules, hold_10000_in_a_book_and_refuse_the_next) {
  scheduling one;
  std::vector<pending<schedule_receipt>> all;
  for (std::size_t i = 0; i < internal::most_entries; ++i)
    all.push_back(
        one.here.schedule(plan(std::to_string(i)), {.deadline = std::chrono::milliseconds::max()}));
  for (auto& added : all) ASSERT_TRUE(added.get());
  EXPECT_EQ(one.refused(plan("one more")).refusal_code, "book_full");
}

TEST(schedules, are_of_a_type_that_is_nobody_elses) {
  node here{in_memory()};
  EXPECT_THROW(here.host<schedule_book>(), startup_error);
  EXPECT_THROW(here.retire("acta.schedule"), startup_error);
  EXPECT_THAT(here.hosted(), IsEmpty());
  EXPECT_NE(here.find("acta.schedule"), nullptr);
}

TEST(schedules, leave_nothing_in_a_journal_that_has_none) {
  const testing::temporary_directory directory;
  {
    scheduling one{embedded(directory.path() / "data")};
    one.here.run_schedules();
    EXPECT_THAT(one.list(), IsEmpty());
    ASSERT_TRUE(one.counters.send("x", add{1}).get());
  }
  internal::rocksdb_options reading;
  reading.directory = directory.path() / "data";
  reading.read_only = true;
  const auto journal = internal::open_rocksdb_journal(reading);
  ASSERT_TRUE(journal);
  const auto contracts = (*journal)->contracts();
  ASSERT_TRUE(contracts);
  for (const auto& [name, schema] : *contracts) EXPECT_THAT(name, StartsWith("test.counter/"));
}

TEST(schedules, begin_a_trace_for_each_due_time) {
  const auto tracer = std::make_shared<testing::remembering_tracer>();
  auto how = in_memory();
  how.tracer = tracer;
  {
    scheduling one{how};
    one.here.run_schedules();
    ASSERT_TRUE(one.counters.send_at(now(), "x", add{5}, {.command_id = "gift"}).get());
    one.settled(1);
  }
  const auto due = tracer->only("test.counter add due");
  EXPECT_EQ(due.parent, 0U);
  EXPECT_EQ(testing::attribute(due, "faas.trigger"), "timer");
  EXPECT_EQ(testing::attribute(due, "acta.schedule.name"), "gift");
  EXPECT_EQ(testing::attribute(due, "acta.schedule.outcome"), "done");
  EXPECT_FALSE(due.failed);
  EXPECT_EQ(testing::names_of(tracer->children_of(due)), "test.counter add acta.schedule settle");
}

TEST(schedules, make_no_trace_of_what_nobody_asked_for) {
  const testing::temporary_directory directory;
  auto how = embedded(directory.path() / "data");
  {
    scheduling one{how};
    auto missed = once("late", "x", R"({"amount": 5})");
    missed.at = now() - 1h;
    missed.missed = missed_times::skip;
    ASSERT_TRUE(one.here.schedule(missed).get());
  }
  const auto tracer = std::make_shared<testing::remembering_tracer>();
  how.tracer = tracer;
  {
    scheduling again{how};
    again.here.run_schedules();
    EXPECT_THAT(again.settled(1), ElementsAre("skipped"));
  }
  EXPECT_EQ(testing::names_of(tracer->spans), "");
}

TEST(schedules, answer_everybody_when_the_node_ends) {
  std::vector<pending<schedule_receipt>> all;
  {
    scheduling one;
    one.here.run_schedules();
    for (int i = 0; i < 200; ++i) all.push_back(one.here.schedule(plan(std::to_string(i))));
    one.here.shut_down(10s);
    all.push_back(one.here.schedule(plan("late")));
  }
  for (auto& one : all) EXPECT_EQ(one.wait_for(0s), std::future_status::ready);
  EXPECT_FALSE(all.back().get().ok());
}

// Whatever way a request comes in, it can name any type that a node finds.
TEST(schedules, alone_send_commands_to_their_books) {
  scheduling at;
  const auto added = at.here.schedule(plan("one")).get();
  ASSERT_TRUE(added);
  const auto* books = at.here.find("acta.schedule");
  ASSERT_NE(books, nullptr);
  const auto before = at.here.last();
  for (std::size_t i = 0; i < books->commands.size(); ++i) {
    auto command = any_value::of(0);
    const auto sent = at.here.execute(*books, "7", i, std::move(command), {},
                                      [](const result<receipt>&) { ADD_FAILURE(); });
    ASSERT_FALSE(sent) << books->commands[i].name;
    EXPECT_EQ(sent.error().code, errc::unknown_aggregate);
  }
  EXPECT_EQ(at.here.last(), before);
}

}  // namespace
}  // namespace acta
