#include "runtime/node/implementation.hpp"

#include <algorithm>
#include <thread>

#include "actors/base/longest_wait.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/contracts/stored_contracts.hpp"
#include "runtime/schedule/book.hpp"

namespace acta {

using namespace internal;

namespace {

template <class Happened>
bool wait_until(const clock& time, Happened happened, std::chrono::steady_clock::time_point until) {
  for (;;) {
    if (happened()) return true;
    if (time.now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

}  // namespace

node::implementation::implementation(options&& how)
    : how_{valid(std::move(how), users_)},
      configuration_{(register_messages(), how_)},
      exporter_{start_export(how_)},
      on_disk_{open_on_disk(how_)},
      in_memory_{on_disk_ ? nullptr : std::make_unique<memory_journal>()},
      system_{make_system(configuration_)},
      completions_{told_of_threads(how_.tell, users_)},
      engine_{*system_,
              how_,
              {adapter_, adapter_, &codec_, &clock_, &random_, users_, &completions_, &handlers_,
               how_.tracer ? how_.tracer.get() : exporter_.get()},
              identify(*adapter_, how_)} {
  engine_.wait_until_started();
  if (!engine_.failed()) return;
  finish();
  throw startup_error{{errc::unavailable, "a part of the node failed too often at its start"}};
}

node::implementation::~implementation() {
  shut_down(how_.drain_deadline);
  if (!ended_) tell(false, "shutdown_waits", "the node ends when this has returned: ");
  finish();
}

const aggregate_type& node::implementation::host(aggregate_type&& type) {
  if (type.name == schedule_type)
    throw startup_error{{errc::malformed, type.name + " is a type of acta's own"}};
  return host_any(std::move(type));
}

const aggregate_type& node::implementation::host_any(aggregate_type&& type) {
  // Of a class of the program the compiler has said so.
  if (type.name.empty() || type.name.find('/') != std::string::npos)
    throw startup_error{{errc::malformed, "'" + type.name +
                                              "' is no type of an aggregate: it is not empty, "
                                              "and holds no '/'"}};
  const std::unique_lock lock{mutex_};
  if (types_.contains(type.name))
    throw startup_error{{errc::malformed, "an aggregate type is already hosted as " + type.name}};
  agree_with_journal(type);
  auto kept = std::make_unique<const aggregate_type>(std::move(type));
  return *types_.emplace(kept->name, std::move(kept)).first->second;
}

void node::implementation::agree_with_journal(aggregate_type& type) {
  const users_code::call now{users_.get(), "the description of", type.name};
  // Without a layout it would only go without snapshots; but one that throws never serves.
  if (!type.retired())
    if (auto layout = schema_of(*type.state); !layout && is_thrown(layout.error()))
      throw startup_error{layout.error()};
  if (auto agreed = agree_on_contracts(*adapter_, type); !agreed)
    throw startup_error{agreed.error()};
  if (!type.retired()) type.state_fingerprint = state_fingerprint(type);
}

std::vector<const aggregate_type*> node::implementation::types(bool retired) const {
  std::vector<const aggregate_type*> all;
  const std::shared_lock lock{mutex_};
  for (const auto& [name, type] : types_)
    if (type->retired() == retired && name != schedule_type) all.push_back(type.get());
  return all;
}

result<void> node::implementation::execute(const aggregate_type& type, std::string_view id,
                                           std::size_t index, any_value command, call_options how,
                                           callback<receipt> done, answer_exit by) {
  return engine_.entrance().submit(
      type, id, index, std::move(command), std::move(how),
      [done = std::move(done)](const result<answer>& outcome) {
        if (!outcome) return done(outcome.error());
        done(receipt{outcome->version, outcome->events, outcome->repeated});
      },
      by);
}

result<void> node::implementation::decode(const aggregate_type& type, const recorded_event& event,
                                          void* into) const {
  const auto wrong = [&event](errc code, const std::string& why) {
    return error{code, to_string(event.stream) + ", " + event.type + ", schema version " +
                           std::to_string(event.schema_version) + ": " + why};
  };
  if (event.stream.type() != type.name)
    return wrong(errc::malformed, "this is no event of " + type.name);
  const auto* contract = type.find_event(event.type, event.schema_version);
  if (!contract) return wrong(errc::damaged, "not known here");
  if (contract->retired()) return wrong(errc::retired, "this event is retired");
  const users_code::call now{users_.get(), "the decoding of", event.type, &event.stream,
                             event.position.offset};
  return codec_.decode(event.payload, [&](visitor& v) { return contract->load(into, v); });
}

bool node::implementation::shut_down(std::chrono::milliseconds deadline) {
  const std::lock_guard lock{shutdown_};
  if (schedules_) schedules_->refuse_new();
  const auto until = clock_.now() + bounded(deadline);
  if (!std::exchange(abandoned_, true)) {
    engine_.entrance().close();
    // Credits come home when callbacks begin; nobody can be told of the last one, since it leaves
    // on whichever thread held it.
    drained_ = wait_until(
        clock_, [this] { return engine_.drained(); }, until);
    engine_.entrance().abandon();
  }
  // What is told to end needs a moment for it, also when the deadline is over.
  const auto farewell = std::max(until, clock_.now() + std::chrono::milliseconds{100});
  engine_.end();
  ended_ = wait_until(
      clock_, [this] { return at_rest(); }, farewell);
  if (!ended_) tell(true, "shutdown_held", "the node cannot end before this has returned: ");
  return drained_ && ended_;
}

bool node::implementation::at_rest() const {
  return system_->registry().running() == 0 && completions_.idle() && handlers_.none() &&
         users_->none();
}

std::function<void(const error&)> node::implementation::end_handler(
    std::function<void(const error&)> ended) const {
  if (ended || !how_.tell) return ended;
  return [tell = how_.tell](const error& why) {
    if (why.code != errc::shutting_down)
      tell({true, "subscription_ended", std::string{to_string(why.code)} + ": " + why.detail});
  };
}

void node::implementation::tell(bool failed, std::string_view event, std::string reason) const {
  if (!how_.tell) return;
  const auto calls = users_->under_way();
  for (const auto& one : calls) reason += (&one == &calls.front() ? "" : "; ") + one;
  // A disk that does not answer holds it too.
  if (calls.empty()) reason += "nothing of users' code, but the journal or an actor";
  how_.tell({failed, event, std::move(reason)});
}

void node::implementation::finish() {
  if (schedules_) schedules_->close();
  engine_.end();
  system_->registry().await_running_count_equal(0);
  // After the actors, which have told each thread to end; before the system, which it posts to.
  handlers_.wait();
  wait_until(
      clock_, [this] { return users_->none(); }, std::chrono::steady_clock::time_point::max());
  // Before the actor system: the adapter's threads may still bring something for ended actors.
  on_disk_.reset();
  in_memory_.reset();
  completions_.stop();
  // After the last callback, which may have brought an answer for it.
  if (schedules_) schedules_->stop();
}

}  // namespace acta
