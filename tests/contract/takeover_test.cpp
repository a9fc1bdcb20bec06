// What every journal must do that several processes write to: a partition is its owner's alone,
// also when it is taken from an owner who lives and does not know. Two journals on the same store
// are two nodes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/journal/memory_journal.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/held_journal.hpp"
#include "tests/support/journal_calls.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::append;
using testing::append_one;
using ::testing::ElementsAre;
using testing::make_append;
using testing::read_all;
using testing::read_stream;
using testing::recover;
using ::testing::SizeIs;
using testing::stream;

using enum append_status;

/// A journal of this many partitions, as two nodes use it.
class takeover : public ::testing::TestWithParam<std::uint32_t> {
protected:
  /// How one node reaches the journal.
  struct node {
    explicit node(memory_journal& shared) : events{shared}, claims{&shared} {}
    testing::held_journal events;
    partition_claims* claims;
  };

  static ownership look(node& from, partition_id at) {
    result<ownership> seen{ownership{}};
    from.claims->look(at, [&](auto outcome) { seen = std::move(outcome); });
    EXPECT_TRUE(seen.ok());
    return *seen;
  }
  static result<claimed> claim(node& by, partition_id at, std::uint64_t seen,
                               std::uint64_t above = 0) {
    result<claimed> ours{claimed{}};
    by.claims->claim({at, seen, above}, [&](auto outcome) { ours = std::move(outcome); });
    return ours;
  }
  /// From whomever it is.
  static std::uint64_t take(node& by, partition_id at) {
    const auto ours = claim(by, at, look(by, at).epoch);
    EXPECT_TRUE(ours.ok());
    return ours ? ours->epoch : 0;
  }
  static result<void> release(node& by, partition_id of, std::uint64_t epoch) {
    result<void> released;
    by.claims->release(of, epoch, [&](auto outcome) { released = std::move(outcome); });
    return released;
  }

