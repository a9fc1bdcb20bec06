// What schedules ask of the node that they are on.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"
#include "actors/model/recorded_event.hpp"
#include "actors/ports/begun_trace.hpp"
#include "actors/ports/clock.hpp"
#include "actors/ports/observation.hpp"
#include "actors/ports/random.hpp"
#include "actors/ports/tracer.hpp"
#include "actors/ports/users_code.hpp"
#include "runtime/call.hpp"
#include "runtime/notice.hpp"
#include "runtime/pending.hpp"

namespace acta::internal {

/// For calls that nobody asked for: they begin no trace.
[[nodiscard]] inline begun_trace no_trace() {
  begun_trace made;
  made.decided = true;
  return made;
}

/// The members are those of a node of the same name. Any thread. Each `done` that is given to it
/// takes no time and runs no user's code, but for what it hands on: an actor may call it.
class schedule_port {
public:
  virtual ~schedule_port() = default;
  /// The type of the books.
  [[nodiscard]] virtual const aggregate_type& books() const = 0;
  /// False if no book of the journal can have an event.
  [[nodiscard]] virtual bool may_have_books() const = 0;
  [[nodiscard]] virtual const aggregate_type* find(std::string_view type) const = 0;
  virtual result<void> execute(const aggregate_type& type, std::string_view id, std::size_t index,
                               any_value command, call_options how,
                               std::function<void(result<receipt>)> done) = 0;
  virtual result<void> query(const aggregate_type& type, std::string_view id, call_options how,
                             std::function<void(result<any_view>)> done) = 0;
  /// Reads the one event of this version.
  virtual result<void> event(const aggregate_type& type, std::string_view id, version which,
                             std::function<void(result<recorded_event>)> done) = 0;
  [[nodiscard]] virtual result<void> decode(const aggregate_type& type, const recorded_event& event,
                                            void* into) const = 0;
  virtual void observe(const observation& seen) = 0;
  /// Begins a trace that nobody handed on.
  [[nodiscard]] virtual begun_trace begin_trace() const = 0;
  virtual void take_span(span ended) const = 0;
  virtual void tell(const notice& what) = 0;
  [[nodiscard]] virtual users_code* users() const = 0;
  [[nodiscard]] virtual const clock& time() const = 0;
  [[nodiscard]] virtual random_source& chance() const = 0;
};

}  // namespace acta::internal
