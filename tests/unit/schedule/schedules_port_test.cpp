// Schedules on a node that does not know at once what came of a call.
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "actors/model/describe.hpp"
#include "runtime/engine/system_clock.hpp"
#include "runtime/schedule/book.hpp"
#include "runtime/schedule/port.hpp"
#include "runtime/schedule/schedules.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/fakes.hpp"

namespace acta {

using namespace internal;

namespace {

using namespace std::chrono_literals;

/// The first call to a book runs into its deadline; the next has its effect.
class slow_at_first final : public schedule_port {
public:
  slow_at_first(std::atomic<int>& calls, std::promise<void>& stored)
      : calls_{calls}, stored_{stored} {}

  [[nodiscard]] const aggregate_type& books() const override { return books_; }
  [[nodiscard]] bool may_have_books() const override { return false; }
  [[nodiscard]] const aggregate_type* find(std::string_view type) const override {
    return type == counter_.name ? &counter_ : nullptr;
  }
  result<void> execute(const aggregate_type&, std::string_view, std::size_t, any_value,
                       call_options, std::function<void(result<receipt>)> done) override {
    if (++calls_ == 1) {
      done(error{errc::deadline_exceeded, "not answered in time"});
    } else {
      done(receipt{version{1}, 1, false});
      stored_.set_value();
    }
    return {};
  }
  result<void> query(const aggregate_type&, std::string_view, call_options,
                     std::function<void(result<any_view>)>) override {
    return error{errc::not_found, "there is none"};
  }
  result<void> event(const aggregate_type&, std::string_view, version,
                     std::function<void(result<recorded_event>)>) override {
    return error{errc::not_found, "there is none"};
  }
  [[nodiscard]] result<void> decode(const aggregate_type&, const recorded_event&,
                                    void*) const override {
    return {};
  }
  void observe(const observation&) override {}
  [[nodiscard]] begun_trace begin_trace() const override { return {}; }
  void take_span(span) const override {}
  void tell(const notice&) override {}
  [[nodiscard]] users_code* users() const override { return users_.get(); }
  [[nodiscard]] const clock& time() const override { return time_; }
  [[nodiscard]] random_source& chance() const override { return chance_; }

private:
  std::atomic<int>& calls_;
  std::promise<void>& stored_;
  const aggregate_type books_ = describe<schedule_book>();
  const aggregate_type counter_ = describe<testing::counter>();
  std::shared_ptr<users_code> users_ = std::make_shared<users_code>();
  system_clock time_;
  mutable testing::seeded_random chance_{1};
};

TEST(schedules, tell_their_caller_once_what_nobody_knew_in_time) {
  std::atomic<int> calls{0};
  std::promise<void> stored;
  std::atomic<int> answers{0};
  std::promise<error> first;
  schedule_plan plan;
  plan.name = "late";
  plan.at = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()) + 24h;
  plan.aggregate = "test.counter";
  plan.id = "x";
  plan.command = "add";
  plan.arguments = R"({"amount": 1})";
  {
    schedules all{std::make_unique<slow_at_first>(calls, stored)};
    all.add(plan, {}, [&](const result<schedule_receipt>& answer) {
      if (++answers == 1) first.set_value(answer ? error{} : answer.error());
    });
    EXPECT_EQ(first.get_future().get().code, errc::deadline_exceeded);
    ASSERT_EQ(stored.get_future().wait_for(30s), std::future_status::ready);
    std::promise<result<schedule_status>> found;
    all.find("late", [&](result<schedule_status> answer) { found.set_value(std::move(answer)); });
    EXPECT_TRUE(found.get_future().get()) << "the schedules themselves have heard";
    all.close();
  }
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(answers, 1);
}

}  // namespace
}  // namespace acta
