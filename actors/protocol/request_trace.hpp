// The trace of one sampled request: its own span, and the stages it goes through, which follow each
// other without a gap, so that their times add up to the span:
//
//   wait      until its aggregate begins with it; a recovery and a search are within it
//   decide    the domain decides, and the events are applied; of a query: view
//   append    from the lane to the journal's answer, with a link to the batch that carried it;
//             without events: hold, behind what went before in the lane
//   release   until its callback begins
//
// Requests that are not sampled have none of this.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/base/split_mix.hpp"
#include "actors/model/error.hpp"
#include "actors/ports/begun_trace.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/tracer.hpp"

namespace acta::internal {

/// Where spans go, and where ids and times come from; all of it outlives every request.
struct tracing {
  tracer* to = nullptr;
  split_mix* ids = nullptr;
  const clock* time = nullptr;

  /// Not 0, which names no span.
  [[nodiscard]] std::uint64_t new_span_id() const {
    for (;;)
      if (const auto id = ids->next(); id != 0) return id;
  }
  /// A new span of the parent's trace, or of a new trace if there is no parent. Neither valid nor
  /// sampled, if the tracer does not want it: no more ids were made than it took to know. In the
  /// header, since every request asks.
  [[nodiscard]] span_context begin(const span_context& parent) const {
    const auto low = parent.valid() ? parent.trace_low : new_span_id();
    if (!to->samples(parent, low)) return {};
    return {parent.valid() ? parent.trace_high : ids->next(), low, new_span_id(), true};
  }
  /// A new root span, whatever the sampler says.
  [[nodiscard]] span_context begin_root() const;
  /// Reads both clocks.
  [[nodiscard]] trace_clock start_clock() const;
};

/// True for an error that is a fault of ours, neither the caller's nor a refusal: those that HTTP
/// answers with 5xx.
[[nodiscard]] bool our_fault(errc code);

/// How a batch of appends went.
struct batch_facts {
  using time_point = std::chrono::steady_clock::time_point;

  time_point handed_over{};  ///< To the journal.
  time_point settled{};
  std::string_view outcome = {};  ///< "ok", "refused" or "failed".
  std::string_view system = {};   ///< The journal: OpenTelemetry's db.system.name.
  std::size_t appends = 0;
  std::chrono::nanoseconds write{-1};  ///< Below 0: the journal does not say.
  std::chrono::nanoseconds sync{-1};
};

/// A request and its outcome, for its span.
struct request_end {
  std::string_view aggregate;  ///< Its type.
  std::string_view id;
  std::string_view request;  ///< The command, "query" or "load".
  const error* problem = nullptr;
};

/// The holder of the request calls its members; settled() and end() are for whoever answers it,
/// which may be another thread at the same time.
class request_trace {
public:
  using time_point = std::chrono::steady_clock::time_point;

  /// Its request began at `began`, and waits. `parent` 0: it is the root. `handed_back`, if not
  /// null, learns when it ended.
  request_trace(const tracing& with, const span_context& own, std::uint64_t parent,
                std::string trace_state, const trace_clock& time, time_point began,
                std::shared_ptr<time_point> handed_back = {});
  request_trace(const request_trace&) = delete;
  request_trace& operator=(const request_trace&) = delete;
  ~request_trace();

  [[nodiscard]] const span_context& context() const { return own_; }
  [[nodiscard]] const trace_clock& time() const { return time_; }
  /// The span that will decide it: what is kept with its events.
  [[nodiscard]] span_context decision() const { return of_trace(decision_); }
  [[nodiscard]] time_point now() const { return with_->time->now(); }

  /// Ends the stage it is in, and begins the next. The names are the literals above.
  void enter(std::string_view stage, time_point at);
  /// Says more of the stage it is in.
  void note(span_attribute what) { attributes_.push_back(std::move(what)); }
  void link(const span_context& to) { links_.push_back(to); }
  /// Something that the stage waited for, from `since`, or from when the stage began if that is
  /// later. `failure` empty: it went well.
  void show_part(std::string_view name, time_point since, time_point until,
                 std::vector<span_attribute> attributes, std::string failure);
  /// The batch that carries it and others; returns its span, which they link to.
  span_context show_batch(const batch_facts& batch);
  /// Ends the last stage. No more than once has an effect.
  void leave_stages(time_point at);

  /// Its answer is there. To be called once, by whoever gave it.
  void settled(time_point at) { settled_ = at; }
  /// Its callback begins: the request is over. After settled().
  void end(time_point at, const request_end& how) const;

private:
  [[nodiscard]] span_context of_trace(std::uint64_t id) const;
  [[nodiscard]] span make(std::string_view name, std::uint64_t id, std::uint64_t parent,
                          time_point from, time_point to) const;

  const tracing* with_;
  const span_context own_;
  const std::uint64_t parent_;
  const std::uint64_t decision_;
  const std::string trace_state_;
  const trace_clock time_;
  const time_point began_;
  const std::shared_ptr<time_point> handed_back_;
  std::string_view stage_ = "wait";  // empty: it is in none any more
  std::uint64_t stage_span_;
  time_point stage_began_;
  std::vector<span_attribute> attributes_;  // of the stage
  std::vector<span_context> links_;         // of the stage
  time_point settled_;
};

/// A request that was not sampled, and the times that were read of it anyway. A time below 0 is not
/// known.
struct unsampled_end {
  request_end how;
  std::chrono::nanoseconds duration{};
  std::chrono::nanoseconds before_journal{-1};  ///< Until its batch was handed to the journal.
};

/// Shows such a request as one root span that ends at `now`: the tracer takes it. Returns the span.
span_context show_unsampled(const tracing& with, std::chrono::steady_clock::time_point now,
                            const unsampled_end& what);

}  // namespace acta::internal
