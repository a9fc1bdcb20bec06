// A domain with its types erased: what actors and runtime work with, so that they are compiled
// once. describe.hpp makes one from a user's class.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/model/context.hpp"
#include "actors/model/decision.hpp"
#include "actors/model/event_contract.hpp"
#include "actors/model/inspect.hpp"

namespace acta {

/// What can be done with a value whose type is not known here.
struct value_type {
  void* (*create)();
  void (*destroy)(void*) noexcept;
  bool (*visit)(void*, visitor&);

  template <class T>
  [[nodiscard]] static const value_type& of() {
    static_assert(std::is_nothrow_destructible_v<T>, "acta: a destructor must not throw");
    static constexpr value_type operations{
        [] { return static_cast<void*>(new T{}); },
        [](void* value) noexcept { delete static_cast<T*>(value); },
        [](void* value, visitor& v) { return acta::visit(v, *static_cast<T*>(value)); }};
    return operations;
  }
};

/// Owns a value whose type is not known here. Empty when made without one.
class any_value {
public:
  any_value() = default;
  explicit any_value(const value_type& type) : type_{&type}, value_{type.create()} {}
  template <class T>
  [[nodiscard]] static any_value of(T value) {
    any_value result;
    result.type_ = &value_type::of<T>();
    result.value_ = new T{std::move(value)};
    return result;
  }
  any_value(any_value&& other) noexcept
      : type_{other.type_}, value_{std::exchange(other.value_, nullptr)} {}
  any_value& operator=(any_value&& other) noexcept {
    std::swap(type_, other.type_);
    std::swap(value_, other.value_);
    return *this;
  }
  ~any_value() {
    if (value_) type_->destroy(value_);
  }

  [[nodiscard]] bool empty() const { return value_ == nullptr; }
  [[nodiscard]] void* get() { return value_; }
  [[nodiscard]] const void* get() const { return value_; }
  /// Walks over the value. A saving visitor does not change it, hence const.
  bool visit(visitor& v) const { return type_->visit(value_, v); }

private:
  const value_type* type_ = nullptr;
  void* value_ = nullptr;
};

/// Takes what an erased decide() finds, during the call.
class decision_sink {
public:
  virtual ~decision_sink() = default;
  virtual void refused(const refusal& why) = 0;
  /// `event` is an instance of `events[index]`. Returns false to stop.
  virtual bool happened(std::size_t index, void* event) = 0;
};

/// One event of an aggregate, in one version of its schema. Of a retired one there is only the
/// contract: its payload is shown by the schema in that.
struct event_type {
  std::string name;
  int schema_version;
  const value_type* payload;  ///< Null if it is retired, and so are the functions.
  /// Reads the payload, lifts it to the current version and applies it. False: it could not be
  /// read.
  bool (*load_and_apply)(void* aggregate, visitor&);
  /// Reads the payload and lifts it, into an event_of<A> of the aggregate's class A. The same.
  bool (*load)(void* any_event, visitor&);
  /// Applies a payload of the current version; null for an older one.
  void (*apply)(void* aggregate, const void* payload);
  /// What the journal holds of it. Filled in where there is a journal.
  std::shared_ptr<const event_contract> contract = {};
  [[nodiscard]] bool current() const { return apply != nullptr; }
  [[nodiscard]] bool retired() const { return payload == nullptr; }
};

/// One command of an aggregate.
struct command_type {
  std::string name;
  const value_type* payload;
  void (*decide)(const void* aggregate, const void* command, const context&, decision_sink&);
};

/// A whole domain: what an aggregate is called, and everything it can do. A retired one can do
/// nothing any more: it has a name, and the events that its journal holds.
struct aggregate_type {
  std::string name;
  int state_version;
  const value_type* state;  ///< Null if it is retired, and so are `view` and `view_of`.
  const value_type* view;
  /// Current ones first, in the order of the user's list; then their older versions; then retired
  /// ones, which are filled in where there is a journal.
  std::vector<event_type> events;
  std::vector<command_type> commands;
  any_value (*view_of)(const void* aggregate);
  /// Of the state's layout and state_version, for snapshots: filled in where schemas are known.
  std::uint64_t state_fingerprint = 0;
  std::vector<std::string> retired_events = {};  ///< By name, in all versions.

  [[nodiscard]] bool retired() const { return state == nullptr; }
  /// Whether the program keeps events of this name only to show them.
  [[nodiscard]] bool retires(std::string_view event) const {
    return retired() ||
           std::find(retired_events.begin(), retired_events.end(), event) != retired_events.end();
  }
  [[nodiscard]] const event_type* find_event(std::string_view event, int schema_version) const {
    for (const auto& candidate : events)
      if (candidate.schema_version == schema_version && candidate.name == event) return &candidate;
    return nullptr;
  }
  /// The place of a command in `commands`, by name.
  [[nodiscard]] std::optional<std::size_t> find_command(std::string_view command) const {
    for (std::size_t i = 0; i < commands.size(); ++i)
      if (commands[i].name == command) return i;
    return std::nullopt;
  }
};

/// Describes an aggregate whose events are kept and shown, and nothing else.
[[nodiscard]] inline aggregate_type retired_aggregate(std::string name) {
  return {std::move(name), 0, nullptr, nullptr, {}, {}, nullptr};
}

}  // namespace acta
