// One admitted request on its way: what is asked, its admission credit, and its way back. A ticket
// that everybody lets go of unanswered answers for itself, so nothing is dropped in silence
// (invariant 6). Its credit comes home when its callback begins: so credits bound the answers that
// wait to leave, too.
#pragma once

#include <functional>
#include <memory>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/expected_version.hpp"
#include "actors/ports/journal.hpp"
#include "actors/protocol/admission.hpp"
#include "actors/protocol/request_trace.hpp"

namespace acta::internal {

/// What a caller gets when all went well. A query's has the view.
struct answer {
  acta::version version{};
  std::size_t events = 0;
  bool repeated = false;
  std::shared_ptr<const any_value> view = {};
};

using answered = std::function<void(result<answer>)>;

/// What is asked of an aggregate.
struct request {
  const aggregate_type* type = nullptr;
  std::optional<std::size_t> command_index;  ///< Nothing: a query.
  any_value command;
  /// The edge fills in the stream and the metadata; the aggregate adds writer, version and events
  /// and hands all of it on without a copy.
  append_request append;
  /// Decided only once it is known that no command of this id took effect since then.
  std::optional<timestamp> repeats_since = {};
  /// A command's: it is not decided at another one.
  acta::expected_version expected_version;
  /// A query's: it is not answered with an older version than this.
  version at_least{};
  bool load = false;  ///< A query that a cache asks, for all who wait there.
  std::chrono::steady_clock::time_point deadline{};
  std::size_t bytes = 0;  ///< What it costs of the byte credits.
  answer_exit exit = answer_exit::callbacks;
  /// Its caller's trace is not sampled: nothing of it is ever shown.
  bool never_shown = false;
  /// Null: it is not sampled.
  std::unique_ptr<request_trace> trace = {};

  [[nodiscard]] std::string_view name() const {
    if (command_index) return type->commands[*command_index].name;
    return load ? "load" : "query";
  }
};

/// See the top of this file. One holder at a time; answering is safe against expiry on another
/// thread.
class ticket final : public completion,
                     public wheel_item,  // of its gate's, under its lock
                     public std::enable_shared_from_this<ticket> {
public:
  /// Takes credit for `asked`. Null, with `done` and `asked` untouched, when there is none.
  static std::shared_ptr<ticket> admit(std::shared_ptr<admission> gate, request&& asked,
                                       answered&& done);
  ~ticket() override;
  ticket(const ticket&) = delete;
  ticket& operator=(const ticket&) = delete;

  /// Answers. Only the first answer counts.
  void answer(result<internal::answer> what);
  /// The same for one of many: an answer that is to leave is added to `leaving`, which the caller
  /// posts.
  void answer(result<internal::answer> what, answer_batch& leaving);
  /// Gives the credit back, if the request is over, and calls back.
  void complete() override;
  [[nodiscard]] const stream_id* stream() const override { return &request.append.stream; }
  [[nodiscard]] answer_exit exit() const override { return request.exit; }
  /// Answers that the request was lost: a dead letter, which keeps `inside`, the reason that is no
  /// caller's business.
  void lose(error told, const std::string& inside);
  /// Answers `deadline_exceeded`, or `shutting_down`, while the request is still somewhere.
  void abandon(errc why);
  /// The caller has its answer already: there is no sense in starting the work.
  [[nodiscard]] bool abandoned() const { return done_called_.load(std::memory_order_acquire); }

  /// Says that `request.append` goes to the journal, which shares it: it changes no more, and the
  /// ticket lives until its write is settled, whoever else lets go of it. Lost after that, its
  /// outcome is unknown, not merely dropped.
  void entered_lane() { in_lane_ = true; }
  /// Says when its batch was handed to the journal, before the answer to it.
  void handed_to_journal(std::chrono::steady_clock::time_point at) { handed_over_ = at; }

  internal::request request;
  result<internal::answer> sealed{internal::answer{}};  ///< Decided; to be released when durable.

private:
  friend class admission;
  ticket(std::shared_ptr<admission> gate, internal::request&& asked, answered&& done);
  /// Deletes a ticket whose last holder is gone; or, if its caller was not told, answers it first.
  static void let_go(ticket* last);
  void answer_for_itself();
  enum class by : std::uint8_t { holder, holder_that_lost_it, other_thread };
  /// False: it was answered before. `shown`, if not null, gets the span that shows the request.
  bool settle(result<internal::answer>&& what, by whom, span_context* shown = nullptr);
  /// Notes in its trace that it is answered; or shows it, if it was not sampled and is worth it.
  span_context trace_settled(std::chrono::steady_clock::time_point now, by whom);
  /// Shows that its callback begins.
  void trace_ended();
  [[nodiscard]] request_end ended() const;
  /// Names `span` in a letter; or, if there is none, the span of the caller.
  void name_trace(dead_letter& in, const span_context& span) const;
  /// False: whoever has the answer calls back.
  [[nodiscard]] bool leaves() const {
    return gate_->exit() && request.exit != answer_exit::at_once;
  }
  void leave();

  std::shared_ptr<admission> gate_;
  answered done_;
  result<internal::answer> outcome_{internal::answer{}};  // what the callback gets
  std::chrono::steady_clock::time_point admitted_at_;
  std::chrono::steady_clock::time_point handed_over_{};
  std::atomic<bool> done_called_{false};
  bool in_lane_ = false;
  bool over_ = false;  // when it was answered, the request was in no queue any more
  bool holds_credit_ = false;
};

using ticket_ptr = std::shared_ptr<ticket>;

/// Answers a read whose caller has said that it waits no longer.
[[nodiscard]] inline error caller_left() {
  return {errc::deadline_exceeded, "the caller left before there was an answer"};
}

}  // namespace acta::internal
