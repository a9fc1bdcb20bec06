#include "runtime/schedule/schedules.hpp"

#include <array>
#include <atomic>
#include <iterator>
#include <map>
#include <memory>
#include <string_view>
#include <utility>

#include "actors/model/malformed.hpp"
#include "runtime/schedule/agenda.hpp"
#include "runtime/schedule/bookshelf.hpp"
#include "runtime/schedule/due_sender.hpp"
#include "runtime/schedule/plan_check.hpp"
#include "runtime/schedule/port.hpp"
#include "runtime/schedule/work_thread.hpp"

namespace acta {

using namespace internal;

namespace {

constexpr std::size_t most_under_way = 1'024;
constexpr std::size_t next_times = 3;

error no_schedule(const std::string& name) {
  return {errc::not_found, "there is no schedule '" + name + "'"};
}

schedule_status status_over(std::size_t book, const schedule_entry& entry) {
  schedule_status made;
  made.entry = entry;
  made.book = book;
  made.over = true;
  return made;
}

/// The first answer alone is passed on: a call whose outcome was unknown is asked again, and the
/// truth that this brings is for the schedules, not for the caller, who was told.
template <class T>
std::function<void(result<T>)> first_answer(std::function<void(result<T>)> told) {
  return
      [told = std::make_shared<std::function<void(result<T>)>>(std::move(told))](result<T> answer) {
        if (const auto caller = std::exchange(*told, nullptr)) caller(std::move(answer));
      };
}

}  // namespace

/// All but post(), run() and their like is on the thread of the schedules.
class schedules::implementation {
public:
  explicit implementation(std::unique_ptr<schedule_port> to) : to_{std::move(to)} {}

  /// Any thread. Does `work` once the books are known.
  void post(work_thread::job work) {
    thread_.post([this, work = std::move(work)]() mutable {
      books_.load([this](std::size_t book, const books::book_view& seen) {
        for (const auto& entry : seen.entries) insert(book, entry);
        over_[book] = seen.over;
        gone_[book] = seen.gone;
      });
      books_.when_loaded(std::move(work));
    });
  }
  /// Any thread.
  template <class Command>
  void post_change(std::string name, call_options how, done<receipt> told) {
    post([this, name = std::move(name), how = std::move(how),
          told = first_answer(std::move(told))] { change<Command>(name, how, told); });
  }
  void run() {
    running_ = true;
    post([] {});
  }
  void refuse_new() { running_ = false; }
  void close() {
    closed_ = true;
    thread_.finish([this] {
      // Each of them asks, is told that nobody is to be asked any more, and answers its caller.
      thread_.hurry();
      books_.abandon();
    });
  }
  void stop() {
    closed_ = true;
    thread_.stop();
  }

  void add(const schedule_plan& plan, call_options how, const done<schedule_receipt>& told);
  template <class Command>
  void change(const std::string& name, call_options how, const done<receipt>& told);
  void run_now(const std::string& name, call_options how, const done<receipt>& told);
  void list(const std::string& after, std::size_t most,
            const done<std::vector<schedule_status>>& told) const;
  void find(const std::string& name, const done<schedule_status>& told) const;

private:
  using book_event = bookshelf::book_event;

  std::optional<std::chrono::nanoseconds> send_due() {
    if (!running_ || closed_ || !books_.is_loaded()) return std::nullopt;
    return sender_.send_due();
  }
  [[nodiscard]] result<command_at> check(const stored_plan& plan) const;
  void insert(std::size_t book, const schedule_entry& entry);
  /// Gives the name of an entry back.
  void forget(const entry_key& key, const std::string& name);
  /// Looks in its book for an entry that was added before, and takes it up if it is not over.
  void learn(const entry_key& key, const std::string& name, std::function<void()> told);
  void added(const entry_key& key, const stored_plan& plan, version at, std::function<void()> told);
  void changed(const entry_key& key, const books::pause&, version at, std::function<void()> told);
  void changed(const entry_key& key, const books::resume&, version at, std::function<void()> told);
  void changed(const entry_key& key, const books::cancel&, version at, std::function<void()> told);
  /// Sends the command of a plan, as it is at `due`.
  void send_now(const stored_plan& plan, timestamp due, call_options how,
                const done<receipt>& told);
  [[nodiscard]] schedule_status status(const entry_key& key) const;
  /// Of several that are over the one that was due last.
  [[nodiscard]] std::optional<schedule_status> find_over(std::string_view name) const;
  /// One that was cancelled; of several the newest of a book.
  [[nodiscard]] std::optional<entry_key> find_gone(std::string_view name) const;
  /// Why a schedule cannot be changed.
  [[nodiscard]] error missing(const std::string& name) const;

