#include "runtime/telemetry/trace_sampler.hpp"

#include <gtest/gtest.h>

#include <random>

namespace acta::testing {

namespace {

using namespace internal;
using namespace std::chrono_literals;

constexpr span_context none{};
constexpr span_context sampled{1, 2, 3, true};
constexpr span_context unsampled{1, 2, 3, false};
constexpr std::uint64_t highest = ~std::uint64_t{0};

TEST(a_sampler, never_takes_what_its_parent_has_not_sampled) {
  for (const bool follows : {false, true})
    for (const double ratio : {0.0, 0.5, 1.0})
      for (const std::uint64_t id : {std::uint64_t{0}, highest})
        EXPECT_FALSE((trace_sampler{follows, ratio}.samples(unsampled, id)));
}

TEST(a_sampler, that_follows_takes_what_its_parent_has_sampled) {
  EXPECT_TRUE((trace_sampler{true, 0}.samples(sampled, highest)));
  EXPECT_FALSE((trace_sampler{false, 0}.samples(sampled, 0)));
  EXPECT_TRUE((trace_sampler{false, 1}.samples(sampled, highest)));
}

TEST(a_sampler, takes_all_or_none_at_the_ends_of_the_ratio) {
  for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1}, highest}) {
    EXPECT_TRUE((trace_sampler{true, 1}.samples(none, id)));
    EXPECT_FALSE((trace_sampler{true, 0}.samples(none, id)));
  }
}

TEST(a_sampler, takes_the_ratio_of_random_ids) {
  std::mt19937_64 random{7};
  const trace_sampler one{true, 0.01};
  int taken = 0;
  for (int i = 0; i < 100'000; ++i) taken += one.samples(none, random());
  // 1,000 are expected, with a deviation of 31.
  EXPECT_GT(taken, 850);
  EXPECT_LT(taken, 1'150);
}

TEST(a_sampler, chooses_the_same_ids_whatever_the_service) {
  // As OpenTelemetry's SDK for Go: the last 63 bits below ratio * 2^63.
  const trace_sampler half{false, 0.5};
  EXPECT_TRUE(half.samples(none, 0x7fff'ffff'ffff'ffff));
  EXPECT_FALSE(half.samples(none, 0x8000'0000'0000'0000));
}

TEST(a_sampler, knows_that_it_will_never_take_any) {
  EXPECT_TRUE((trace_sampler{false, 0}.never()));
  EXPECT_FALSE((trace_sampler{true, 0}.never()));
  EXPECT_FALSE((trace_sampler{false, 0.01}.never()));
}

TEST(a_rate_limit, admits_so_many_in_each_second_and_counts_the_rest) {
  rate_limit limit{100};
  std::chrono::steady_clock::time_point now{10s};
  const auto admitted = [&](int calls) {
    int count = 0;
    for (int i = 0; i < calls; ++i) count += limit.admits(now);
    return count;
  };
  EXPECT_EQ(admitted(250), 100);
  now += 999ms;
  EXPECT_EQ(admitted(1), 0);
  now += 1ms;
  EXPECT_EQ(admitted(150), 100);
  EXPECT_EQ(limit.refused(), 201U);
}

TEST(a_rate_limit, of_0_admits_nothing) {
  rate_limit limit{0};
  EXPECT_FALSE(limit.admits({}));
}

}  // namespace

}  // namespace acta::testing
