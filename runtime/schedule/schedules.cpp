#include "runtime/schedule/schedules.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "actors/base/utf8.hpp"
#include "actors/model/describe.hpp"
#include "runtime/schedule/agenda.hpp"
#include "runtime/schedule/book.hpp"
#include "runtime/schedule/plan_check.hpp"
#include "runtime/schedule/port.hpp"

namespace acta {

using namespace internal;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_under_way = 1'024;
constexpr std::size_t most_reads = 16;  // of options.event_pages, which others need too
constexpr std::size_t next_times = 3;
constexpr std::size_t most_detail_bytes = 256;
/// A clock that steps is noticed within this.
constexpr std::chrono::nanoseconds longest_sleep = 1s;
constexpr std::chrono::milliseconds ask_again_after{1'000};

error ending() { return {errc::shutting_down, "the node is shutting down"}; }

error no_schedule(const std::string& name) {
  return {errc::not_found, "there is no schedule '" + name + "'"};
}

std::string random_id() {
  static thread_local std::random_device device;
  std::string made = "schedule-";
  for (int i = 0; i < 32; ++i) made += "0123456789abcdef"[device() % 16];
  return made;
}

std::string detail_of(const error& why) {
  return beginning_of(why.refusal_code.empty() ? why.detail : why.refusal_code + ": " + why.detail,
                      most_detail_bytes);
}

template <class Command>
constexpr std::size_t place_of = command_index<schedule_book, Command>();

}  // namespace

/// Everything but the queue of jobs belongs to one thread.
class schedules::implementation {
public:
  using job = std::function<void()>;
  using book_event = event_of<schedule_book>;

  explicit implementation(std::unique_ptr<schedule_port> to) : to_{std::move(to)} {}

  /// Any thread. Starts ours with the first job.
  void post(job work) {
    {
      const std::lock_guard lock{mutex_};
      jobs_.push_back(std::move(work));
      if (!thread_.joinable()) thread_ = std::thread{[this] { loop(); }};
    }
    changed_.notify_one();
  }
  /// The same, once the books are known.
  void post_loaded(job work) {
    post([this, work = std::move(work)]() mutable {
      load();
      loading_ == 0 || closed_ ? work() : before_loaded_.push_back(std::move(work));
    });
  }

  void close() {
    closed_ = true;
    {
      const std::lock_guard lock{mutex_};
      if (!thread_.joinable()) return;
    }
    std::promise<void> passed;
    post([&] {
      abandon();
      passed.set_value();
    });
    passed.get_future().wait();
  }

  void stop() {
    closed_ = true;
    {
      const std::lock_guard lock{mutex_};
      ended_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) thread_.join();
  }

  void run() {
    running_ = true;
    post_loaded([] {});
  }
  void refuse_new() { running_ = false; }

  void add(const schedule_plan& plan, call_options how, const done<schedule_receipt>& told);
  template <class Command>
  void change(const std::string& name, call_options how, const done<receipt>& told);
  void run_now(const std::string& name, call_options how, const done<receipt>& told);
  void list(const std::string& after, std::size_t most,
            const done<std::vector<schedule_status>>& told) const;
  void find(const std::string& name, const done<schedule_status>& told) const;

private:
  void loop();
  void step();
  [[nodiscard]] std::chrono::nanoseconds idle_time() const;
  [[nodiscard]] agenda::instant now() const { return {to_->time().wall(), to_->time().now()}; }
  void later(std::chrono::milliseconds in, job work) {
    later_.emplace(to_->time().now() + in, std::move(work));
  }

