// Which calls into users' code are under way: a decision, a recovery, a callback, a handler. Nobody
// can end such a call from outside; but whoever waits for it can say what it is.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "actors/base/blocking.hpp"
#include "actors/model/guard.hpp"
#include "actors/model/identifiers.hpp"
#include "actors/ports/deliberate_fault.hpp"
#include "actors/ports/observer.hpp"

namespace acta::internal {

/// Any thread. Outlives every call.
class users_code {
  struct stripe;

public:
  /// One call, which is under way for as long as this lives: on the stack of the thread that makes
  /// it. It costs two locks that no other thread holds as a rule, and allocates nothing.
  class call {
  public:
    /// `what` and `name` as in "the decision on" and "deposit"; what is pointed to outlives this.
    /// `in` may be null: then nobody is told.
    call(users_code* in, std::string_view what, std::string_view name = {},
         const stream_id* stream = nullptr, std::uint64_t position = 0)
        : stripe_{in ? &in->own_stripe() : nullptr},
          what_{what},
          name_{name},
          stream_{stream},
          position_{position} {
      if (!stripe_) return;
      const std::lock_guard lock{stripe_->mutex};
      older_ = stripe_->newest;
      if (older_) older_->newer_ = this;
      stripe_->newest = this;
    }
    call(const call&) = delete;
    call& operator=(const call&) = delete;
    ~call() {
      if (!stripe_) return;
      const std::lock_guard lock{stripe_->mutex};
      (newer_ ? newer_->older_ : stripe_->newest) = older_;
      if (older_) older_->newer_ = newer_;
    }

  private:
    friend class users_code;
    [[nodiscard]] std::string text() const {
      std::string made{what_};
      if (!name_.empty()) made += " " + std::string{name_};
      if (stream_) made += ", " + to_string(*stream_);
      if (position_ > 0) made += ", position " + std::to_string(position_);
      return made;
    }

    stripe* stripe_;
    std::string_view what_;
    std::string_view name_;
    const stream_id* stream_;
    std::uint64_t position_;
    call* older_ = nullptr;
    call* newer_ = nullptr;
  };

  /// Each call that is under way, as in "the decision on deposit, bank.account/4711".
  [[nodiscard]] std::vector<std::string> under_way() const {
    std::vector<std::string> all;
    for (const auto& one : stripes_) {
      const std::lock_guard lock{one.mutex};
      for (const auto* at = one.newest; at; at = at->older_) all.push_back(at->text());
    }
    return all;
  }
  [[nodiscard]] bool none() const { return under_way().empty(); }

private:
  /// The calls of some threads: so many that two of them seldom meet.
  struct alignas(64) stripe {
    mutable std::mutex mutex;
    call* newest = nullptr;
  };
  [[nodiscard]] stripe& own_stripe() {
    static std::atomic<std::size_t> threads{0};
    thread_local const std::size_t mine = threads++;
    return stripes_[mine % stripes_.size()];
  }

  std::array<stripe, 64> stripes_;
};

/// What a callback is about, for those who look at it from outside.
struct callback_name {
  std::string_view type = {};  ///< Of the aggregate; outlives the node.
  std::string_view request;    ///< The same.
  const stream_id* stream = nullptr;
};

/// Makes a call of a caller's callback. What it throws is its owner's bug: it is counted, and ends
/// nothing here.
template <class Call>
void call_back(users_code* users, observer& watcher, const callback_name& about, Call&& callback) {
  const users_code::call now{users, "the callback of", about.request, about.stream};
  const no_blocking here{"a callback"};
  catching_all([&] { callback(); },
               [&] {
                 if (deliberate::commits("callback_ends_its_caller")) throw;
                 watcher.observe({happening::callback_threw, about.type, about.request});
               });
}

}  // namespace acta::internal
