// What a subscriber gets, and how it reads it.
#include "runtime/node.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "tests/support/counter.hpp"
#include "tests/support/parcel.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

namespace {

using testing::add;
using testing::counter;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

TEST(subscription, gets_what_was_and_what_comes_until_it_is_cancelled) {
  node here{in_memory()};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  std::vector<std::uint64_t> seen;
  std::promise<void> three;
  auto mine = here.subscribe(from_start, [&](const recorded_event& event) {
    seen.push_back(event.position.offset);
    if (seen.size() == 3) three.set_value();
  });
  ASSERT_TRUE(counters.send("y", add{1, 2}).get().ok());
  three.get_future().wait();
  mine.cancel();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  EXPECT_THAT(seen, ElementsAre(1, 2, 3));
}

TEST(subscription, decodes_an_event_in_the_version_of_today) {
  node here{in_memory()};
  auto parcels = here.host<post::parcel>();
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  ASSERT_TRUE(parcels.send("p", post::send{{"Brno", {}}, post::service::express, {}}).get().ok());
  std::promise<std::string> city;
  std::promise<errc> other;
  auto mine = here.subscribe(from_start, [&](const recorded_event& event) {
    auto found = parcels.decode(event);
    if (!found) return other.set_value(found.error().code);
    city.set_value(std::get<post::posted>(*found).to.city);
  });
  EXPECT_EQ(other.get_future().get(), errc::malformed);
  EXPECT_EQ(city.get_future().get(), "Brno");
}

TEST(node, decodes_an_event_of_an_older_version_and_says_what_it_cannot_read) {
  node here{in_memory()};
  const auto parcels = here.host<post::parcel>();
  recorded_event event;
  event.stream = stream_id{"post.parcel", "p"};
  event.type = "post.parcel.posted";
  event.schema_version = 1;
  const auto cbor = nlohmann::json::to_cbor({{"to", "Olomouc"}});
  for (const auto byte : cbor) event.payload.push_back(static_cast<std::byte>(byte));
  const auto found = parcels.decode(event);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(std::get<post::posted>(*found).to.city, "Olomouc");
  EXPECT_EQ(std::get<post::posted>(*found).by, post::service::parcel);
  event.schema_version = 3;
  EXPECT_EQ(parcels.decode(event).error().code, errc::damaged);
  event.schema_version = 4;
  EXPECT_THAT(parcels.decode(event).error().detail, HasSubstr("schema version 4"));
}

TEST(subscription, may_outlive_its_node) {
  subscription mine;
  {
    node here{in_memory()};
    mine = here.subscribe(from_start, [](const recorded_event&) {});
  }
  mine.cancel();
}

TEST(subscription, is_told_that_its_node_ended) {
  std::promise<error> ended;
  subscription mine;
  {
    node here{in_memory()};
    mine = here.subscribe(
        from_start, [](const recorded_event&) {}, [&](const error& why) { ended.set_value(why); });
  }
  EXPECT_EQ(ended.get_future().get().code, errc::shutting_down);
}

TEST(subscription, whose_end_nobody_wants_to_hear_of_is_told_to_the_operator) {
  std::promise<std::string> told;
  auto how = in_memory();
  how.tell = [&](const notice& of) {
    if (of.event == "subscription_ended") told.set_value(of.reason);
  };
  node here{std::move(how)};
  const auto mine = here.subscribe(
      from_start, [](const recorded_event&) { throw std::runtime_error{"no more"}; });
  const auto cancelled = here.subscribe(from_start, [](const recorded_event&) {});
  ASSERT_TRUE(here.host<counter>().send("x", add{1}).get().ok());
  EXPECT_THAT(told.get_future().get(), HasSubstr("no more"));
}

TEST(subscription, begun_when_its_node_has_shut_down_ends_at_once) {
  node here{in_memory()};
  ASSERT_TRUE(here.shut_down(10s));
  std::promise<error> ended;
  const auto mine = here.subscribe(
      from_start, [](const recorded_event&) {}, [&](const error& why) { ended.set_value(why); });
  EXPECT_EQ(ended.get_future().get().code, errc::shutting_down);
}

TEST(subscription, is_told_where_the_log_is_damaged) {
  const testing::temporary_directory place;
  node here{embedded(place.path() / "data")};
  auto counters = here.host<counter>();
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  // It moves events into tables, which nobody has read yet.
  ASSERT_TRUE(here.backup(place.path() / "backup").ok());
  for (const auto& file : std::filesystem::directory_iterator{place.path() / "data"})
    if (file.path().extension() == ".sst") {
      std::fstream bytes{file.path(), std::ios::in | std::ios::out | std::ios::binary};
      bytes << std::string(file.file_size(), 'x');
    }
  std::promise<error> ended;
  const auto mine = here.subscribe(
      from_start, [](const recorded_event&) {}, [&](const error& why) { ended.set_value(why); });
  EXPECT_EQ(ended.get_future().get().code, errc::damaged);
  EXPECT_EQ(mine.handled(), position{});
}

/// What a subscription is told when it begins, if it is told anything.
template <class From>
std::optional<error> refusal_of(node& here, const From& from) {
  std::optional<error> told;
  const auto mine = here.subscribe(
      from, [](const recorded_event&) { ADD_FAILURE() << "it begins"; },
      [&](const error& why) { told = why; });
  return told;
}

TEST(subscription, goes_on_after_its_cursor_in_another_life_of_the_node) {
  const testing::temporary_directory place;
  std::string kept;
  {
    node here{embedded(place.path() / "data")};
    auto counters = here.host<counter>();
    ASSERT_TRUE(counters.send("x", add{1, 2}).get().ok());
    std::promise<void> two;
    const auto mine = here.subscribe(from_start, [&](const recorded_event& event) {
      if (event.position.offset == 2) two.set_value();
    });
    two.get_future().wait();
    while (mine.handled() != position{0, 2}) std::this_thread::yield();
    kept = to_string(mine.reached());
  }
  node here{embedded(place.path() / "data")};
  auto counters = here.host<counter>();
  ASSERT_TRUE(counters.send("x", add{1}).get().ok());
  std::promise<std::uint64_t> first;
  const auto mine = here.subscribe(*cursor_from(kept), [&](const recorded_event& event) {
    first.set_value(event.position.offset);
  });
  EXPECT_EQ(first.get_future().get(), 3U);
}

TEST(subscription, after_a_cursor_of_another_journal_ends_at_once) {
  node here{in_memory()};
  node other{in_memory()};
  ASSERT_TRUE(here.host<counter>().send("x", add{1}).get().ok());
  const auto foreign = other.subscribe(from_start, [](const recorded_event&) {}).reached();
  const auto refused = refusal_of(here, foreign);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, errc::wrong_history);
  // Who keeps what a refused one has reached keeps what was refused.
  const auto mine = here.subscribe(foreign, [](const recorded_event&) {});
  EXPECT_EQ(mine.reached(), foreign);
}

