// START HERE: the embedding API. It includes the standard library and the model, never CAF.
//
//   acta::node node{acta::embedded("data")};
//   auto accounts = node.host<bank::account>();
//   auto sent = accounts.send("4711", bank::deposit{500, "salary"}, {.command_id = "d-1"},
//                             [](acta::result<acta::receipt> r) { ... });   // called when durable
//   auto salary = accounts.send("4711", bank::deposit{500, "salary"}).get();   // the blocking form
//   auto seen = accounts.get("4711").get();                     // seen->view.balance
//   auto mine = accounts.get("4711", acta::at_least(salary->version)).get();
//
// Threads: every member may be called from any thread. Callbacks run on threads that are theirs
// alone, those for one aggregate one after another. One that takes long holds up the later answers
// of its aggregate, and nothing else, while 16 threads suffice for those that do. The blocking
// forms throw would_block there. What a callback throws is counted (acta_callbacks_threw_total) and
// ends nothing but itself. Only what it captures must not throw when it is destroyed: the
// destructor of std::function is noexcept, and the process would end.
//
// A request that is not admitted never calls back: the forms with a callback return why.
#pragma once

#include <chrono>
#include <concepts>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/cursor.hpp"
#include "actors/model/describe.hpp"
#include "actors/model/error.hpp"
#include "actors/model/guard.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/backup_options.hpp"
#include "actors/ports/completions.hpp"
#include "actors/ports/observation.hpp"
#include "actors/ports/set_aside.hpp"
#include "runtime/call.hpp"
#include "runtime/options.hpp"
#include "runtime/pending.hpp"
#include "runtime/schedule/schedules.hpp"

namespace acta {

namespace internal {
class users_code;
}

template <class T>
using callback = std::function<void(result<T>)>;

/// Thrown by node's constructor and by host(): the node cannot start, and what() says why.
class startup_error : public std::exception {
public:
  explicit startup_error(acta::error problem);
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] const acta::error& problem() const { return problem_; }

private:
  acta::error problem_;
  std::string text_;
};

/// Ends a subscription when it is destroyed; no handler runs after that.
class subscription {
public:
  class state;
  subscription() = default;
  explicit subscription(std::shared_ptr<state> s) : state_{std::move(s)} {}
  subscription(subscription&&) noexcept = default;
  subscription& operator=(subscription&&) noexcept;
  ~subscription();
  /// Ends it now; waits for a handler that is running, unless called from it. So two handlers that
  /// cancel each other's subscription wait for ever.
  void cancel();
  /// The newest event that the handler is done with, at first the one before those it gets. How far
  /// `node.last()` is beyond it is how far the subscription is behind; who subscribes again from
  /// the offset after it misses none and gets none twice. Good after the end too. Waits for nobody.
  [[nodiscard]] position handled() const;
  /// The same, for who keeps it and comes back: in another process, or after a backup was restored.
  /// Kept together with the effects of the events up to there, it makes each effect happen once.
  [[nodiscard]] cursor reached() const;

private:
  std::shared_ptr<state> state_;
};

template <class A>
class aggregates;

/// A running system of aggregates in this process.
class node {
public:
  /// Opens the journal and starts the actors. Throws startup_error.
  explicit node(options how);
  ~node();
  node(const node&) = delete;
  node& operator=(const node&) = delete;

  /// Makes aggregates of type A live here. Throws startup_error if A's published events differ from
  /// what the journal holds, if another type has the same name, or if A throws when it is
  /// described; then it is as if it had not been called.
  template <class A>
  acta::aggregates<A> host() {
    return acta::aggregates<A>{*this, host(describe<A>())};
  }
  /// What host<A>() returned, for who has the node only: in application::on_start, say. Throws
  /// startup_error if A is not hosted here.
  template <class A>
  [[nodiscard]] acta::aggregates<A> aggregates() {
    const auto* type = find(A::type);
    if (type == nullptr || type->retired())
      throw startup_error{{errc::unknown_aggregate,
                           "this node hosts no " + std::string{A::type} + ": call host() first"}};
    return acta::aggregates<A>{*this, *type};
  }
  /// The same for a description. The reference is good as long as the node.
  const aggregate_type& host(aggregate_type type);