  [[nodiscard]] append_request make(const std::string& id, std::uint64_t expected,
                                    std::uint64_t epoch, std::size_t events = 1) const {
    auto request = make_append(id, expected, events, {epoch, 1});
    request.partition = partition;
    request.metadata.principal = std::to_string(epoch);  // so that the log says whose it was
    return request;
  }
  append_status append_to(node& by, append_request request) {
    return append_one(by.events, std::move(request));
  }
  result<event_page> log(node& by) { return read_all(by.events, 1, 100'000, partition); }

  memory_journal store{GetParam()};
  node first{store};
  node second{store};
  const partition_id partition = store.partitions().back();
};

TEST_P(takeover, a_claim_has_an_epoch_of_its_own_and_says_where_its_first_event_comes) {
  EXPECT_EQ(look(first, partition), (ownership{0, false}));
  const auto one = claim(first, partition, 0);
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->next_offset, 1U);
  EXPECT_EQ(look(second, partition), (ownership{one->epoch, true}));
  ASSERT_EQ(append_to(first, make("a", 0, one->epoch, 3)), stored);
  const auto two = claim(second, partition, one->epoch);
  ASSERT_TRUE(two.ok());
  EXPECT_GT(two->epoch, one->epoch);
  EXPECT_EQ(two->next_offset, 4U);
  const auto results = append(second.events, {make("a", 3, two->epoch)});
  EXPECT_EQ(results.at(0).first, (position{partition, two->next_offset}));
}

TEST_P(takeover, only_one_of_two_that_saw_the_same_claims_it) {
  const auto seen = look(first, partition).epoch;
  EXPECT_EQ(look(second, partition).epoch, seen);
  const auto ours = claim(first, partition, seen);
  ASSERT_TRUE(ours.ok());
  EXPECT_EQ(claim(second, partition, seen).error().code, errc::conflict);
  EXPECT_EQ(look(second, partition), (ownership{ours->epoch, true}));
  EXPECT_EQ(append_to(first, make("a", 0, ours->epoch)), stored);
}

TEST_P(takeover, a_claim_is_above_all_that_its_claimer_ever_wanted) {
  const auto seen = look(first, partition).epoch;
  const auto ours = claim(first, partition, seen, 17);
  ASSERT_TRUE(ours.ok());
  EXPECT_GT(ours->epoch, 17U);
  const auto next = claim(second, partition, ours->epoch, 3);
  ASSERT_TRUE(next.ok());
  EXPECT_GT(next->epoch, ours->epoch);
}

TEST_P(takeover, an_owner_that_was_robbed_stores_nothing_any_more) {
  const auto old = take(first, partition);
  ASSERT_EQ(append_to(first, make("a", 0, old)), stored);
  const auto current = take(second, partition);
  EXPECT_EQ(append_to(first, make("a", 1, old)), fenced);
  EXPECT_EQ(append_to(first, make("untouched", 0, old)), fenced) << "nor to any other stream";
  ASSERT_EQ(append_to(second, make("a", 1, current)), stored);
  EXPECT_EQ(append_to(first, make("a", 2, old)), fenced) << "nor at the version that fits again";
  (void)recover(first.events, "a", {old, 2}, 1, 10, partition);  // which may fail
  EXPECT_EQ(append_to(first, make("a", 2, old)), fenced) << "nor does it help to recover";
  ASSERT_EQ(append_to(second, make("a", 2, current)), stored);
  EXPECT_THAT(log(second)->events, SizeIs(3));
}

TEST_P(takeover, an_append_that_the_claim_overtook_is_fenced_with_all_that_follows_it) {
  const auto old = take(first, partition);
  first.events.hold();
  std::vector<append_status> heard;
  const auto hear = [&](const auto& results) {
    for (const auto& one : results) heard.push_back(one.status);
  };
  first.events.append({make("a", 0, old), make("a", 1, old)}, hear);
  first.events.append({make("b", 0, old)}, hear);
  const auto current = take(second, partition);
  ASSERT_EQ(append_to(second, make("c", 0, current)), stored);
  first.events.release_all();
  EXPECT_THAT(heard, ElementsAre(fenced, fenced, fenced));
  const auto page = log(second);
  ASSERT_THAT(page->events, SizeIs(1));
  EXPECT_EQ(page->events[0].stream, stream("c"));
}

TEST_P(takeover, what_was_stored_before_the_claim_stays) {
  const auto old = take(first, partition);
  ASSERT_EQ(append_to(first, make("a", 0, old, 2)), stored);
  const auto current = take(second, partition);
  const auto found = recover(second.events, "a", {current, 1}, 1, 10, partition);
  ASSERT_TRUE(found.ok()) << found.error().detail;
  EXPECT_THAT(found->events, SizeIs(2));
  EXPECT_EQ(append_to(second, make("a", 2, current)), stored);
}

TEST_P(takeover, everybody_reads_whoever_owns) {
  const auto old = take(first, partition);
  ASSERT_EQ(append_to(first, make("a", 0, old)), stored);
  const auto current = take(second, partition);
  ASSERT_EQ(append_to(second, make("a", 1, current)), stored);
  for (auto* reader : {&first, &second}) {
    EXPECT_THAT(read_stream(reader->events, "a", 1, 10, partition)->events, SizeIs(2));
    EXPECT_THAT(log(*reader)->events, SizeIs(2));
    EXPECT_EQ(reader->events.last(partition), (position{partition, 2}));
  }
}

TEST_P(takeover, a_released_partition_takes_no_append_until_it_is_claimed) {
  const auto old = take(first, partition);
  ASSERT_TRUE(release(first, partition, old).ok());
  EXPECT_EQ(look(second, partition), (ownership{old, false}));
  EXPECT_EQ(append_to(first, make("a", 0, old)), fenced);
  EXPECT_EQ(append_to(second, make("a", 0, old + 1)), fenced) << "an epoch that nobody claimed";
  const auto again = take(first, partition);
  EXPECT_GT(again, old);
  EXPECT_EQ(append_to(first, make("a", 0, old)), fenced) << "its owner's earlier claim is over";
  EXPECT_EQ(append_to(first, make("a", 0, again)), stored);
}

TEST_P(takeover, a_release_that_comes_late_does_nothing) {
  const auto old = take(first, partition);
  const auto current = take(second, partition);
  EXPECT_EQ(release(first, partition, old).error().code, errc::conflict);
  EXPECT_EQ(look(first, partition), (ownership{current, true}));
  EXPECT_EQ(append_to(second, make("a", 0, current)), stored);
  ASSERT_TRUE(release(second, partition, current).ok());
  EXPECT_EQ(release(second, partition, current).error().code, errc::conflict) << "once";
}

TEST_P(takeover, a_fenced_append_fails_alone_in_its_batch) {
  const auto partitions = store.partitions();
  std::vector<std::uint64_t> epochs;
  for (const auto one : partitions) epochs.push_back(take(first, one));
  const auto current = take(second, partition);
  std::vector<append_request> batch;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    batch.push_back(make("a", 0, epochs[i]));
    batch.back().partition = partitions[i];
  }
  const auto results = append(first.events, std::move(batch));
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const bool robbed = partitions[i] == partition;
    EXPECT_EQ(results[i].status, robbed ? fenced : stored);
    EXPECT_EQ(first.events.last(partitions[i]).offset, robbed ? 0U : 1U);
    if (!robbed) {
      EXPECT_EQ(results[i].first, (position{partitions[i], 1})) << "each has offsets of its own";
    }
  }
  EXPECT_EQ(append_to(second, make("a", 0, current)), stored);
}

