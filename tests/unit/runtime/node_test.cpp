// The embedding API, as a user sees it, on real threads.
#include "runtime/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include "tests/support/counter.hpp"
#include "tests/support/parcel.hpp"
#include "tests/support/shop.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

namespace {

using testing::add;
using testing::counter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(node, retires_no_type_that_no_stream_can_have) {
  node here{in_memory()};
  for (const auto* name : {"", "a/b", "/"}) EXPECT_THROW(here.retire(name), startup_error);
  here.retire("test.gone");
}

TEST(node, answers_in_both_forms) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  std::promise<result<receipt>> heard;
  ASSERT_TRUE(counters.send("x", add{5}, {.command_id = "a"},
                            [&](result<receipt> got) { heard.set_value(std::move(got)); }));
  EXPECT_EQ(*heard.get_future().get(), (receipt{version{1}, 1, false}));
  EXPECT_EQ(*counters.send("x", add{5}, {.command_id = "a"}).get(), (receipt{version{1}, 1, true}));
  EXPECT_EQ(counters.send("x", add{2, 2}).get()->version, version{3});
  const auto seen = counters.get("x").get();
  EXPECT_EQ(seen->view.sum, 9);
  EXPECT_EQ(seen->version, version{3});
}

TEST(node, errors_are_values) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  EXPECT_EQ(counters.get("nobody").get().error().code, errc::not_found);
  EXPECT_EQ(counters.send("x", add{-1}).get().error().refusal_code, "negative");
  EXPECT_EQ(counters.send("", add{1}).get().error().field, "id");
}

TEST(node, does_not_start_with_what_nothing_could_run_with) {
  const testing::temporary_directory directory;
  const auto refused = [&](auto change) {
    auto how = embedded(directory.path() / "journal");
    change(how);
    try {
      node{how};
    } catch (const startup_error& told) {
      return told.problem().field;
    }
    return std::string{"started"};
  };
  EXPECT_EQ(refused([](options& how) { how.shard_count = 0; }), "shard_count");
  EXPECT_EQ(refused([](options& how) { how.shard_count = 4097; }), "shard_count");
  EXPECT_EQ(refused([](options& how) { how.batch_events = 0; }), "batch_events");
  EXPECT_EQ(refused([](options& how) { how.deadline_tick = 0ms; }), "deadline_tick");
  EXPECT_EQ(refused([](options& how) { how.deduplication_window = 0; }), "deduplication_window");
  EXPECT_EQ(refused([](options& how) { how.drain_deadline = -1ms; }), "drain_deadline");
  EXPECT_EQ(refused([](options& how) { how.parking_least = 2 * how.parking_most; }),
            "parking_least");
  EXPECT_EQ(refused([](options& how) { how.evictable_after = -1ms; }), "evictable_after");
  EXPECT_EQ(refused([](options& how) { how.restart_period = std::chrono::milliseconds::min(); }),
            "restart_period");
  EXPECT_EQ(refused([](options& how) { how.aggregate_restart_period = -1ms; }),
            "aggregate_restart_period");
  EXPECT_EQ(refused([](options& how) { how.worker_threads = ~std::size_t{0}; }), "worker_threads");
  EXPECT_EQ(refused([](options& how) { how.scheduler = scheduler_policy{2}; }), "scheduler");
  EXPECT_EQ(refused([](options& how) { how.messages_per_turn = ~std::size_t{0}; }),
            "messages_per_turn");
  EXPECT_EQ(refused([](options& how) { how.traces.sample_ratio = 1.1; }), "traces.sample_ratio");
  EXPECT_EQ(refused([](options& how) { how.traces.timeout = 0ms; }), "traces.timeout");
  EXPECT_EQ(refused([](options& how) { how.traces.waiting_spans = 0; }), "traces.waiting_spans");
  EXPECT_EQ(refused([](options& how) { how.traces.endpoint = "here:4318"; }), "traces.endpoint");
  EXPECT_EQ(refused([](options& how) {
              how.traces.endpoint = "http://here";
              how.traces.headers = {{"a b", ""}};
            }),
            "traces.headers");
  EXPECT_FALSE(std::filesystem::exists(directory.path() / "journal"));
}

TEST(node, says_that_a_journal_keeps_its_number_of_shards) {
  const testing::temporary_directory directory;
  auto how = embedded(directory.path());
  how.shard_count = 4;
  node{how};
  std::vector<std::string> told;
  how.tell = [&](const notice& one) { told.push_back(std::string{one.event}); };
  node{how};
  EXPECT_THAT(told, ::testing::IsEmpty());
  how.shard_count = 8;
  node{how};
  EXPECT_THAT(told, ElementsAre("shard_count_ignored"));
}