  /// Keeps the events of a type that this program has no class for any more: they are shown, from
  /// the schema that the journal stored with them; its commands and views are answered `retired`.
  /// Throws startup_error if a type of this name is hosted.
  void retire(std::string type);

  /// Says that no more types come. Throws startup_error if the journal knows an aggregate of a type
  /// that is neither hosted nor retired here: a program that forgot one must not serve the rest of
  /// its journal. Blocking.
  void require_all_hosted() const;

  /// A hosted or retired type by its published name, or null. Also acta.schedule, which every node
  /// hosts and hosted() leaves out.
  [[nodiscard]] const aggregate_type* find(std::string_view type) const;
  [[nodiscard]] std::vector<const aggregate_type*> hosted() const;
  [[nodiscard]] std::vector<const aggregate_type*> retired() const;

  /// Sends `command`, an instance of `type.commands[index]`, to the aggregate `id`. Fails if it is
  /// not admitted (malformed, overloaded, read_only, retired, unavailable, shutting_down,
  /// domain_failed): then `done` is never called.
  [[nodiscard]] result<void> execute(const aggregate_type& type, std::string_view id,
                                     std::size_t index, any_value command, call_options how,
                                     callback<receipt> done, internal::answer_exit by = {});
  /// Counts a command that its way in refused, so that no aggregate heard of it: the metrics have
  /// it with the others.
  void count_refused(const aggregate_type& type, std::size_t index, errc why);
  /// Counts what a way in has to say: a request that it answered, a connection that it refused.
  void observe(const observation& seen);
  /// For ways in: begins the span of a request, which names its caller's as W3C traceparent, or
  /// with an empty text none. Counts each of the two texts that is not valid; so call this once a
  /// request. The result goes into call_options.within. No span is made if traces are off, or the
  /// request is not sampled.
  [[nodiscard]] internal::begun_trace begin_trace(std::string_view traceparent,
                                                  std::string_view tracestate = {}) const;
  /// For ways in: begins it when the request has ended, for one that the engine did not see, or
  /// that failed after the engine had answered. Not valid if it was worth no span. Its time is now.
  [[nodiscard]] internal::begun_trace begin_unsampled(bool our_fault,
                                                      std::chrono::nanoseconds took) const;
  /// For ways in: takes such a span when its request is answered, and parts of it; a span without
  /// an id gets one.
  void take_span(internal::span ended) const;
  /// Reads an aggregate's view, as fresh as `how` asks. not_found if it has no event. Fails as
  /// execute() does.
  [[nodiscard]] result<void> query(const aggregate_type& type, std::string_view id,
                                   call_options how, callback<any_view> done,
                                   internal::answer_exit by = {});

  /// Reads the events of one aggregate from version `from`, at most `max_events` (at least 1), and
  /// fewer if they are large (see most_page_bytes); empty if there are none from there on,
  /// not_found if there is none at all. Fails (overloaded) beyond options.event_pages: then `done`
  /// is never called.
  [[nodiscard]] result<void> events(const aggregate_type& type, std::string_view id, version from,
                                    std::size_t max_events,
                                    callback<std::vector<recorded_event>> done,
                                    internal::answer_exit by = {});
  /// Calls `handler` for every durable event from `from` on, in order, one at a time: first what
  /// is there, then live. A slow handler reads later, and costs no memory.
  /// The handlers of a subscription run on a thread of its own, which starts here and ends with it.
  /// They may block, and may use the blocking forms of this node: that holds up nothing else, but
  /// cancel() and the end of the node wait for them.
  /// `ended` is told, once, why it ended if nobody cancelled it; without `ended`, `options.tell`
  /// hears it, as `subscription_ended`. Reasons: the log cannot be read on
  /// (damaged, storage), the handler threw (dropped; that event is not handled), the node went
  /// (shutting_down). No handler runs after it. What could not begin is told on the caller's
  /// thread, before this returns: the node has shut down (shutting_down), `from` is beyond `last()`
  /// and the next (beyond_the_end), the node has 64 subscriptions, or the process no thread to give
  /// (overloaded).
  /// An offset cannot tell whether it was taken from this journal: where one is kept, keep a
  /// cursor.
  [[nodiscard]] subscription subscribe(position from,
                                       std::function<void(const recorded_event&)> handler,
                                       std::function<void(const error&)> ended = {});