  // The books.
  void load();
  void load_book(std::size_t book);
  void loaded(std::size_t book, const result<any_view>& seen);
  void abandon();
  void one_loaded();
  void insert(std::size_t book, const schedule_entry& entry);
  void forget(const entry_key& key);
  /// Sends a command to a book. Calls `failed` or `applied`; after an answer that leaves open
  /// whether it took effect first `failed`, and when that is known perhaps `applied`.
  template <class Command>
  void ask(
      std::size_t book, const Command& command, const call_options& how,
      std::function<void(const error&)> failed, std::function<void(const receipt&)> applied,
      std::function<void()> never = [] {}, bool again = false);
  /// Reads an event of a book, however often that must be tried.
  void read(std::size_t book, version which, std::function<void(const result<book_event>&)> told);
  /// Looks in its book for an entry that was added before, and takes it up if it is not over.
  void learn(const entry_key& key, const std::string& name, std::function<void()> told);
  result<command_at> check(const stored_plan& plan) const;

  // What is due.
  void perform(const agenda::step& step);
  void send(const entry_key& key, const settlement& due);
  void answered(const entry_key& key, const aggregate_type* type,
                std::chrono::steady_clock::time_point begun, const result<receipt>& outcome);
  void record(const agenda::step& step);
  void recorded(const entry_key& key);
  [[nodiscard]] schedule_status status(const entry_key& key) const;

  const std::unique_ptr<schedule_port> to_;
  std::atomic<bool> running_{false};
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<job> jobs_;
  bool ended_ = false;
  std::thread thread_;