TEST(node, says_which_request_was_lost_and_why) {
  std::vector<std::string> told;
  auto how = in_memory();
  how.tell = [&](const notice& one) { told.push_back(std::string{one.event} + ": " + one.reason); };
  {
    node here{how};
    auto counters = here.host<counter>();
    EXPECT_EQ(counters.send("x", testing::explode{}, {.command_id = "boom"}).get().error().code,
              errc::domain_failed);
  }
  EXPECT_THAT(
      told, ElementsAre("request_lost: explode boom to test.counter/x was answered domain_failed: "
                        "decide() threw"));
}

TEST(node, hosts_several_types_each_once) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  auto parcels = here.host<post::parcel>();
  EXPECT_TRUE(counters.send("1", add{1}).get().ok());
  EXPECT_TRUE(parcels.send("1", post::send{{"Brno", {}}, post::service::letter, {}}).get().ok());
  EXPECT_EQ(here.hosted().size(), 2U);
  EXPECT_NE(here.find("post.parcel"), nullptr);
  EXPECT_EQ(here.find("post.office"), nullptr);
  EXPECT_THROW(here.host<counter>(), startup_error);
}

TEST(node, reads_one_event_at_least) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(counters.send("x", add{5}).get().ok());
  std::promise<result<std::vector<recorded_event>>> read;
  ASSERT_TRUE(here.events(*here.find("test.counter"), "x", {1}, 0,
                          [&](auto events) { read.set_value(std::move(events)); }));
  EXPECT_EQ(read.get_future().get()->size(), 1U);
}

TEST(node, refuses_pages_of_events_beyond_its_limit_until_a_callback_begins) {
  auto how = in_memory();
  how.event_pages = 2;
  node here{how};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{5}).get().ok());
  std::promise<void> blocks;
  std::promise<void> begun;
  std::promise<void> all_read;
  const auto read = [&](auto told) {
    const auto admitted =
        here.events(*here.find("test.counter"), "x", {1}, 10, [told](const auto& events) mutable {
          EXPECT_TRUE(events.ok());
          told();
        });
    return admitted.ok() ? "" : std::string{to_string(admitted.error().code)};
  };
  EXPECT_EQ(read([&] {
              begun.set_value();
              blocks.get_future().wait();
            }),
            "");
  begun.get_future().wait();
  EXPECT_EQ(read([] {}), "") << "the first one's permit has come home";
  EXPECT_EQ(read([&] { all_read.set_value(); }), "");
  EXPECT_EQ(read([] { ADD_FAILURE() << "what is refused never calls back"; }), "overloaded");
  EXPECT_TRUE(counters.send("y", add{5}).get().ok()) << "commands have credits of their own";
  std::promise<std::string> shown;
  here.metrics([&](std::string text) { shown.set_value(std::move(text)); });
  EXPECT_THAT(shown.get_future().get(),
              ::testing::HasSubstr("\nacta_event_pages_rejected_total 1\n"));
  blocks.set_value();
  all_read.get_future().wait();
  EXPECT_EQ(read([] {}), "");
}

TEST(node, events_are_kept_with_all_that_was_said) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  call_options how;
  how.command_id = "a";
  how.principal = "ann";
  how.correlation_id = "talk";
  how.causation_id = "cause";
  how.trace_context = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  how.trace_state = "vendor=1";
  ASSERT_TRUE(counters.send("x", add{5}, how).get().ok());
  std::promise<result<std::vector<recorded_event>>> read;
  ASSERT_TRUE(here.events(*here.find("test.counter"), "x", {1}, 10,
                          [&](auto events) { read.set_value(std::move(events)); }));
  const auto events = *read.get_future().get();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].position, (position{0, 1}));
  EXPECT_EQ(events[0].stream.text(), "test.counter/x");
  EXPECT_EQ(events[0].type, "test.counter.added");
  EXPECT_EQ(events[0].metadata.principal, "ann");
  EXPECT_EQ(events[0].metadata.correlation_id, "talk");
  EXPECT_EQ(events[0].metadata.causation_id, "cause");
  EXPECT_EQ(events[0].metadata.trace_context,
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 vendor=1");
  EXPECT_NE(events[0].metadata.command_hash, 0U);
  EXPECT_GT(events[0].metadata.time, timestamp{});
  EXPECT_EQ(here.last(), (position{0, 1}));
}

