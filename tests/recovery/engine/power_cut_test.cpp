// A power cut at every file operation of every script: whatever the disk kept, what was answered is
// there, once, and what is asked again is done, once. Each is followed by the least that the disk
// may have kept, and by more of it in turn; with ACTA_DISKS=n always, and n times by chance.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/recovery/engine/client.hpp"
#include "tests/support/setting.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

using namespace internal;
namespace {

class power_cut : public ::testing::TestWithParam<script> {
protected:
  /// Follows the script until the power is cut. False: it came to its end first.
  bool cut_at(std::uint64_t operation) {
    const temporary_directory here;
    breakable_disk disk{here.path() / "before"};
    disk.files().fail_at(operation, fault::power_cut);
    client living{GetParam()};
    living.follow(disk, [&] { return disk.files().failures() > 0; });
    if (disk.files().failures() == 0) return false;
    SCOPED_TRACE("power cut at operation " + std::to_string(operation) + ", " +
                 disk.files().first_failure());
    const auto after = here.path() / "after";
    expect_recovery(living, disk, after, survival::nothing, 0);
    const auto by_chance = setting("ACTA_DISKS");
    if (by_chance || operation % 3 == 1)
      expect_recovery(living, disk, after, survival::everything, 0);
    for (std::uint64_t i = 0; i < by_chance.value_or(operation % 3 == 2); ++i)
      expect_recovery(living, disk, after, survival::some, operation + i * 1'000);
    for (std::uint64_t i = 0; i < by_chance.value_or(1); ++i)
      expect_recovery_or_refusal(living, disk, after, operation + i * 1'000);
    return true;
  }

  /// A journal whose files have holes may be called damaged; but not be taken for what it is not.
  void expect_recovery_or_refusal(client living, breakable_disk& disk,
                                  const std::filesystem::path& place, std::uint64_t seed) {
    SCOPED_TRACE("of what is not synced there are some sectors, seed " + std::to_string(seed));
    disk.files().write_survivors(place, survival::scattered, seed);
    ++disks_;
    breakable_disk left{place};
    if (living.is_refused(left))
      ++refused_;
    else
      living.expect_recovery(left);
  }

  void expect_recovery(client living, breakable_disk& disk, const std::filesystem::path& place,
                       survival beside, std::uint64_t seed) {
    SCOPED_TRACE("of what is not synced there is " +
                 std::string{beside == survival::nothing ? "nothing"
                             : beside == survival::some  ? "some"
                                                         : "everything"} +
                 ", seed " + std::to_string(seed));
    disk.files().write_survivors(place, beside, seed);
    ++disks_;
    breakable_disk left{place};
    // The power may go again while the journal recovers.
    if (beside == survival::some) {
      left.files().fail_at(1 + seed % 50, fault::power_cut);
      living.follow(left, [&] { return left.files().failures() > 0; });
      const auto again = place.string() + "-again";
      left.files().write_survivors(again, survival::nothing);
      ++disks_;
      breakable_disk left_again{again};
      living.expect_recovery(left_again);
    } else {
      living.expect_recovery(left);
    }
  }

  std::size_t disks_ = 0;
  std::size_t refused_ = 0;
};

TEST_P(power_cut, at_any_operation_takes_nothing_that_was_answered) {
  std::uint64_t operation = 1;
  while (cut_at(operation) && !HasFailure()) ++operation;
  std::cout << "[ counted  ] " << GetParam().name << ": " << operation - 1 << " power cuts, "
            << disks_ << " disks, " << refused_ << " of them refused as damaged\n";
  EXPECT_GT(operation, 50U);
}

INSTANTIATE_TEST_SUITE_P(, power_cut, ::testing::ValuesIn(scripts()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace acta::testing
