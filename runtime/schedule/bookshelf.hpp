// The books as the schedules read and write them: commands that are asked until they are answered,
// views and events, and the first reading of all. On the thread of the schedules.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "actors/model/describe.hpp"
#include "runtime/schedule/book.hpp"
#include "runtime/schedule/port.hpp"
#include "runtime/schedule/work_thread.hpp"

namespace acta::internal {

class bookshelf {
public:
  using book_event = event_of<schedule_book>;
  using job = work_thread::job;

  /// Once `closed`, nothing is asked of `to` any more, and everybody is told `shutting_down`.
  bookshelf(schedule_port& to, work_thread& on, const std::atomic<bool>& closed)
      : to_{to}, on_{on}, closed_{closed} {}

  /// Reads all books, the first time it is called, and tells `each` of each.
  void load(std::function<void(std::size_t book, const books::book_view&)> each);
  [[nodiscard]] bool is_loaded() const { return asked_ && unread_ == 0; }
  /// Calls `work` when all are read, or nobody is to be asked any more.
  void when_loaded(job work);
  /// Nobody is to be asked any more: calls what waits.
  void abandon();

  /// What becomes of a command to a book.
  struct outcome {
    std::function<void(const error&)> failed;     ///< Called at most once, the first time.
    std::function<void(const receipt&)> applied;  ///< At most once; perhaps after `failed`.
    std::function<void()> refused = [] {};        ///< It had no effect, and never will.
  };
  /// Sends a command to a book. After an answer that leaves open whether it took effect, it is sent
  /// again, by the same id, until that is known.
  template <class Command>
  void ask(std::size_t book, const Command& command, const call_options& how, outcome told) {
    send({book, command_index<schedule_book, Command>(),
          [command] { return any_value::of(command); }, how, std::move(told)},
         false);
  }
  /// Reads an event of a book, however often that must be tried.
  void read(std::size_t book, version which, std::function<void(const result<book_event>&)> told);
  /// Reads a book once.
  void view(std::size_t book, const std::function<void(const result<books::book_view>&)>& told);

private:
  struct request {
    std::size_t book;
    std::size_t index;
    std::function<any_value()> command;
    call_options how;
    outcome told;
  };
  void send(const request& what, bool again);
  void load_book(std::size_t book);
  void loaded(std::size_t book, const result<books::book_view>& seen);
  void next_read();

  schedule_port& to_;
  work_thread& on_;
  const std::atomic<bool>& closed_;
  bool asked_ = false;
  std::size_t unread_ = 0;
  std::function<void(std::size_t, const books::book_view&)> each_;
  std::map<std::size_t, error> unreadable_;
  std::vector<job> waiting_;
  std::size_t reading_ = 0;
  std::deque<job> reads_;  // when there are as many as may be at once
};

}  // namespace acta::internal
