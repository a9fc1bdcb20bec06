// Subscriptions of a node, and their keepers.
#include "runtime/node/implementation.hpp"

namespace acta {

using namespace internal;

class subscription::state : public subscriber {
public:
  state(const journal_identity& of, event_handler handler, end_handler ended)
      : subscriber{std::move(handler), std::move(ended)}, journal_{of.id}, history_{of.current()} {}
  [[nodiscard]] cursor reached() const { return {journal_, history_, handled()}; }

private:
  const journal_id journal_;
  const std::uint64_t history_;
};

subscription& subscription::operator=(subscription&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

subscription::~subscription() { cancel(); }

void subscription::cancel() {
  if (state_) state_->cancel();
}

position subscription::handled() const { return state_ ? state_->handled() : acta::position{}; }

cursor subscription::reached() const { return state_ ? state_->reached() : cursor{}; }

subscription node::subscribe(position from, std::function<void(const recorded_event&)> handler,
                             std::function<void(const error&)> ended) {
  auto state = std::make_shared<subscription::state>(
      self_->adapter_->identity(), std::move(handler), self_->end_handler(std::move(ended)));
  const auto begins = check_beginning(from, last());
  if (begins) {
    self_->engine_.subscribe(from, state);
  } else {
    state->begin_at(from);
    self_->engine_.refuse(*state, begins.error());
  }
  return subscription{std::move(state)};
}

subscription node::resume(const cursor& after, std::function<void(const recorded_event&)> handler,
                          std::function<void(const error&)> ended) {
  const auto ours = check_cursor(after, self_->adapter_->identity(), last());
  if (ours) return subscribe(after.position.next(), std::move(handler), std::move(ended));
  // It never leaves its cursor: whoever keeps reached() keeps what was refused.
  auto state = std::make_shared<subscription::state>(
      journal_identity{after.journal, {{after.history, 0}}}, std::move(handler),
      self_->end_handler(std::move(ended)));
  state->begin_after(after.position);
  self_->engine_.refuse(*state, ours.error());
  return subscription{std::move(state)};
}

}  // namespace acta
