#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "runtime/load/ledger.hpp"
#include "runtime/load/stream_audit.hpp"

namespace acta::internal::load {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class stream_audit_test : public ::testing::Test {
protected:
  /// A run in which nothing is wrong: version 3 stood there, and command 5 is refused.
  void SetUp() override {
    sent = {{0, 1, 4, 1, said::done},    {0, 2, 6, 2, said::done}, {0, 3, 0, 0, said::unknown},
            {0, 4, 0, 0, said::unknown}, {0, 5, 0, 0, said::no},   {0, 6, 9, 1, said::done}};
    stored = {{4, "run-1"}, {5, "run-2"}, {6, "run-2"}, {7, "run-3"}, {8, "else"}, {9, "run-6"}};
  }
  std::vector<std::string> audited() {
    result = {};
    stream_audit of{"a/0", 3, "run-", sent, result};
    for (const auto& [version, id] : stored) of.event(version, id);
    of.end();
    return result.examples;
  }

  std::vector<ledger_entry> sent;
  std::vector<std::pair<std::uint64_t, std::string>> stored;
  audit_result result;
};

TEST_F(stream_audit_test, passes_what_is_right) {
  EXPECT_THAT(audited(), IsEmpty());
  EXPECT_TRUE(result.passed());
  EXPECT_EQ(result.acknowledged, 3U);
  EXPECT_EQ(result.events, 5U);
  EXPECT_EQ(result.others_events, 1U);
  EXPECT_EQ(result.without_effect, 1U);
  EXPECT_EQ(result.unknown_took_effect, 1U);
  EXPECT_EQ(result.unknown_without_effect, 1U);
}

TEST_F(stream_audit_test, finds_a_lost_acknowledgement) {
  stored.pop_back();
  EXPECT_THAT(audited(), ElementsAre("lost: a/0: command run-6 was acknowledged with version 9"));
  EXPECT_FALSE(result.passed());
}

TEST_F(stream_audit_test, finds_a_doubled_command_wherever_its_second_effect_is) {
  stored.emplace_back(10, "run-1");
  EXPECT_THAT(audited(), ElementsAre("doubled: a/0: command run-1 took effect again"));
  SetUp();
  stored.emplace_back(10, "run-6");
  EXPECT_THAT(audited(), ElementsAre("doubled: a/0: command run-6 took effect again"));
  SetUp();
  stored.emplace_back(10, "run-3");  // of which nobody knew whether it had one
  EXPECT_THAT(audited(), ElementsAre("doubled: a/0: command run-3 took effect again"));
}

TEST_F(stream_audit_test, finds_a_gap_in_the_versions) {
  stored[4] = {9, "else"};
  stored[5] = {10, "run-6"};
  sent[5].version = 10;
  EXPECT_THAT(audited(), ElementsAre("gap: a/0: version 9 follows 7"));
}

TEST_F(stream_audit_test, finds_an_event_that_is_there_twice) {
  stored.insert(stored.begin(), stored.front());
  EXPECT_THAT(audited(), ElementsAre("gap: a/0: version 4 follows 4",
                                     "doubled: a/0: command run-1 took effect again"));
}

TEST_F(stream_audit_test, finds_an_answer_of_another_version) {
  sent[1].version = 5;
  EXPECT_THAT(audited(),
              ElementsAre("other_version: a/0: command run-2 was acknowledged with version 5, and "
                          "is there with 6"));
}

TEST_F(stream_audit_test, finds_the_effect_of_what_was_refused) {
  stored.emplace_back(10, "run-5");
  EXPECT_THAT(audited(),
              ElementsAre("after_refusal: a/0: command run-5 was answered to have no effect"));
}

TEST_F(stream_audit_test, finds_a_command_of_another_aggregate) {
  stored.emplace_back(10, "run-77");
  EXPECT_THAT(audited(), ElementsAre("nobody_asked: a/0: command run-77 was not sent to it"));
}

TEST(audit_result, keeps_a_hundred_examples_and_counts_all) {
  audit_result all;
  for (int i = 0; i < 1'000; ++i) all.note(wrong::lost, "x");
  EXPECT_EQ(all.found[0], 1'000U);
  EXPECT_EQ(all.examples.size(), 100U);
}

TEST(command_ids, are_read_back_and_others_are_not) {
  EXPECT_EQ(number_of("run-", command_id_of("run-", 17)), 17U);
  EXPECT_EQ(number_of("run-", "run-"), std::nullopt);
  EXPECT_EQ(number_of("run-", "run-1x"), std::nullopt);
  EXPECT_EQ(number_of("run-", "rum-1"), std::nullopt);
}

TEST(ledger, gives_back_each_key_whole_however_often_it_went_to_disk) {
  for (const std::size_t in_memory : {1U, 7U, 1'000U, 100'000U}) {
    ledger all{in_memory};
    std::mt19937_64 chance{5};
    std::vector<ledger_entry> added;
    for (std::uint64_t number = 0; number < 5'000; ++number) {
      const ledger_entry one{chance() % 97, number, chance(), 1, said::done};
      added.push_back(one);
      all.add(one);
    }
    std::sort(added.begin(), added.end(), [](const auto& a, const auto& b) {
      return std::tie(a.key, a.number) < std::tie(b.key, b.number);
    });
    std::vector<ledger_entry> read;
    std::uint64_t keys = 0;
    all.for_each_key([&](std::uint64_t key, std::span<const ledger_entry> entries) {
      ++keys;
      for (const auto& one : entries) {
        EXPECT_EQ(one.key, key);
        read.push_back(one);
      }
      return true;
    });
    EXPECT_EQ(read, added) << in_memory;
    EXPECT_EQ(keys, 97U);
    EXPECT_EQ(all.size(), 5'000U);
  }
}

TEST(ledger, may_be_empty) {
  ledger none;
  none.for_each_key([](std::uint64_t, std::span<const ledger_entry>) {
    ADD_FAILURE();
    return true;
  });
}

TEST(ledger, ends_at_the_key_that_is_enough) {
  ledger all{2};
  for (std::uint64_t key = 0; key < 9; ++key) all.add({key, key, 1, 1, said::done});
  std::uint64_t last = 0;
  all.for_each_key([&](std::uint64_t key, std::span<const ledger_entry>) {
    last = key;
    return key < 3;
  });
  EXPECT_EQ(last, 3U);
}

}  // namespace
}  // namespace acta::internal::load
