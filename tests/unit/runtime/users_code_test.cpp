// A user's own code in a running node: what it throws, and what waits for it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <thread>

#include "runtime/node.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/moody.hpp"
#include "tests/support/said_at_places.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

namespace {

using testing::add;
using ::testing::Contains;
using testing::counter;
using ::testing::ElementsAre;
using testing::feel;
using ::testing::HasSubstr;
using testing::moody;
using testing::place;
using testing::said_at_places;
using ::testing::StartsWith;
using testing::throwing_in;
using testing::unlucky;
using namespace std::chrono_literals;

std::string metrics_of(node& of) {
  std::promise<std::string> text;
  of.metrics([&](std::string all) { text.set_value(std::move(all)); });
  return text.get_future().get();
}

TEST(users_code, callbacks_that_throw_end_nothing) {
  const testing::temporary_directory place;
  node here{embedded(place.path())};  // whose events are read on a thread of the journal's
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  const auto& type = *here.find("test.counter");
  std::ignore = here.events(type, "x", {1}, 10, [](const auto&) { testing::throw_barbed(); });
  std::ignore = here.events(type, "y", {1}, 10, [](const auto&) { testing::throw_barbed(); });
  std::ignore = here.events(type, "x", {9}, 10, [](const auto&) { testing::throw_barbed(); });
  here.parked([](const auto&) { testing::throw_barbed(); });
  here.metrics([](const auto&) { testing::throw_barbed(); });
  ASSERT_TRUE(counters.send("x", add{1}, {}, [](const auto&) { testing::throw_barbed(); }));
  EXPECT_TRUE(counters.send("x", add{1}).get().ok());
  std::promise<void> read;  // behind the others, on the same threads
  ASSERT_TRUE(here.events(type, "x", {1}, 10, [&](const auto&) { read.set_value(); }));
  read.get_future().wait();
  EXPECT_EQ(here.not_ready_reason(), "");
  EXPECT_THAT(metrics_of(here), HasSubstr("acta_callbacks_threw_total"));
}

TEST(users_code, a_tell_that_throws_ends_nothing) {
  auto how = in_memory();
  how.tell = [](const notice&) { testing::throw_barbed(); };
  node here{how};
  auto counters = here.host<counter>();
  EXPECT_FALSE(counters.send("x", testing::explode{}).get().ok());
  EXPECT_TRUE(counters.send("x", add{1}).get().ok());
}

TEST(users_code, a_view_that_cannot_be_copied_is_an_answer_all_the_same) {
  node here{in_memory()};
  auto moods = here.host<moody>();
  ASSERT_TRUE(moods.send("x", feel{unlucky}).get().ok());
  const throwing_in copies{place::view_copied};
  const auto seen = moods.get("x").get();
  ASSERT_FALSE(seen.ok());
  EXPECT_EQ(seen.error().code, errc::domain_failed);
  EXPECT_THAT(seen.error().detail, HasSubstr("copy constructor threw"));
}

TEST(users_code, an_event_that_cannot_be_read_is_an_error_to_its_subscriber) {
  node here{in_memory()};
  auto moods = here.host<moody>();
  ASSERT_TRUE(moods.send("x", feel{unlucky}).get().ok());
  const throwing_in reads{place::event_loaded};
  std::promise<errc> told;
  const auto mine = here.subscribe(from_start, [&](const recorded_event& event) {
    told.set_value(moods.decode(event).error().code);
  });
  EXPECT_EQ(told.get_future().get(), errc::domain_failed);
}

TEST(users_code, a_type_that_throws_when_it_is_described_is_not_hosted) {
  node here{in_memory()};
  for (const auto what : {testing::fault::of_the_domain, testing::fault::no_memory}) {
    const throwing_in makes{place::state_constructor, what};
    EXPECT_THROW(here.host<moody>(), startup_error);
  }
  EXPECT_THAT(here.hosted(), ::testing::IsEmpty());
  EXPECT_EQ(here.find("test.moody"), nullptr);
  EXPECT_TRUE(here.host<moody>().send("x", feel{1}).get().ok()) << "as if it had not been called";
}

TEST(users_code, a_snapshot_that_fails_is_told_once_with_its_reason) {
  std::atomic<int> told{0};
  std::promise<std::string> reason;
  auto how = in_memory();
  how.snapshot_every_events = 1;
  how.tell = [&](const notice& one) {
    if (one.event == "snapshot_failed" && told++ == 0) reason.set_value(one.reason);
  };
  node here{how};
  auto moods = here.host<moody>();
  const throwing_in saves{place::state_saved};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(moods.send("x", feel{unlucky}).get().ok());
  EXPECT_THAT(reason.get_future().get(),
              ::testing::AllOf(HasSubstr("test.moody/x"), HasSubstr("threw")));
  EXPECT_TRUE(moods.send("x", feel{1}).get().ok());
  EXPECT_EQ(told, 1);
}

TEST(users_code, a_backup_whose_caller_throws_fails_and_leaves_nothing) {
  const testing::temporary_directory place;
  node here{embedded(place.path() / "data")};
  ASSERT_TRUE(here.host<counter>().send("x", add{1}).get().ok());
  backup_options how;
  how.stopped = []() -> bool { testing::throw_barbed(); };
  const auto made = here.backup(place.path() / "copy", how);
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, errc::domain_failed);
  EXPECT_TRUE(!exists(place.path() / "copy") || is_empty(place.path() / "copy"));
  EXPECT_TRUE(here.backup(place.path() / "copy").ok());
}