TEST(subscription, that_cannot_begin_is_counted_and_told_to_the_operator_with_its_code) {
  auto how = in_memory();
  how.metrics_tick = std::chrono::milliseconds{1};
  std::promise<std::string> told;
  how.tell = [&](const notice& of) {
    if (of.event == "subscription_ended") told.set_value(of.reason);
  };
  node here{std::move(how)};
  node other{in_memory()};
  const auto foreign = other.subscribe(from_start, [](const recorded_event&) {}).reached();
  const auto mine = here.subscribe(foreign, [](const recorded_event&) {});
  EXPECT_THAT(told.get_future().get(), HasSubstr("wrong_history: "));
  std::string metrics;
  const auto until = std::chrono::steady_clock::now() + 10s;
  while (metrics.find(R"(acta_subscriptions_ended_total{outcome="wrong_history"} 1)") ==
         std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << metrics;
    std::promise<std::string> read;
    here.metrics([&](std::string all) { read.set_value(std::move(all)); });
    metrics = read.get_future().get();
  }
}

TEST(subscription, from_where_the_journal_does_not_come_next_ends_at_once) {
  node here{in_memory()};
  ASSERT_TRUE(here.host<counter>().send("x", add{1}).get().ok());
  for (const position beyond : {position{0, 3}, position{0, ~std::uint64_t{0}}, position{1, 1}}) {
    const auto refused = refusal_of(here, beyond);
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->code, errc::beyond_the_end);
    const auto mine = here.subscribe(beyond, [](const recorded_event&) {});
    EXPECT_EQ(mine.handled(), (position{beyond.partition, beyond.offset - 1}));
  }
  EXPECT_FALSE(refusal_of(here, position{0, 2}));
  auto ahead = here.subscribe(position{0, 2}, [](const recorded_event&) {}).reached();
  EXPECT_FALSE(refusal_of(here, ahead));
  ++ahead.position.offset;
  EXPECT_EQ(refusal_of(here, ahead)->code, errc::beyond_the_end);
  // Whoever keeps what a refused one has reached keeps its cursor: from 0 it would see all again.
  for (const std::uint64_t offset : {std::uint64_t{17}, ~std::uint64_t{0}}) {
    ahead.position.offset = offset;
    EXPECT_EQ(here.subscribe(ahead, [](const recorded_event&) {}).reached(), ahead);
  }
}

