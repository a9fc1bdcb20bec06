// Where answers leave: no actor runs the callback of a caller, which may take its time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "actors/model/identifiers.hpp"

namespace acta::internal {

/// On whose threads an answer leaves.
enum class answer_exit : std::uint8_t {
  callbacks,  ///< Threads for callers' code, which may block.
  ways_in,    ///< Threads for ways in, whose callbacks never wait for anything.
  at_once,  ///< That of whoever has the answer: the callback takes no time and runs no user's code.
};

/// An answer that is on its way to its caller.
class completion {
public:
  virtual ~completion() = default;
  /// Calls the caller back. To be called once, on any thread; throws nothing.
  virtual void complete() = 0;
  /// Answers of one stream leave in order, one at a time; those of none in any order. Null: none.
  [[nodiscard]] virtual const stream_id* stream() const = 0;
  [[nodiscard]] virtual answer_exit exit() const { return answer_exit::callbacks; }
};

using completion_ptr = std::shared_ptr<completion>;

class completions {
public:
  virtual ~completions() = default;
  /// Has each of them complete, soon, on a thread that is no actor's; moves them out of `batch`.
  /// Returns at once. Any thread.
  virtual void post(std::span<completion_ptr> batch) = 0;
  void post(completion_ptr one) { post({&one, 1}); }
};

/// Answers that leave together: one step for many.
class answer_batch {
public:
  /// All of them leave through the same `exit`.
  void add(completions& exit, completion_ptr one) {
    exit_ = &exit;
    all_.push_back(std::move(one));
  }
  void post() {
    if (!all_.empty()) exit_->post(all_);
    all_.clear();
  }
  [[nodiscard]] std::size_t size() const { return all_.size(); }

private:
  completions* exit_ = nullptr;
  std::vector<completion_ptr> all_;
};

}  // namespace acta::internal