TEST(node, reads_are_as_fresh_as_they_are_asked_to_be) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{5}).get().ok());
  auto ahead = counters.get("x", at_least({2}), {.deadline = 60s});
  EXPECT_EQ(counters.get("x", at_least({2}), {.deadline = 10ms}).get().error().code,
            errc::deadline_exceeded);
  ASSERT_TRUE(counters.send("x", add{6}).get().ok());
  EXPECT_EQ(ahead.get()->view.sum, 11);
  EXPECT_EQ(counters.get("x", from_aggregate).get()->view.sum, 11);
  EXPECT_EQ(counters.get("x", {}).get()->view.sum, 11);
  EXPECT_EQ(counters.get("x", {.deadline = 60s, .fresh = at_least({2})}).get()->version,
            version{2});
}

TEST(node, each_reader_sees_what_was_answered_before_it_began) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  std::atomic<std::uint64_t> answered{0};
  std::atomic<int> stale{0};
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t)
    readers.emplace_back([&] {
      while (answered < 500) {
        const auto floor = answered.load();
        const auto seen = counters.get("hot").get();
        stale += (seen.ok() ? seen->version.value : 0) < floor;
      }
    });
  for (int i = 0; i < 500; ++i) answered = counters.send("hot", add{1}).get()->version.value;
  for (auto& one : readers) one.join();
  EXPECT_EQ(stale, 0);
}

TEST(node, a_command_without_an_id_gets_one_of_its_own) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  EXPECT_FALSE(counters.send("x", add{5}).get()->repeated);
  EXPECT_FALSE(counters.send("x", add{5}).get()->repeated);
}

TEST(node, what_was_answered_is_there_after_it_was_opened_again) {
  const testing::temporary_directory place;
  {
    node here{embedded(place.path())};
    auto counters = here.host<counter>();
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(counters.send("x", add{1}).get().ok());
    EXPECT_TRUE(counters.send("x", add{1}, {.command_id = "last"}).get().ok());
  }
  node here{embedded(place.path())};
  auto counters = here.host<counter>();
  EXPECT_EQ(counters.get("x").get()->view.sum, 101);
  EXPECT_TRUE(counters.send("x", add{1}, {.command_id = "last"}).get()->repeated);
}

TEST(node, a_journal_has_one_node_at_a_time) {
  const testing::temporary_directory place;
  node here{embedded(place.path())};
  try {
    node second{embedded(place.path())};
    FAIL() << "a second node opened the same journal";
  } catch (const startup_error& refused) {
    EXPECT_EQ(refused.problem().code, errc::storage);
    EXPECT_THAT(refused.what(), HasSubstr(place.path().string()));
  }
}

TEST(node, does_not_start_on_events_that_changed) {
  const testing::temporary_directory place;
  {
    node here{embedded(place.path())};
    ASSERT_TRUE(here.host<counter>().send("x", add{1}).get().ok());
  }
  auto changed = describe<counter>();
  changed.events[0].payload = &value_type::of<add>();
  node here{embedded(place.path())};
  EXPECT_THROW(here.host(std::move(changed)), startup_error);
}

TEST(node, that_stored_nothing_refuses_nobody) {
  const testing::temporary_directory place;
  { node{embedded(place.path())}.host<testing::larger_shop>(); }
  {
    node older{embedded(place.path())};
    older.host<testing::shop>();
    older.require_all_hosted();
  }
  {
    node here{embedded(place.path())};
    auto shops = here.host<testing::other_shop>();
    ASSERT_TRUE(shops.send("x", testing::sell{}).get().ok());
  }
  node older{embedded(place.path())};
  EXPECT_THROW(older.host<testing::shop>(), startup_error) << "one returned is stored now";
}

TEST(node, does_not_serve_a_journal_of_which_it_does_not_know_an_aggregate) {
  const testing::temporary_directory place;
  {
    node here{embedded(place.path())};
    here.host<counter>();
    here.require_all_hosted();
    ASSERT_TRUE(here.host<post::parcel>()
                    .send("7", post::send{{"Brno", {}}, post::service::letter, {}})
                    .get()
                    .ok());
  }
  node here{embedded(place.path())};
  here.host<counter>();
  try {
    here.require_all_hosted();
    FAIL() << "it knows nothing of parcels";
  } catch (const startup_error& refused) {
    EXPECT_EQ(refused.problem().code, errc::contract_mismatch);
    EXPECT_THAT(refused.what(), HasSubstr("the aggregate post.parcel is not known"));
    EXPECT_THAT(refused.what(), HasSubstr("position 1 (post.parcel/7, version 1)"));
  }
  here.host<post::parcel>();
  here.require_all_hosted();
}