  agenda agenda_{most_under_way};
  std::map<std::string, entry_key, std::less<>> names_;  // number 0: is being added
  bool asked_for_books_ = false;
  std::size_t loading_ = 0;
  std::map<std::size_t, error> unreadable_;  // books
  std::vector<job> before_loaded_;
  std::size_t reading_ = 0;
  std::deque<job> reads_;  // when there are as many as may be at once
  std::multimap<std::chrono::steady_clock::time_point, job> later_;
};

void schedules::implementation::loop() {
  std::unique_lock lock{mutex_};
  for (;;) {
    while (!jobs_.empty()) {
      auto work = std::exchange(jobs_, {});
      lock.unlock();
      for (auto& one : work) one();
      work.clear();
      lock.lock();
    }
    if (ended_) return;
    lock.unlock();
    step();
    const auto idle = idle_time();
    lock.lock();
    if (!jobs_.empty() || ended_) continue;
    if (idle == std::chrono::nanoseconds::max())
      changed_.wait(lock);
    else
      changed_.wait_for(lock, idle);
  }
}

void schedules::implementation::step() {
  while (!closed_ && !later_.empty() && later_.begin()->first <= to_->time().now()) {
    const auto work = std::move(later_.begin()->second);
    later_.erase(later_.begin());
    work();
  }
  if (!running_ || closed_ || !asked_for_books_ || loading_ > 0) return;
  for (const auto& one : agenda_.take(now())) perform(one);
}

std::chrono::nanoseconds schedules::implementation::idle_time() const {
  auto idle = std::chrono::nanoseconds::max();
  if (closed_) return idle;
  if (!later_.empty())
    idle = std::max<std::chrono::nanoseconds>(later_.begin()->first - to_->time().now(), 0ns);
  if (running_ && asked_for_books_ && loading_ == 0)
    if (const auto next = agenda_.next_in(now())) idle = std::min({idle, *next, longest_sleep});
  return idle;
}

void schedules::implementation::load() {
  if (std::exchange(asked_for_books_, true)) return;
  if (!to_->may_have_books()) return;
  loading_ = book_count;
  for (std::size_t book = 0; book < book_count; ++book) load_book(book);
}

void schedules::implementation::load_book(std::size_t book) {
  call_options how;
  how.deadline = std::chrono::milliseconds::max();
  auto sent = closed_
                  ? result<void>{ending()}
                  : to_->query(to_->books(), std::to_string(book), how,
                               [this, book](result<any_view> seen) {
                                 post([this, book, seen = std::move(seen)] { loaded(book, seen); });
                               });
  if (!sent) loaded(book, sent.error());
}

void schedules::implementation::loaded(std::size_t book, const result<any_view>& seen) {
  if (!seen && may_retry(seen.error().code)) {
    if (!closed_) later(ask_again_after, [this, book] { load_book(book); });
    return;
  }
  if (seen) {
    for (const auto& entry : static_cast<const books::book_view*>(seen->view->get())->entries)
      insert(book, entry);
  } else if (seen.error().code != errc::not_found) {
    unreadable_.emplace(book, seen.error());
    to_->tell({true, "schedules_unreadable",
               "no schedule of acta.schedule/" + std::to_string(book) +
                   " is due, since the book cannot be read: " + seen.error().detail});
  }
  if (loading_ > 0) one_loaded();
}

void schedules::implementation::one_loaded() {
  if (--loading_ > 0) return;
  for (auto& work : std::exchange(before_loaded_, {})) work();
}

void schedules::implementation::abandon() {
  // Each of them asks, is told that nobody is to be asked any more, and answers its caller.
  for (auto& [time, work] : std::exchange(later_, {})) work();
  for (auto& work : std::exchange(before_loaded_, {})) work();
}

void schedules::implementation::insert(std::size_t book, const schedule_entry& entry) {
  const entry_key key{book, entry.number};
  auto when = timing_of(entry.plan, entry.since);
  if (!when)
    to_->tell({true, "schedule_never_due",
               "schedule '" + entry.plan.name + "' is never due: " + when.error().detail});
  agenda_.put(key, entry, when ? std::optional{*when} : std::nullopt);
  names_.insert_or_assign(entry.plan.name, key);
}

void schedules::implementation::forget(const entry_key& key) {
  const auto* entry = agenda_.find(key);
  if (!entry) return;
  const auto named = names_.find(entry->plan.name);
  if (named != names_.end() && named->second == key) names_.erase(named);
}

template <class Command>
void schedules::implementation::ask(std::size_t book, const Command& command,
                                    const call_options& how,
                                    std::function<void(const error&)> failed,
                                    std::function<void(const receipt&)> applied,
                                    std::function<void()> never, bool again) {
  auto heard = [=, this](const result<receipt>& outcome) {
    if (outcome) return applied(*outcome);
    const auto& why = outcome.error();
    if (!again) failed(why);
    // What may have taken effect is asked again until that is known.
    const bool open = effect_of(why) == effect::unknown || (again && may_retry(why.code));
    if (!open) return never();
    if (!closed_)
      later(ask_again_after, [=, this] { ask(book, command, how, failed, applied, never, true); });
  };
  if (const auto bad = unreadable_.find(book); bad != unreadable_.end()) return heard(bad->second);
  const auto sent =
      closed_ ? result<void>{ending()}
              : to_->execute(to_->books(), std::to_string(book), place_of<Command>,
                             any_value::of(command), how, [this, heard](result<receipt> outcome) {
                               post([heard, outcome = std::move(outcome)] { heard(outcome); });
                             });
  if (!sent) heard(sent.error());
}

void schedules::implementation::read(std::size_t book, version which,
                                     std::function<void(const result<book_event>&)> told) {
  if (reading_ == most_reads) return reads_.push_back([=, this] { read(book, which, told); });
  ++reading_;
  auto heard = [=, this](const result<recorded_event>& found) {
    --reading_;
    if (!reads_.empty()) {
      post(std::move(reads_.front()));
      reads_.pop_front();
    }
    if (!found && may_retry(found.error().code) && !closed_)
      return later(ask_again_after, [=, this] { read(book, which, told); });
    if (!found) return told(found.error());
    book_event read;
    const auto decoded = to_->decode(to_->books(), *found, &read);
    told(decoded ? result<book_event>{std::move(read)} : result<book_event>{decoded.error()});
  };
  const auto sent = closed_
                        ? result<void>{ending()}
                        : to_->event(to_->books(), std::to_string(book), which,
                                     [this, heard](result<recorded_event> found) {
                                       post([heard, found = std::move(found)] { heard(found); });
                                     });
  if (!sent) heard(sent.error());
}

void schedules::implementation::learn(const entry_key& key, const std::string& name,
                                      std::function<void()> told) {
  if (agenda_.find(key)) return told();
  const auto heard = [=, this](const result<any_view>& seen) {
    const auto named = names_.find(name);
    if (named != names_.end() && named->second.number == 0) names_.erase(named);
    if (seen)
      for (const auto& entry : static_cast<const books::book_view*>(seen->view->get())->entries)
        if (entry.number == key.number && !agenda_.find(key)) insert(key.book, entry);
    told();
  };
  const auto sent = closed_ ? result<void>{ending()}
                            : to_->query(to_->books(), std::to_string(key.book), {},
                                         [this, heard](result<any_view> seen) {
                                           post([heard, seen = std::move(seen)] { heard(seen); });
                                         });
  if (!sent) heard(sent.error());
}

result<command_at> schedules::implementation::check(const stored_plan& plan) const {
  // As a due time may be; its own is tried when it comes.
  const auto when = timing_of(plan, to_->time().wall());
  if (!when) return when.error();
  const auto* type = to_->find(plan.aggregate);
  if (!type || plan.aggregate == schedule_type)
    return error{errc::unknown_aggregate, "'" + plan.aggregate + "' is not hosted here"};
  if (!stream_id::valid_id(plan.id) || !is_utf8(plan.id))
    return error{
        errc::malformed, "must be 1 to 256 bytes of UTF-8 without control characters", {}, "id"};
  if (plan.bytes() > 2 * most_entry_bytes)
    return error{errc::refused,
                 "name, timing, target and command have " + std::to_string(plan.bytes()) +
                     " bytes together, more than " + std::to_string(most_entry_bytes),
                 "entry_too_large"};
  return command_of(*type, plan, to_->time().wall(), to_->users());
}

void schedules::implementation::add(const schedule_plan& asked, call_options how,
                                    const done<schedule_receipt>& told) {
  const stored_plan plan{asked};
  if (auto good = check(plan); !good) return told(good.error());
  const auto book = book_of(plan.aggregate, plan.id);
  // A name is taken before its book hears of it, so that two books never take the same one. In the
  // same book it may be a repeat, which the book knows.
  const auto [named, is_new] = names_.try_emplace(plan.name, entry_key{book, 0});
  if (!is_new && named->second.book != book)
    return told(error{errc::refused, "there is a schedule of this name", "name_taken"});
  if (how.command_id.empty()) how.command_id = random_id();
  ask(
      book, books::add{plan}, how, told,
      [=, this](const receipt& added) {
        const entry_key key{book, added.version.value};
        const auto answer = [=] { told(schedule_receipt{book, key.number, added.repeated}); };
        if (added.repeated) return learn(key, plan.name, answer);
        schedule_entry entry;
        entry.number = key.number;
        entry.plan = plan;
        if (plan.at) {
          insert(book, entry);
          return answer();
        }
        read(book, added.version, [=, this](const result<book_event>& event) mutable {
          if (!event) return learn(key, plan.name, answer);
          entry.since = std::get<books::added>(*event).since;
          insert(book, entry);
          answer();
        });
      },
      [=, this, is_new = is_new] {
        const auto reserved = names_.find(plan.name);
        if (is_new && reserved != names_.end() && reserved->second.number == 0)
          names_.erase(reserved);
      });
}

template <class Command>
void schedules::implementation::change(const std::string& name, call_options how,
                                       const done<receipt>& told) {
  const auto named = names_.find(name);
  if (named == names_.end() || named->second.number == 0) return told(no_schedule(name));
  const auto key = named->second;
  if (how.command_id.empty()) how.command_id = random_id();
  ask(key.book, Command{key.number}, how, told, [=, this](const receipt& changed) {
    const auto* known = agenda_.find(key);
    if (!known || changed.events == 0) return told(changed);
    auto entry = *known;
    if constexpr (std::is_same_v<Command, books::cancel>) {
      forget(key);
      agenda_.remove(key);
      told(changed);
    } else if constexpr (std::is_same_v<Command, books::pause>) {
      if (!changed.repeated) {
        entry.paused = true;
        insert(key.book, entry);
      }
      told(changed);
    } else {
      if (changed.repeated) return told(changed);
      read(key.book, changed.version, [=, this](const result<book_event>& event) {
        const auto* still = agenda_.find(key);
        if (event && still) {
          auto resumed = *still;
          const auto at = std::get<books::resumed>(*event).at;
          resumed.paused = false;
          if (!resumed.once() && (!resumed.last || *resumed.last < at)) resumed.last = at;
          insert(key.book, resumed);
        }
        told(changed);
      });
    }
  });
}

void schedules::implementation::run_now(const std::string& name, call_options how,
                                        const done<receipt>& told) {
  const auto named = names_.find(name);
  const auto* entry = named == names_.end() ? nullptr : agenda_.find(named->second);
  if (!entry) return told(no_schedule(name));
  const auto key = named->second;
  const auto plan = entry->plan;
  if (how.command_id.empty()) how.command_id = random_id();
  if (how.principal.empty()) how.principal = "schedule:" + plan.name;
  // The book keeps the time of the first call: a repeat has the same ${due}.
  ask(key.book, books::request_run{key.number}, how, told, [=, this](const receipt& asked) {
    read(key.book, asked.version, [=, this](const result<book_event>& event) {
      if (!event) return told(event.error());
      const auto* requested = std::get_if<books::run_requested>(&*event);
      const auto* type = to_->find(plan.aggregate);
      if (!requested || requested->number != key.number)
        return told(error{errc::command_id_reused, "this command id came with another call"});
      if (!type)
        return told(error{errc::unknown_aggregate, plan.aggregate + " is not hosted here"});
      auto command = command_of(*type, plan, requested->due, to_->users());
      if (!command) return told(command.error());
      auto to_target = how;
      if (!to_target.repeats_since) to_target.repeats_since = requested->due;
      const auto sent =
          closed_ ? result<void>{ending()}
                  : to_->execute(*type, plan.id, command->index, std::move(command->command),
                                 to_target, [this, told](result<receipt> outcome) {
                                   post([told, outcome = std::move(outcome)] { told(outcome); });
                                 });
      if (!sent) told(sent.error());
    });
  });
}

schedule_status schedules::implementation::status(const entry_key& key) const {
  schedule_status made;
  made.entry = *agenda_.find(key);
  made.book = key.book;
  made.under_way = agenda_.under_way(key);
  made.next = agenda_.next_of(key, next_times);
  if (const auto when = timing_of(made.entry.plan, made.entry.since); !when)
    made.problem = when.error().detail;
  return made;
}

void schedules::implementation::list(const std::string& after, std::size_t most,
                                     const done<std::vector<schedule_status>>& told) const {
  std::vector<schedule_status> all;
  for (auto at = names_.upper_bound(after); at != names_.end() && all.size() < most; ++at)
    if (agenda_.find(at->second)) all.push_back(status(at->second));
  told(std::move(all));
}

void schedules::implementation::find(const std::string& name,
                                     const done<schedule_status>& told) const {
  const auto named = names_.find(name);
  if (named == names_.end() || !agenda_.find(named->second)) return told(no_schedule(name));
  told(status(named->second));
}

void schedules::implementation::perform(const agenda::step& step) {
  if (step.what == agenda::step::kind::send)
    send(step.key, step.came);
  else
    record(step);
}

void schedules::implementation::send(const entry_key& key, const settlement& due) {
  const auto begun = to_->time().now();
  const auto& plan = agenda_.find(key)->plan;
  const auto* type = to_->find(plan.aggregate);
  if (!type)
    return answered(key, nullptr, begun,
                    error{errc::unknown_aggregate, "'" + plan.aggregate + "' is not hosted here"});
  auto command = command_of(*type, plan, due.due, to_->users());
  if (!command) return answered(key, type, begun, command.error());
  call_options how;
  how.command_id = command_id_of(key, due.due);
  how.repeats_since = due.due;
  how.principal = "schedule:" + plan.name;
  const auto sent = to_->execute(
      *type, plan.id, command->index, std::move(command->command), std::move(how),
      [=, this](result<receipt> outcome) {
        post([=, this, outcome = std::move(outcome)] { answered(key, type, begun, outcome); });
      });
  if (!sent) answered(key, type, begun, sent.error());
}

void schedules::implementation::answered(const entry_key& key, const aggregate_type* type,
                                         std::chrono::steady_clock::time_point begun,
                                         const result<receipt>& outcome) {
  const std::string_view what =
      outcome ? (outcome->repeated ? "repeated" : "done") : to_string(outcome.error().code);
  to_->observe({happening::request_handled, "schedule", type ? std::string_view{type->name} : "",
                what, to_->time().now() - begun});
  if (!outcome && may_retry(outcome.error().code)) return agenda_.retry(key, now());
  const auto next = agenda_.answered(key, std::string{what},
                                     outcome ? std::string{} : detail_of(outcome.error()));
  if (next) record(*next);
}

void schedules::implementation::record(const agenda::step& step) {
  if (closed_) return;
  const auto key = step.key;
  const auto sent = to_->execute(to_->books(), std::to_string(key.book), place_of<books::settle>,
                                 any_value::of(books::settle{key.number, step.came}), {},
                                 [this, key](result<receipt> outcome) {
                                   post([this, key, outcome = std::move(outcome)] {
                                     if (!outcome && may_retry(outcome.error().code))
                                       return agenda_.retry(key, now());
                                     recorded(key);
                                   });
                                 });
  if (!sent) may_retry(sent.error().code) ? agenda_.retry(key, now()) : recorded(key);
}

void schedules::implementation::recorded(const entry_key& key) {
  const auto* entry = agenda_.find(key);
  if (entry && entry->once()) forget(key);
  agenda_.recorded(key);
}

schedules::schedules(std::unique_ptr<schedule_port> to)
    : self_{std::make_unique<implementation>(std::move(to))} {}
schedules::~schedules() { self_->stop(); }

void schedules::add(schedule_plan plan, call_options how, done<schedule_receipt> told) {
  self_->post_loaded([me = self_.get(), plan = std::move(plan), how = std::move(how),
                      told = std::move(told)] { me->add(plan, how, told); });
}
void schedules::pause(std::string name, call_options how, done<receipt> told) {
  self_->post_loaded([me = self_.get(), name = std::move(name), how = std::move(how),
                      told = std::move(told)] { me->change<books::pause>(name, how, told); });
}
void schedules::resume(std::string name, call_options how, done<receipt> told) {
  self_->post_loaded([me = self_.get(), name = std::move(name), how = std::move(how),
                      told = std::move(told)] { me->change<books::resume>(name, how, told); });
}
void schedules::cancel(std::string name, call_options how, done<receipt> told) {
  self_->post_loaded([me = self_.get(), name = std::move(name), how = std::move(how),
                      told = std::move(told)] { me->change<books::cancel>(name, how, told); });
}
void schedules::run_now(std::string name, call_options how, done<receipt> told) {
  self_->post_loaded([me = self_.get(), name = std::move(name), how = std::move(how),
                      told = std::move(told)] { me->run_now(name, how, told); });
}
void schedules::list(std::string after, std::size_t most, done<std::vector<schedule_status>> told) {
  self_->post_loaded([me = self_.get(), after = std::move(after), most, told = std::move(told)] {
    me->list(after, most, told);
  });
}
void schedules::find(std::string name, done<schedule_status> told) {
  self_->post_loaded(
      [me = self_.get(), name = std::move(name), told = std::move(told)] { me->find(name, told); });
}
void schedules::run() { self_->run(); }
void schedules::refuse_new() { self_->refuse_new(); }
void schedules::close() { self_->close(); }
void schedules::stop() { self_->stop(); }

}  // namespace acta
