// How a follower of the log reads it: page by page up to the end, then it waits to be told of more.
// It holds one page at a time, so a slow follower reads later and costs nobody memory. No CAF, no
// thread: the follower's actor acts.
//
//   reading -> handling -> reading ...   while the log goes on
//                       -> watching      at its end, until there is more -> reading
#pragma once

#include <vector>

#include "actors/ports/journal.hpp"

namespace acta::internal {

/// The actions of a reader of the log. Each returns at once; its outcome may come before it
/// returns.
class log_reading {
public:
  virtual ~log_reading() = default;
  /// Reads the events from here on; page_read() is to be called with them.
  virtual void read(position from) = 0;
  /// Hands on events, at least one; page_handled() is to be called when they are handled.
  virtual void handle(std::vector<recorded_event> events) = 0;
  /// Asks the journal actor; advanced() is to be called once there is an event after this position,
  /// or journal_ended() if that actor ends first.
  virtual void watch(position after) = 0;
  /// pause_is_over() is to be called after a while.
  virtual void pause() = 0;
  /// It reads no further.
  virtual void end(const error& why) = 0;
};

class log_reader_state {
public:
  log_reader_state(position from, log_reading& by) : next_{from}, by_{&by} {}

  void start() { read(); }
  /// An error is the end: a follower must not take damage for the end of the log.
  void page_read(result<event_page> page);
  /// An error is the end.
  void page_handled(const result<void>& outcome);
  /// May be called at any time, and more often than there is more.
  void advanced() { look_again(); }
  /// A journal actor that ends forgets who watches it; its successor will be there soon.
  void journal_ended();
  void pause_is_over() { look_again(); }

private:
  enum class phase { reading, handling, watching, ended };

  void read();
  void go_on();
  void look_again();
  void end(const error& why);

  position next_;  // that is read; what was handed on is before it
  log_reading* by_;
  phase phase_ = phase::reading;
  bool complete_ = false;  // the newest page was the log's last
};

}  // namespace acta::internal
