// Schedules of a node: what they ask of it, and what a program asks of them.
#include <algorithm>
#include <future>

#include "actors/model/guard.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/node/implementation.hpp"
#include "runtime/schedule/book.hpp"
#include "runtime/schedule/port.hpp"

namespace acta {

using namespace internal;

/// The node as its schedules see it.
class node::implementation::port final : public schedule_port {
public:
  port(node& here, implementation& self, const aggregate_type& books)
      : node_{here}, self_{self}, books_{books} {}

  [[nodiscard]] const aggregate_type& books() const override { return books_; }
  [[nodiscard]] bool may_have_books() const override {
    return std::any_of(books_.events.begin(), books_.events.end(),
                       [](const event_type& one) { return one.contract->stored.load(); });
  }
  [[nodiscard]] const aggregate_type* find(std::string_view type) const override {
    return node_.find(type);
  }
  result<void> execute(const aggregate_type& type, std::string_view id, std::size_t index,
                       any_value command, call_options how, callback<receipt> done) override {
    return self_.execute(type, id, index, std::move(command), std::move(how), std::move(done),
                         answer_exit::at_once);
  }
  result<void> query(const aggregate_type& type, std::string_view id, call_options how,
                     callback<any_view> done) override {
    return node_.query(type, id, std::move(how), std::move(done), answer_exit::at_once);
  }
  result<void> event(const aggregate_type& type, std::string_view id, version which,
                     callback<recorded_event> done) override {
    return node_.events(
        type, id, which, 1,
        [done = std::move(done)](result<std::vector<recorded_event>> page) {
          if (!page) return done(page.error());
          if (page->empty()) return done(error{errc::not_found, "no such event"});
          done(std::move(page->front()));
        },
        answer_exit::ways_in);
  }
  [[nodiscard]] result<void> decode(const aggregate_type& type, const recorded_event& event,
                                    void* into) const override {
    return self_.decode(type, event, into);
  }
  void observe(const observation& seen) override { node_.observe(seen); }
  [[nodiscard]] begun_trace begin_trace() const override { return node_.begin_trace({}); }
  void take_span(span ended) const override { node_.take_span(std::move(ended)); }
  void tell(const notice& what) override {
    if (self_.how_.tell) self_.how_.tell(what);
  }
  [[nodiscard]] users_code* users() const override { return node_.users().get(); }
  [[nodiscard]] const clock& time() const override { return self_.clock_; }
  [[nodiscard]] random_source& chance() const override { return self_.random_; }

private:
  node& node_;
  implementation& self_;
  const aggregate_type& books_;
};

node::node(options how) : self_{std::make_unique<implementation>(std::move(how))} {
  // After the engine: of a node that cannot start nothing is hosted.
  const auto& books = self_->host_any(describe<schedule_book>());
  self_->schedules_ = std::make_unique<acta::schedules>(
      std::make_unique<implementation::port>(*this, *self_, books));
}

acta::schedules& node::schedules() { return *self_->schedules_; }

void node::run_schedules() { self_->schedules_->run(); }

pending<schedule_receipt> node::schedule(schedule_plan plan, call_options how) {
  auto promise = std::make_shared<std::promise<result<schedule_receipt>>>();
  pending<schedule_receipt> later{promise->get_future()};
  schedules().add(std::move(plan), std::move(how), [promise](result<schedule_receipt> answer) {
    promise->set_value(std::move(answer));
  });
  return later;
}

pending<schedule_receipt> node::send_at(timestamp time, const aggregate_type& type,
                                        std::string_view id, std::size_t index,
                                        const result<any_value>& command, call_options how) {
  const auto refused = [](error why) {
    std::promise<result<schedule_receipt>> told;
    told.set_value(std::move(why));
    return pending<schedule_receipt>{told.get_future()};
  };
  if (!command) return refused(command.error());
  std::vector<std::string> unrepresentable;
  const auto json = guarded("a command's inspect()", [&] {
    return to_json([&](visitor& v) { return command->visit(v); }, &unrepresentable);
  });
  if (!json) return refused(json.error());
  if (!unrepresentable.empty())
    return refused({errc::malformed,
                    "a schedule keeps its command as JSON, which has no form for it",
                    {},
                    unrepresentable.front()});
  if (how.command_id.empty()) how.command_id = random_id(self_->random_);
  schedule_plan plan;
  plan.name = how.command_id;
  plan.at = time;
  plan.aggregate = type.name;
  plan.id = id;
  plan.command = type.commands[index].name;
  plan.arguments = json->dump();
  plan.fills_in_due = false;
  return schedule(std::move(plan), std::move(how));
}

}  // namespace acta