  /// The same, from the event after a cursor on. Ends at once if the events up to the cursor are
  /// not those of this journal: wrong_history if it was taken from another journal, or from a copy
  /// after that went its own way; beyond_the_end if this one is a copy that does not reach it. A
  /// template, so that `{0, 1}` means a position, as above.
  template <std::same_as<cursor> Cursor>
  [[nodiscard]] subscription subscribe(const Cursor& after,
                                       std::function<void(const recorded_event&)> handler,
                                       std::function<void(const error&)> ended = {}) {
    return resume(after, std::move(handler), std::move(ended));
  }

  /// Adds a schedule: a command that is sent when it is due, durably, each due time with one
  /// effect. Errors: see schedules::add(). What is due is sent while run_schedules() holds.
  [[nodiscard]] pending<schedule_receipt> schedule(schedule_plan plan, call_options how = {});
  /// Lists, pauses, resumes, cancels and runs schedules.
  [[nodiscard]] acta::schedules& schedules();
  /// Sends from now on, until the node shuts down, what is due. Call it when every type is hosted:
  /// a due command for another type ends in unknown_aggregate. `serve` calls it.
  void run_schedules();

  /// Where its journal is, as the options gave it; empty: in memory.
  [[nodiscard]] const std::filesystem::path& data_directory() const;
  /// The newest durable event's position.
  [[nodiscard]] position last() const;
  /// Copies the journal into `directory`, from which a node can be started, while this one goes on.
  /// Everything that was answered before the call is in it; returns the newest position of which
  /// that is certain. Fails if the directory holds anything but an unfinished backup, or cannot be
  /// written; then nothing is left there. The copy shares no file with the journal, unless
  /// `how.link` asks for it; it takes as long as `how.bytes_per_second` has it. Blocking.
  result<position> backup(const std::filesystem::path& directory, const backup_options& how = {});
  /// Fails if the node does not serve: shutting_down; unavailable, once a part failed too often to
  /// be started again, which only a new node mends; read_only. The detail is for an operator: it
  /// may name files.
  [[nodiscard]] result<void> ready() const;
  /// Empty if the node serves; else why not: the detail of ready().
  [[nodiscard]] std::string not_ready_reason() const;
  /// The calls into your code that are under way, as in "the decision on deposit,
  /// bank.account/4711": what shut_down() and the destructor may have to wait for.
  [[nodiscard]] std::vector<std::string> in_users_code() const;
  /// The list behind in_users_code(), which may be kept beyond the node: for a way in, such as
  /// HTTP, that calls your code itself.
  [[nodiscard]] const std::shared_ptr<internal::users_code>& users() const;
  /// The requests that were lost lately, at most 1,000 of each shard, the oldest first.
  [[nodiscard]] std::vector<dead_letter> dead_letters() const;
  /// The aggregates and commands that are set aside now.
  void parked(std::function<void(std::vector<acta::parked>)> done, internal::answer_exit by = {});
  /// Everything measured so far, in Prometheus' text format.
  void metrics(std::function<void(std::string)> done, internal::answer_exit by = {});

  /// Refuses what is new, waits for what was accepted, at most this long (`max()`: for ever), and
  /// ends. What is still unanswered then gets `shutting_down`. Returns whether all was answered in
  /// time and the node has ended; once something was not, it stays false. If the node has not
  /// ended, since your code has not returned (a decision that loops, a handler that blocks),
  /// `options.tell` hears what holds it, as `shutdown_held`; to call this again waits on.
  ///
  /// The destructor does it too, with options.drain_deadline. It cannot leave your code behind: it
  /// waits until that has returned, and says so, as `shutdown_waits`. In a callback or a handler of
  /// the same node it would wait for itself, for ever.
  bool shut_down(std::chrono::milliseconds deadline);

private:
  template <class A>
  friend class acta::aggregates;
  pending<schedule_receipt> send_at(timestamp time, const aggregate_type& type, std::string_view id,
                                    std::size_t index, const result<any_value>& command,
                                    call_options how);
  subscription resume(const cursor& after, std::function<void(const recorded_event&)> handler,
                      std::function<void(const error&)> ended);
  /// `into` is an event_of<A>.
  result<void> decode(const aggregate_type& type, const recorded_event& event, void* into) const;

  class implementation;
  std::unique_ptr<implementation> self_;
};

/// The aggregates of type A on a node: what host() returns. Copyable; good as long as the node.
template <class A>
class aggregates {
public:
  using view = view_of<A>;