TEST(node, shuts_down_in_order_and_refuses_from_then_on) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  std::atomic<int> answered{0};
  for (int i = 0; i < 1000; ++i)
    ASSERT_TRUE(counters.send(std::to_string(i), add{1}, {},
                              [&](const auto& got) { answered += got.ok(); }));
  EXPECT_EQ(here.not_ready_reason(), "");
  EXPECT_TRUE(here.shut_down(10s));
  EXPECT_EQ(here.not_ready_reason(), "the node is shutting down");
  EXPECT_EQ(answered, 1000) << "what was accepted was answered first";
  EXPECT_EQ(counters.send("x", add{1}).get().error().code, errc::shutting_down);
  EXPECT_TRUE(here.shut_down(10s)) << "twice does no harm";
}

TEST(node, shuts_down_without_waiting_for_a_version_that_never_comes) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  auto waiting = counters.get("x", at_least({9}));
  EXPECT_TRUE(here.shut_down(5s)) << "well before the read's deadline";
  EXPECT_EQ(waiting.get().error().code, errc::shutting_down);
}

TEST(node, many_threads_may_send_at_once) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  std::vector<std::thread> senders;
  std::atomic<int> failed{0};
  for (int t = 0; t < 4; ++t)
    senders.emplace_back([&] {
      for (int i = 0; i < 250; ++i) failed += !counters.send("hot", add{1}).get().ok();
    });
  for (auto& one : senders) one.join();
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(counters.get("hot").get()->view.sum, 1000);
}

TEST(node, tells_rate_errors_and_durations_per_command) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  ASSERT_FALSE(counters.send("x", add{-1}).get().ok());
  std::promise<std::string> text;
  here.metrics([&](std::string all) { text.set_value(std::move(all)); });
  const auto all = text.get_future().get();
  const std::string labels = R"(aggregate="test.counter",command="add")";
  EXPECT_THAT(all, HasSubstr("acta_commands_total{" + labels + R"(,outcome="ok"} 1)"));
  EXPECT_THAT(all, HasSubstr("acta_commands_total{" + labels + R"(,outcome="refused"} 1)"));
  EXPECT_THAT(all, HasSubstr("acta_command_duration_seconds_count{" + labels + "} 2"));
}

TEST(node, tells_how_many_aggregates_are_in_memory_and_what_they_weigh) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  ASSERT_TRUE(counters.send("y", add{1}).get().ok());
  std::promise<std::string> text;
  here.metrics([&](std::string all) { text.set_value(std::move(all)); });
  const auto all = text.get_future().get();
  EXPECT_THAT(all, HasSubstr("\nacta_live_aggregates 2\n"));
  EXPECT_THAT(all, HasSubstr("\nacta_live_bytes 8192\n")) << "the least that each counts";
}

TEST(node, has_no_backup_in_memory) {
  const testing::temporary_directory place;
  node here{in_memory()};
  EXPECT_EQ(here.backup(place.path() / "backup").error().code, errc::storage);
}

TEST(node, starts_from_a_backup_of_a_node_that_goes_on) {
  const testing::temporary_directory place;
  node here{embedded(place.path() / "data")};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{5}, {.command_id = "a"}).get().ok());
  const auto done = here.backup(place.path() / "backup");
  ASSERT_TRUE(done.ok()) << done.error().detail;
  EXPECT_EQ(*done, (position{0, 1}));
  ASSERT_TRUE(counters.send("x", add{7}).get().ok());
  EXPECT_EQ(here.backup(place.path() / "backup").error().code, errc::storage);
  node there{embedded(place.path() / "backup")};
  auto copies = there.host<counter>();
  EXPECT_EQ(copies.get("x").get()->view.sum, 5);
  EXPECT_TRUE(copies.send("x", add{5}, {.command_id = "a"}).get()->repeated);
  EXPECT_EQ(counters.get("x").get()->view.sum, 12);
}

TEST(node, says_when_it_cannot_open_its_journal) {
  const testing::temporary_directory place;
  const auto file = place.path() / "file";
  std::ofstream{file} << "not a directory";
  EXPECT_THROW(node{embedded(file)}, startup_error);
  EXPECT_THROW(node{embedded(file / "below")}, startup_error);
}

TEST(node, gives_the_aggregates_that_it_hosts_and_no_others) {
  acta::node node{in_memory()};
  EXPECT_THROW((void)node.aggregates<testing::counter>(), startup_error);
  (void)node.host<testing::counter>();
  const auto counters = node.aggregates<testing::counter>();
  EXPECT_TRUE(counters.send("1", testing::add{2}).get());
  EXPECT_TRUE(counters.get("1").get());
}

}  // namespace
}  // namespace acta
