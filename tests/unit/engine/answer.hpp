// An answer of a test's own, on its way to a callback.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/ports/completions.hpp"

namespace acta::testing {

class test_answer final : public internal::completion {
public:
  /// `of` names the stream; empty: none.
  explicit test_answer(
      const std::string& of, std::function<void()> callback = [] {})
      : callback_{std::move(callback)} {
    if (!of.empty()) stream_.emplace("test.counter", of);
  }
  void complete() override { callback_(); }
  [[nodiscard]] const stream_id* stream() const override { return stream_ ? &*stream_ : nullptr; }

private:
  std::optional<stream_id> stream_;
  std::function<void()> callback_;
};

inline internal::completion_ptr answer_of(
    const std::string& stream, std::function<void()> callback = [] {}) {
  return std::make_shared<test_answer>(stream, std::move(callback));
}

}  // namespace acta::testing