TEST_P(takeover, there_is_no_claim_of_a_partition_that_is_not_there) {
  const auto beyond = store.partitions().back() + 1;
  EXPECT_EQ(claim(first, beyond, 0).error().code, errc::not_found);
  EXPECT_EQ(release(first, beyond, 1).error().code, errc::not_found);
}

/// Two nodes that steal the partition from each other at random, hold their appends back at random,
/// and learn of nothing but their own results. Each append that was answered `stored` is there, and
/// nothing else; no event of an epoch follows one of a later epoch.
TEST_P(takeover, histories_stay_sound_however_often_it_is_stolen) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    memory_journal shared{GetParam()};
    node nodes[2]{node{shared}, node{shared}};
    std::uint64_t epochs[2]{};
    std::uint64_t answered = 0, fences = 0;
    std::uint64_t versions[2][3]{};  // of three streams, as each node believes
    testing::seeded_random dice{seed};
    const auto recover_all = [&](std::size_t by) {
      for (std::size_t s = 0; s < 3; ++s) {
        const auto page = read_stream(nodes[by].events, std::to_string(s), 1, 100'000, partition);
        versions[by][s] = page->events.size();
      }
    };
    for (int i = 0; i < 300; ++i) {
      const auto by = dice.next() % 2;
      auto& one = nodes[by];
      switch (dice.next() % 12) {
        case 0:
          one.events.release_all();  // what it sent before is settled: as it stops, or recovers
          epochs[by] = take(one, partition);
          recover_all(by);
          break;
        case 1: one.events.hold(); break;
        case 2: one.events.release_all(); break;
        case 3:
          if (epochs[by] > 0) (void)release(one, partition, epochs[by]);
          break;
        case 4:
        case 5: one.events.release_one(); break;
        default: {
          if (epochs[by] == 0) break;
          const auto s = dice.next() % 3;
          auto request = make(std::to_string(s), versions[by][s]++, epochs[by]);
          request.writer.incarnation = epochs[by];
          one.events.append({std::move(request)}, [&](const auto& results) {
            answered += results.at(0).status == stored ? 1U : 0U;
            fences += results.at(0).status == fenced ? 1U : 0U;
          });
        }
      }
    }
    for (auto& one : nodes) one.events.release_all();
    const auto page = read_all(shared, 1, 100'000, partition);
    ASSERT_EQ(page->events.size(), answered) << "seed " << seed;
    EXPECT_GT(answered, 0U) << "seed " << seed;
    EXPECT_GT(fences, 0U) << "seed " << seed;
    std::map<std::string, std::uint64_t> last;
    std::uint64_t epoch = 0;
    for (std::size_t i = 0; i < page->events.size(); ++i) {
      const auto& event = page->events[i];
      ASSERT_EQ(event.position, (position{partition, i + 1})) << "seed " << seed;
      ASSERT_EQ(event.version.value, ++last[to_string(event.stream)]) << "seed " << seed;
      ASSERT_GE(std::stoull(event.metadata.principal), epoch) << "seed " << seed;
      epoch = std::stoull(event.metadata.principal);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(memory_of_partitions, takeover, ::testing::Values(1, 3),
                         ::testing::PrintToStringParamName());

}  // namespace
}  // namespace acta