  const std::unique_ptr<schedule_port> to_;
  std::atomic<bool> running_{false};
  std::atomic<bool> closed_{false};
  work_thread thread_{to_->time(), [this] { return send_due(); }};
  bookshelf books_{*to_, thread_, closed_};
  agenda agenda_{most_under_way};
  due_sender sender_{*to_, thread_, closed_, agenda_,
                     [this](const entry_key& key, schedule_entry ended, bool is_kept) {
                       forget(key, ended.plan.name);
                       if (is_kept) keep_over(over_[key.book], std::move(ended));
                     }};
  std::map<std::string, entry_key, std::less<>> names_;       // number 0: is being added
  std::array<std::vector<schedule_entry>, book_count> over_;  // as the books keep them
  std::array<std::vector<books::gone>, book_count> gone_;     // the same
};

void schedules::implementation::insert(std::size_t book, const schedule_entry& entry) {
  const entry_key key{book, entry.number};
  auto when = timing_of(entry.plan, entry.since);
  if (!when)
    to_->tell({true, "schedule_never_due",
               "schedule '" + entry.plan.name + "' is never due: " + when.error().detail});
  agenda_.put(key, entry, when ? std::optional{*when} : std::nullopt);
  names_.insert_or_assign(entry.plan.name, key);
}

void schedules::implementation::forget(const entry_key& key, const std::string& name) {
  const auto named = names_.find(name);
  if (named != names_.end() && named->second == key) names_.erase(named);
}

void schedules::implementation::learn(const entry_key& key, const std::string& name,
                                      std::function<void()> told) {
  if (agenda_.find(key)) return told();
  books_.view(key.book, [this, key, name, told](const result<books::book_view>& seen) {
    const auto named = names_.find(name);
    if (named != names_.end() && named->second.number == 0) names_.erase(named);
    if (seen && !agenda_.find(key))
      for (const auto& entry : seen->entries)
        if (entry.number == key.number) insert(key.book, entry);
    told();
  });
}

result<command_at> schedules::implementation::check(const stored_plan& plan) const {
  // As a due time may be; its own is tried when it comes.
  const auto now = to_->time().wall();
  const auto when = timing_of(plan, now);
  if (!when) return when.error();
  const auto* type = to_->find(plan.aggregate);
  if (!type || plan.aggregate == schedule_type)
    return error{errc::unknown_aggregate, "'" + plan.aggregate + "' is not hosted here"};
  if (auto good = check_id(plan.id, "id"); !good) return good.error();
  return command_of(*type, plan, now, to_->users());
}

void schedules::implementation::add(const schedule_plan& asked, call_options how,
                                    const done<schedule_receipt>& told) {
  const stored_plan plan{asked};
  if (const auto good = check(plan); !good) return told(good.error());
  const auto book = book_of(plan.aggregate, plan.id);
  // A name is taken before its book hears of it, so that two books never take the same one. In the
  // same book it may be a repeat, which the book knows.
  const auto [named, is_new] = names_.try_emplace(plan.name, entry_key{book, 0});
  if (!is_new && named->second.book != book)
    return told(error{errc::refused, "there is a schedule of this name", "name_taken"});
  if (how.command_id.empty()) how.command_id = random_id(to_->chance());
  const auto applied = [this, book, plan, told](const receipt& answer) {
    const entry_key key{book, answer.version.value};
    const auto tell = [told, key, repeated = answer.repeated] {
      told(schedule_receipt{key.book, key.number, repeated});
    };
    answer.repeated ? learn(key, plan.name, tell) : added(key, plan, answer.version, tell);
  };
  const auto refused = [this, name = plan.name, reserved = is_new] {
    const auto found = names_.find(name);
    if (reserved && found != names_.end() && found->second.number == 0) names_.erase(found);
  };
  books_.ask(book, books::add{plan}, how, {told, applied, refused});
}

void schedules::implementation::added(const entry_key& key, const stored_plan& plan, version at,
                                      std::function<void()> told) {
  schedule_entry entry;
  entry.number = key.number;
  entry.plan = plan;
  if (plan.at) {
    insert(key.book, entry);
    return told();
  }
  // From when it counts the book says, so that it is the same after a restart.
  books_.read(key.book, at, [this, key, entry, told](const result<book_event>& event) mutable {
    if (!event) return learn(key, entry.plan.name, told);
    entry.since = std::get<books::added>(*event).since;
    insert(key.book, entry);
    told();
  });
}

template <class Command>
void schedules::implementation::change(const std::string& name, call_options how,
                                       const done<receipt>& told) {
  const auto named = names_.find(name);
  const bool known = named != names_.end() && named->second.number != 0;
  // Of one that is gone a repeat may come, of which its book knows.
  const auto gone = known || how.command_id.empty() ? std::nullopt : find_gone(name);
  if (!known && !gone) return told(missing(name));
  const auto key = known ? named->second : *gone;
  if (how.command_id.empty()) how.command_id = random_id(to_->chance());
  const Command command{key.number};
  const auto failed = [this, name, told](const error& why) {
    told(why.refusal_code == "unknown_schedule" ? missing(name) : why);
  };
  books_.ask(key.book, command, how,
             {failed, [this, key, command, told](const receipt& answer) {
                // What came before has been seen to, or is over.
                if (answer.repeated || answer.events == 0 || !agenda_.find(key))
                  return told(answer);
                changed(key, command, answer.version, [told, answer] { told(answer); });
              }});
}

void schedules::implementation::changed(const entry_key& key, const books::pause&, version,
                                        std::function<void()> told) {
  auto entry = *agenda_.find(key);
  entry.paused = true;
  insert(key.book, entry);
  told();
}

void schedules::implementation::changed(const entry_key& key, const books::resume&, version at,
                                        std::function<void()> told) {
  books_.read(key.book, at, [this, key, told](const result<book_event>& event) {
    const auto* known = agenda_.find(key);
    if (event && known) {
      auto entry = *known;
      internal::resume(entry, std::get<books::resumed>(*event).at);
      insert(key.book, entry);
    }
    told();
  });
}

void schedules::implementation::changed(const entry_key& key, const books::cancel&, version,
                                        std::function<void()> told) {
  const auto name = agenda_.find(key)->plan.name;
  forget(key, name);
  keep_gone(gone_[key.book], {key.number, name});
  agenda_.remove(key);
  sender_.cancelled(key);
  told();
}

void schedules::implementation::run_now(const std::string& name, call_options how,
                                        const done<receipt>& told) {
  const auto named = names_.find(name);
  const auto* entry = named == names_.end() ? nullptr : agenda_.find(named->second);
  if (!entry) return told(missing(name));
  if (how.command_id.empty()) how.command_id = random_id(to_->chance());
  if (how.principal.empty()) how.principal = "schedule:" + name;
  auto asking = how;
  asking.within.handed_back.reset();  // it is for the last call, that to the target
  // The book keeps the time of the first call: a repeat has the same ${due}.
  books_.ask(
      named->second.book, books::request_run{named->second.number}, asking,
      {told, [this, key = named->second, plan = entry->plan, how, told](const receipt& asked) {
         books_.read(key.book, asked.version,
                     [this, key, plan, how, told](const result<book_event>& event) {
                       if (!event) return told(event.error());
                       const auto* requested = std::get_if<books::run_requested>(&*event);
                       if (!requested || requested->number != key.number)
                         return told(error{errc::command_id_reused,
                                           "this command id came with another call"});
                       send_now(plan, requested->due, how, told);
                     });
       }});
}

void schedules::implementation::send_now(const stored_plan& plan, timestamp due, call_options how,
                                         const done<receipt>& told) {
  if (closed_) return told(error{errc::shutting_down, "the node is shutting down"});
  const auto* type = to_->find(plan.aggregate);
  if (!type) return told(error{errc::unknown_aggregate, plan.aggregate + " is not hosted here"});
  auto command = command_of(*type, plan, due, to_->users());
  if (!command) return told(command.error());
  if (!how.repeats_since) how.repeats_since = due;
  how.within.handed_on = to_->time().now();
  const auto sent = to_->execute(*type, plan.id, command->index, std::move(command->command),
                                 std::move(how), thread_.hears<receipt>(told));
  if (!sent) told(sent.error());
}

schedule_status schedules::implementation::status(const entry_key& key) const {
  schedule_status made;
  made.entry = *agenda_.find(key);
  made.book = key.book;
  made.under_way = agenda_.under_way(key);
  made.next = agenda_.next_of(key, next_times);
  // What has a next time has a timing.
  if (made.next.empty())
    if (const auto when = timing_of(made.entry.plan, made.entry.since); !when)
      made.problem = when.error().detail;
  return made;
}

std::optional<schedule_status> schedules::implementation::find_over(std::string_view name) const {
  std::optional<schedule_status> found;
  for (std::size_t book = 0; book < book_count; ++book)
    for (const auto& entry : over_[book])
      if (entry.plan.name == name && (!found || found->entry.last < entry.last))
        found = status_over(book, entry);
  return found;
}

std::optional<entry_key> schedules::implementation::find_gone(std::string_view name) const {
  for (std::size_t book = 0; book < book_count; ++book)
    for (auto one = gone_[book].rbegin(); one != gone_[book].rend(); ++one)
      if (one->name == name) return entry_key{book, one->number};
  return std::nullopt;
}

error schedules::implementation::missing(const std::string& name) const {
  return find_over(name) ? error{errc::not_found, "schedule '" + name + "' is over"}
                         : no_schedule(name);
}

void schedules::implementation::list(const std::string& after, std::size_t most,
                                     const done<std::vector<schedule_status>>& told) const {
  struct shown {
    entry_key key;
    const schedule_entry* over;  // null: it is not
  };
  std::map<std::string_view, shown> page;
  for (auto at = names_.upper_bound(after); at != names_.end() && page.size() < most; ++at)
    if (agenda_.find(at->second)) page.emplace(at->first, shown{at->second, nullptr});
  for (std::size_t book = 0; book < book_count; ++book)
    for (const auto& entry : over_[book]) {
      if (entry.plan.name <= after || names_.contains(entry.plan.name)) continue;
      const shown one{{book, entry.number}, &entry};
      const auto [at, is_new] = page.try_emplace(entry.plan.name, one);
      if (!is_new && at->second.over->last < entry.last) at->second = one;
      if (page.size() > most) page.erase(std::prev(page.end()));
    }
  std::vector<schedule_status> all;
  for (const auto& [name, one] : page)
    all.push_back(one.over ? status_over(one.key.book, *one.over) : status(one.key));
  told(std::move(all));
}

void schedules::implementation::find(const std::string& name,
                                     const done<schedule_status>& told) const {
  const auto named = names_.find(name);
  if (named != names_.end() && agenda_.find(named->second)) return told(status(named->second));
  if (auto over = find_over(name)) return told(*std::move(over));
  told(no_schedule(name));
}

schedules::schedules(std::unique_ptr<schedule_port> to)
    : self_{std::make_unique<implementation>(std::move(to))} {}
schedules::~schedules() { self_->stop(); }

void schedules::add(schedule_plan plan, call_options how, done<schedule_receipt> told) {
  self_->post([me = self_.get(), plan = std::move(plan), how = std::move(how),
               told = first_answer(std::move(told))] { me->add(plan, how, told); });
}
void schedules::pause(std::string name, call_options how, done<receipt> told) {
  self_->post_change<books::pause>(std::move(name), std::move(how), std::move(told));
}
void schedules::resume(std::string name, call_options how, done<receipt> told) {
  self_->post_change<books::resume>(std::move(name), std::move(how), std::move(told));
}
void schedules::cancel(std::string name, call_options how, done<receipt> told) {
  self_->post_change<books::cancel>(std::move(name), std::move(how), std::move(told));
}
void schedules::run_now(std::string name, call_options how, done<receipt> told) {
  self_->post([me = self_.get(), name = std::move(name), how = std::move(how),
               told = first_answer(std::move(told))] { me->run_now(name, how, told); });
}
void schedules::list(std::string after, std::size_t most, done<std::vector<schedule_status>> told) {
  self_->post([me = self_.get(), after = std::move(after), most, told = std::move(told)] {
    me->list(after, most, told);
  });
}
void schedules::find(std::string name, done<schedule_status> told) {
  self_->post(
      [me = self_.get(), name = std::move(name), told = std::move(told)] { me->find(name, told); });
}
void schedules::run() { self_->run(); }
void schedules::refuse_new() { self_->refuse_new(); }
void schedules::close() { self_->close(); }
void schedules::stop() { self_->stop(); }

}  // namespace acta