  aggregates(acta::node& node, const aggregate_type& type) : node_{&node}, type_{&type} {}

  /// Sends a command; `done` gets the answer. Errors: see errc. Fails if the command is not
  /// admitted: then `done` is never called.
  template <class Command>
  [[nodiscard]] result<void> send(std::string_view id, Command command, call_options how,
                                  callback<receipt> done) const {
    return send(id, std::move(command), std::move(how), std::move(done),
                internal::answer_exit::callbacks);
  }
  template <class Command>
  [[nodiscard]] pending<receipt> send(std::string_view id, Command command,
                                      call_options how = {}) const {
    return wait_for<receipt>([&](auto done) {
      return send(id, std::move(command), std::move(how), std::move(done),
                  internal::answer_exit::at_once);
    });
  }

  /// Has a command sent at a time, as a one-shot schedule whose name is how.command_id, or a random
  /// one. A time that has passed is due at once. Durable when it is answered; see node.schedule().
  /// Of a time what is finer than a microsecond is left out.
  template <class Duration, class Command>
  [[nodiscard]] pending<schedule_receipt> send_at(std::chrono::sys_time<Duration> time,
                                                  std::string_view id, Command command,
                                                  call_options how = {}) const {
    constexpr auto index = command_index<A, Command>();
    return node_->send_at(std::chrono::floor<timestamp::duration>(time), *type_, id, index,
                          erased(command), std::move(how));
  }

  /// Reads the view of one aggregate; not_found if it has no event. Fails as send() does.
  [[nodiscard]] result<void> get(std::string_view id, call_options how,
                                 callback<versioned<view>> done) const {
    return node_->query(*type_, id, std::move(how),
                        [done = std::move(done)](result<any_view> seen) {
                          done(internal::answer_of<versioned<view>>::take(std::move(seen)));
                        });
  }
  [[nodiscard]] pending<versioned<view>> get(std::string_view id, call_options how = {}) const {
    return wait_for<versioned<view>>([&](auto done) {
      return node_->query(*type_, id, std::move(how), std::move(done),
                          internal::answer_exit::at_once);
    });
  }
  /// The same, as fresh as `wanted`. A template, so that `{}` means options, as above.
  template <std::same_as<freshness> Freshness>
  [[nodiscard]] pending<versioned<view>> get(std::string_view id, Freshness wanted,
                                             call_options how = {}) const {
    how.fresh = wanted;
    return get(id, std::move(how));
  }

  /// An event of this type in its current version, in whichever it was published: what a
  /// subscriber reads it with. Fails with malformed if it is of another type, with retired if the
  /// event is, with damaged if it cannot be read, with domain_failed if its constructor, inspect()
  /// or an upcaster threw.
  [[nodiscard]] result<event_of<A>> decode(const recorded_event& event) const {
    return guarded("an event's constructor", [&]() -> result<event_of<A>> {
      result<event_of<A>> current{event_of<A>{}};
      if (auto read = node_->decode(*type_, event, &*current); !read) return read.error();
      return current;
    });
  }

private:
  template <class Command>
  result<void> send(std::string_view id, Command command, call_options how, callback<receipt> done,
                    internal::answer_exit by) const {
    constexpr auto index = command_index<A, Command>();
    auto sent = erased(command);
    if (sent)
      return node_->execute(*type_, id, index, *std::move(sent), std::move(how), std::move(done),
                            by);
    node_->count_refused(*type_, index, sent.error().code);
    return sent.error();
  }
  /// The command, moved out of where it is.
  template <class Command>
  static result<any_value> erased(Command& command) {
    return guarded("a command's constructor",
                   [&]() -> result<any_value> { return any_value::of(std::move(command)); });
  }
  /// `start` gets a callback, and returns whether it will be called.
  template <class T, class Start>
  static pending<T> wait_for(Start start) {
    using answer = typename internal::answer_of<T>::type;
    auto promise = std::make_shared<std::promise<result<answer>>>();
    pending<T> later{promise->get_future()};
    const result<void> started =
        start(callback<answer>{[promise](result<answer> r) { promise->set_value(std::move(r)); }});
    if (!started) promise->set_value(started.error());
    return later;
  }

  acta::node* node_;
  const aggregate_type* type_;
};

}  // namespace acta