TEST(users_code, a_type_that_the_journal_knows_otherwise_is_not_hosted) {
  const testing::temporary_directory place;
  {
    node first{embedded(place.path())};
    ASSERT_TRUE(first.host<counter>().send("x", add{1}).get().ok());
  }
  auto changed = describe<counter>();
  changed.events[0].payload = &value_type::of<add>();
  node here{embedded(place.path())};
  EXPECT_THROW(here.host(std::move(changed)), startup_error);
  EXPECT_THAT(here.hosted(), ::testing::IsEmpty());
  EXPECT_EQ(here.find("test.counter"), nullptr);
  EXPECT_NO_THROW(here.host<counter>());
}

TEST(users_code, is_on_the_list_wherever_it_is_called) {
  const testing::temporary_directory directory;
  auto how = embedded(directory.path());
  how.snapshot_every_events = 1;
  {
    node here{how};
    const said_at_places said{here};
    auto moods = here.host<moody>();
    EXPECT_THAT(said[place::state_constructor], ElementsAre("the description of test.moody"));
    ASSERT_TRUE(moods.send("x", feel{1}).get().ok());
    ASSERT_TRUE(moods.get("x", {}, [](const auto&) {}));
    ASSERT_TRUE(here.shut_down(30s));
    // Callbacks of earlier calls may be on the list too: an answer is here before they have
    // returned.
    EXPECT_THAT(said[place::command_saved], Contains("the encoding of feel, test.moody/x"));
    EXPECT_THAT(said[place::state_constructor],
                Contains("the constructor of test.moody, test.moody/x"));
    for (const auto where : {place::decide, place::apply, place::event_saved})
      EXPECT_THAT(said[where], Contains("the decision on feel, test.moody/x"));
    EXPECT_THAT(said[place::state_saved], Contains("the writing of a snapshot, test.moody/x"));
    EXPECT_THAT(said[place::view], Contains("view(), test.moody/x"));
    EXPECT_THAT(said[place::view_saved], Contains("the size of a view, test.moody/x"));
    EXPECT_THAT(said[place::view_copied], Contains("the callback of query, test.moody/x"));
  }
  node again{how};
  const said_at_places said{again};
  auto moods = again.host<moody>();
  ASSERT_TRUE(moods.send("x", feel{2}).get().ok());
  std::promise<void> read;
  const auto mine = again.subscribe(from_start, [&](const recorded_event& event) {
    if (moods.decode(event).ok() && event.position.offset == 2) read.set_value();
  });
  read.get_future().wait();
  ASSERT_TRUE(again.shut_down(30s));
  EXPECT_THAT(said[place::state_loaded], Contains("the reading of a snapshot, test.moody/x"));
  EXPECT_THAT(said[place::event_loaded],
              Contains("the decoding of test.moody.felt, test.moody/x, position 1"));
}

TEST(users_code, is_on_the_list_when_a_refused_subscriber_is_told) {
  node here{in_memory()};
  std::vector<std::string> said;
  const auto mine = here.subscribe(
      position{0, 9}, [](const recorded_event&) {},
      [&](const error&) { said = here.in_users_code(); });
  EXPECT_THAT(said, ElementsAre("the end handler of a subscription"));
}

/// Something of a user's that blocks until it is let go.
struct blocking {
  void operator()() {
    begun.set_value();
    go_on.get_future().wait();
  }
  std::promise<void> begun;
  std::promise<void> go_on;
};

/// What a node said, and a node that says it.
struct telling {
  explicit telling(std::chrono::milliseconds drain = 50ms) {
    auto how = in_memory();
    how.worker_threads = 2;
    how.drain_deadline = drain;
    how.tell = [this](const notice& one) {
      const std::lock_guard lock{mutex};
      told.push_back(std::string{one.event} + ": " + one.reason);
    };
    here = std::make_unique<node>(how);
  }
  std::vector<std::string> heard() {
    const std::lock_guard lock{mutex};
    return told;
  }
  std::mutex mutex;
  std::vector<std::string> told;
  std::unique_ptr<node> here;
};

constexpr auto held = "shutdown_held: the node cannot end before this has returned: ";

