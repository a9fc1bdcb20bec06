// A disk that fails at any file operation of every script, once or for ever, and the power is not
// cut: nobody is told what is not so, reads go on, and an engine that starts afterwards knows the
// truth.
#include <gmock/gmock.h>

#include <iostream>

#include "tests/recovery/engine/client.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

using namespace internal;
namespace {

using ::testing::AnyOf;

struct failure {
  fault how;
  const char* name;
};
constexpr failure failures[] = {{fault::error, "an error"},
                                {fault::no_space, "no space"},
                                {fault::short_write, "a short write"}};

class failing_disk : public ::testing::TestWithParam<script> {
protected:
  /// False: the script came to its end before.
  bool fail_at(std::uint64_t operation, const failure& what, bool for_ever) {
    const temporary_directory here;
    breakable_disk disk{here.path() / "disk"};
    disk.files().fail_at(operation, what.how, for_ever);
    client living{GetParam()};
    living.follow(disk);
    if (disk.files().failures() == 0) return false;
    SCOPED_TRACE(std::string{what.name} + (for_ever ? " for ever" : "") + " at operation " +
                 std::to_string(operation) + ", " + disk.files().first_failure());
    for (const auto& [outcome, count] : living.outcomes()) {
      EXPECT_THAT(outcome, AnyOf("ok", "outcome_unknown", "read_only", "dropped", "unavailable"));
      outcomes_[outcome] += count;
    }
    disk.files().heal();
    if (operation % 2 == 0) {
      living.expect_recovery(disk);
    } else {
      // What was acknowledged withstands a power cut, also after a failure that was survived.
      disk.files().write_survivors(here.path() / "after", survival::nothing);
      breakable_disk after{here.path() / "after"};
      living.expect_recovery(after);
    }
    return true;
  }

  std::map<std::string, std::size_t> outcomes_;
};

TEST_P(failing_disk, at_any_operation_makes_no_answer_untrue) {
  // Every operation meets one of the six kinds, and every kind operations of each sort.
  std::uint64_t operation = 1;
  while (fail_at(operation, failures[operation % 3], operation / 3 % 2 == 0) && !HasFailure())
    ++operation;
  std::cout << "[ counted  ] " << GetParam().name << ": " << operation - 1 << " failures;";
  for (const auto& [outcome, count] : outcomes_) std::cout << " " << count << " " << outcome;
  std::cout << "\n";
  EXPECT_GT(operation, 50U);
  EXPECT_GT(outcomes_["outcome_unknown"], 5U);
  EXPECT_GT(outcomes_["read_only"], 5U);
}

INSTANTIATE_TEST_SUITE_P(, failing_disk, ::testing::ValuesIn(scripts()),
                         [](const auto& tested) { return tested.param.name; });

}  // namespace
}  // namespace acta::testing