TEST(subscription, of_a_restored_backup_takes_the_cursors_of_before_it_and_no_later_ones) {
  const testing::temporary_directory place;
  cursor before;
  cursor after;
  {
    node here{embedded(place.path() / "data")};
    auto counters = here.host<counter>();
    ASSERT_TRUE(counters.send("x", add{1}).get().ok());
    before = here.subscribe(position{0, 2}, [](const recorded_event&) {}).reached();
    ASSERT_TRUE(here.backup(place.path() / "backup").ok());
    ASSERT_TRUE(counters.send("x", add{1}).get().ok());
    after = here.subscribe(position{0, 3}, [](const recorded_event&) {}).reached();
  }
  node here{embedded(place.path() / "backup")};
  EXPECT_EQ(refusal_of(here, after)->code, errc::wrong_history);
  EXPECT_FALSE(refusal_of(here, before));
  ASSERT_TRUE(here.host<counter>().send("y", add{1, 2}).get().ok());
  EXPECT_EQ(refusal_of(here, after)->code, errc::wrong_history)
      << "there is an event at its position, another one";
}

TEST(subscription, that_is_slow_holds_up_nobody_who_subscribes_or_looks_at_it) {
  auto how = in_memory();
  how.worker_threads = 1;
  node here{how};
  auto counters = here.host<counter>();
  std::promise<void> begun;
  std::promise<void> go_on;
  const auto slow = here.subscribe(from_start, [&](const recorded_event& event) {
    if (event.position.offset > 1) return;
    begun.set_value();
    go_on.get_future().wait();
  });
  ASSERT_TRUE(counters.send("x", add{1, 2}).get().ok());
  begun.get_future().wait();
  auto looking = std::async(std::launch::async, [&] {
    const auto other = here.subscribe(from_start, [](const recorded_event&) {});
    std::promise<std::string> text;
    here.metrics([&](std::string all) { text.set_value(std::move(all)); });
    EXPECT_EQ(slow.handled(), position{});
    return text.get_future().get();
  });
  const bool in_time = looking.wait_for(30s) == std::future_status::ready;
  go_on.set_value();
  EXPECT_TRUE(in_time);
  EXPECT_THAT(looking.get(), HasSubstr("\nacta_subscription_lag_events 2\n"));
}

}  // namespace
}  // namespace acta