TEST(shutting_down, names_a_callback_that_blocks_and_ends_when_it_returns) {
  blocking callback;
  telling of;
  auto counters = of.here->host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}, {}, [&](const auto&) { callback(); }));
  callback.begun.get_future().wait();
  EXPECT_FALSE(of.here->shut_down(50ms));
  const std::string call = "the callback of add, test.counter/x";
  EXPECT_THAT(of.here->in_users_code(), ElementsAre(call));
  EXPECT_THAT(of.heard(), ElementsAre(held + call));
  callback.go_on.set_value();
  EXPECT_TRUE(of.here->shut_down(30s)) << "all was answered in time, and now it has ended";
}

TEST(shutting_down, names_a_handler_that_blocks_and_its_destructor_waits_and_says_so) {
  blocking handler;
  telling of;
  auto counters = of.here->host<counter>();
  const auto mine = of.here->subscribe(from_start, [&](const recorded_event&) { handler(); });
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  handler.begun.get_future().wait();
  EXPECT_FALSE(of.here->shut_down(50ms));
  const std::string call = "the handler of a subscription, position 1";
  EXPECT_THAT(of.heard(), ElementsAre(held + call));
  std::atomic<bool> gone{false};
  std::thread owner{[&] {
    of.here.reset();
    gone = true;
  }};
  const auto waits = [&] {
    const auto all = of.heard();
    return !all.empty() && all.back().starts_with("shutdown_waits");
  };
  while (!waits()) std::this_thread::yield();
  EXPECT_FALSE(gone);
  EXPECT_THAT(of.heard().back(), HasSubstr(call));
  handler.go_on.set_value();
  owner.join();
}

TEST(shutting_down, names_a_view_that_blocks) {
  blocking view;
  telling of;
  auto moods = of.here->host<moody>();
  ASSERT_TRUE(moods.send("x", feel{1}).get().ok());
  const testing::looking_at_places looking{[&](place where) {
    if (where == place::view) view();
  }};
  ASSERT_TRUE(of.here->query(*of.here->find("test.moody"), "x", {}, [](const auto&) {}));
  view.begun.get_future().wait();
  EXPECT_FALSE(of.here->shut_down(50ms));
  EXPECT_THAT(of.heard(), ElementsAre(held + std::string{"view(), test.moody/x"}));
  view.go_on.set_value();
  EXPECT_FALSE(of.here->shut_down(30s)) << "the read was not answered in time";
  EXPECT_THAT(of.here->in_users_code(), ::testing::IsEmpty());
  EXPECT_EQ(of.heard().size(), 1U) << "it has ended";
}

TEST(shutting_down, names_a_tell_that_blocks) {
  blocking tell;
  std::atomic<bool> told{false};
  auto how = in_memory();
  how.worker_threads = 2;
  how.tell = [&](const notice& one) {
    if (one.event == "request_lost") tell();
    if (one.event == "shutdown_held") told = one.reason.ends_with("options.tell on request_lost");
  };
  node here{how};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", testing::explode{}, {}, [](const auto&) {}));
  tell.begun.get_future().wait();
  EXPECT_FALSE(here.shut_down(50ms));
  EXPECT_TRUE(told);
  tell.go_on.set_value();
  EXPECT_TRUE(here.shut_down(30s));
}

TEST(shutting_down, happens_on_any_thread) {
  auto here = std::make_unique<node>(in_memory());
  ASSERT_TRUE(here->host<counter>().send("x", add{1}).get().ok());
  std::thread{[&] { here.reset(); }}.join();
}

TEST(shutting_down, names_a_callback_on_a_thread_of_the_journal) {
  const testing::temporary_directory place;
  blocking callback;
  node here{embedded(place.path())};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  std::ignore =
      here.events(*here.find("test.counter"), "x", {1}, 10, [&](const auto&) { callback(); });
  callback.begun.get_future().wait();
  EXPECT_FALSE(here.shut_down(50ms));
  EXPECT_THAT(here.in_users_code(), ElementsAre("the callback of events, test.counter/x"));
  callback.go_on.set_value();
}

TEST(shutting_down, answers_those_who_wait_though_one_callback_blocks) {
  blocking callback;
  telling of;
  auto counters = of.here->host<counter>();
  std::promise<void> late;
  // Nothing brings this version; so it is answered by the end, on the thread that answers all.
  ASSERT_TRUE(of.here->query(*of.here->find("test.counter"), "y",
                             {.deadline = 60s, .fresh = at_least({9})},
                             [&](const auto&) { late.set_value(); }));
  ASSERT_TRUE(counters.send("x", add{1}, {}, [&](const auto&) { callback(); }));
  callback.begun.get_future().wait();
  EXPECT_FALSE(of.here->shut_down(50ms));
  late.get_future().wait();
  callback.go_on.set_value();
}

}  // namespace
}  // namespace acta
