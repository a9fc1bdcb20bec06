// A published event's payload never changes: a program that disagrees with its journal does not
// start (invariant 7).
#include "runtime/contracts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/journal/memory_journal.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/parcel.hpp"

namespace acta {
namespace {

using ::testing::HasSubstr;

namespace next_year {

struct added {
  std::int64_t amount = 0;
  std::string reason;  // new, and nothing tells that the event was published without it
};
template <class Inspector>
bool inspect(Inspector& f, added& e) {
  return f.object(e).fields(f.field("amount", e.amount), f.field("reason", e.reason));
}
struct noted {
  std::string what;
};
template <class Inspector>
bool inspect(Inspector& f, noted& e) {
  return f.object(e).fields(f.field("what", e.what));
}
struct add {};
template <class Inspector>
bool inspect(Inspector& f, add& c) {
  return f.object(c).fields();
}

template <class... Events>
class counter_of {
public:
  static constexpr std::string_view type = "test.counter";
  static constexpr int state_version = 1;
  using events = acta::events<Events...>;
  using commands = acta::commands<add>;
  decision<counter_of> decide(const add&, const context&) const { return nothing; }
  template <class Event>
  void apply(const Event&) {}
  [[nodiscard]] testing::total view() const { return {}; }
  template <class Inspector>
  friend bool inspect(Inspector& f, counter_of& c) {
    return f.object(c).fields();
  }
};

}  // namespace next_year

class contracts_test : public ::testing::Test {
protected:
  contracts_test() { EXPECT_TRUE(agree_on_contracts(journal, describe<testing::counter>())); }
  template <class A>
  std::string objection() {
    const auto agreed = agree_on_contracts(journal, describe<A>());
    return agreed ? "" : agreed.error().detail;
  }
  memory_journal journal;
};

TEST_F(contracts_test, agrees_with_what_it_has_seen_before) {
  EXPECT_EQ(objection<testing::counter>(), "");
}

TEST_F(contracts_test, refuses_a_published_event_that_has_changed_and_prints_both) {
  const auto said =
      objection<next_year::counter_of<event<next_year::added, "test.counter.added", 1>>>();
  EXPECT_THAT(said, HasSubstr("test.counter.added/1 has changed"));
  EXPECT_THAT(said, HasSubstr("journal:"));
  EXPECT_THAT(said, HasSubstr("reason"));
  EXPECT_THAT(said, HasSubstr("upcaster"));
}

TEST_F(contracts_test, refuses_a_program_that_does_not_know_an_event_any_more) {
  EXPECT_THAT(
      (objection<next_year::counter_of<event<next_year::noted, "test.counter.noted", 1>>>()),
      HasSubstr("knows the event test.counter.added/1, this program does not"));
}

TEST_F(contracts_test, takes_new_events_and_remembers_them) {
  using both = next_year::counter_of<event<testing::added, "test.counter.added", 1>,
                                     event<next_year::noted, "test.counter.noted", 1>>;
  EXPECT_EQ(objection<both>(), "");
  EXPECT_THAT(objection<testing::counter>(), HasSubstr("test.counter.noted/1"))
      << "the older program cannot go back to work on this journal";
}

TEST_F(contracts_test, keeps_every_version_of_an_event) {
  EXPECT_EQ(objection<post::parcel>(), "");
  const auto known = journal.properties();
  for (const auto* version : {"1", "2", "3"})
    EXPECT_TRUE(known.contains(std::string{"schema/post.parcel/post.parcel.posted/"} + version));
}

TEST_F(contracts_test, types_do_not_disturb_one_another) {
  EXPECT_EQ(objection<post::parcel>(), "");
  EXPECT_EQ(objection<testing::counter>(), "");
}

}  // namespace
}  // namespace acta
