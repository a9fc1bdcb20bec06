// A domain that throws: whose fault that is, and what each caller hears.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

#include "runtime/node.hpp"

namespace brittle {

struct happened {
  std::string what;
};
template <class Inspector>
bool inspect(Inspector& f, happened& e) {
  if (!f.loading() && e.what == "memory in inspect") throw std::bad_alloc{};
  return f.object(e).fields(f.field("what", e.what));
}
struct act {
  std::string what;
};
template <class Inspector>
bool inspect(Inspector& f, act& c) {
  return f.object(c).fields(f.field("what", c.what));
}

/// Fails as its command says.
struct thing {
  static constexpr std::string_view type = "brittle.thing";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<happened, "brittle.thing.happened", 1>>;
  using commands = acta::commands<act>;

  acta::decision<thing> decide(const act& command, const acta::context&) const {
    if (command.what == "decide") throw std::runtime_error{"decide() threw"};
    if (command.what == "a number") throw 7;
    if (command.what == "a long text") throw std::runtime_error{std::string(3'000'000, 'a')};
    if (command.what == "memory") throw std::bad_alloc{};
    return happened{command.what == "text" ? "\xff" : command.what};
  }
  void apply(const happened& event) {
    if (event.what == "apply") throw std::runtime_error{"apply() threw"};
    if (event.what == "memory in apply") throw std::bad_alloc{};
    last = event.what;
  }
  [[nodiscard]] thing view() const {
    if (last == "view") throw std::runtime_error{"view() threw"};
    return *this;
  }
  std::string last;
};
template <class Inspector>
bool inspect(Inspector& f, thing& t) {
  return f.object(t).fields(f.field("last", t.last));
}

}  // namespace brittle

namespace acta {

namespace {

using brittle::act;
using ::testing::HasSubstr;

class failing_domain : public ::testing::Test {
protected:
  error failure_of(const std::string& what) {
    const auto got = things.send(what, act{what}).get();
    EXPECT_FALSE(got.ok()) << what;
    return got ? error{} : got.error();
  }

  node here{in_memory()};
  aggregates<brittle::thing> things = here.host<brittle::thing>();
};

TEST_F(failing_domain, is_told_to_the_caller_of_the_command_that_made_it_throw) {
  EXPECT_THAT(failure_of("decide").detail, HasSubstr("decide() threw"));
  EXPECT_THAT(failure_of("apply").detail, HasSubstr("apply() threw"));
  EXPECT_THAT(failure_of("text").detail, HasSubstr("what is not UTF-8"));
  for (const auto* what : {"decide", "apply", "text", "a number"}) {
    const auto code = failure_of(std::string{what}).code;
    EXPECT_EQ(code, errc::domain_failed) << what;
    EXPECT_FALSE(may_retry(code));
    EXPECT_EQ(effect_of(code), effect::none);
  }
  EXPECT_EQ(here.last(), (position{0, 0})) << "nothing was stored";
}

TEST_F(failing_domain, is_not_to_blame_where_memory_runs_out) {
  for (const auto* what : {"memory", "memory in apply", "memory in inspect"}) {
    const auto code = failure_of(what).code;
    EXPECT_EQ(code, errc::unavailable) << what;
    EXPECT_TRUE(may_retry(code));
  }
}

TEST_F(failing_domain, costs_little_memory_however_much_it_has_to_say) {
  EXPECT_LT(failure_of("a long text").detail.size(), 2'000U);
  ASSERT_EQ(here.dead_letters().size(), 1U);
  EXPECT_LT(here.dead_letters().front().reason.size(), 2'000U);
}

TEST_F(failing_domain, is_told_to_readers_of_a_view_that_throws) {
  ASSERT_TRUE(things.send("x", act{"view"}).get().ok());
  EXPECT_EQ(things.get("x").get().error().code, errc::domain_failed);
  EXPECT_EQ(things.get("x", from_aggregate).get().error().code, errc::domain_failed);
}

TEST_F(failing_domain, is_set_aside_where_it_keeps_failing) {
  for (int i = 0; i < 2; ++i) EXPECT_EQ(failure_of("decide").code, errc::domain_failed);
  EXPECT_EQ(failure_of("decide").code, errc::unavailable);
}

}  // namespace
}  // namespace acta
