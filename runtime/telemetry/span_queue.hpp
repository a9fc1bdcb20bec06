// Spans that wait for their export: bounded, in order, in batches. No lock, no thread: the exporter
// has both.
#pragma once

#include <cstddef>
#include <deque>
#include <utility>
#include <vector>

#include "runtime/telemetry/otlp_json.hpp"

namespace acta::internal {

class span_queue {
public:
  struct limits {
    std::size_t spans;
    std::size_t bytes;
    std::size_t batch;  ///< Spans.
  };
  explicit span_queue(limits most) : most_{most} {}

  /// Returns false, with `one` as it was, if there is no room: what waits already is older, and
  /// tells how the trouble began.
  [[nodiscard]] bool put(span&& one) {
    const auto weight = weight_of(one);
    if (spans_ >= most_.spans || bytes_ + weight > most_.bytes) return false;
    if (batches_.empty() || batches_.back().spans.size() >= most_.batch) batches_.emplace_back();
    auto& last = batches_.back();
    last.spans.push_back(std::move(one));
    last.bytes += weight;
    bytes_ += weight;
    ++spans_;
    return true;
  }

  /// Takes the oldest batch; none, if nothing waits. Moves no span: whoever puts one meanwhile does
  /// not wait for long.
  [[nodiscard]] std::vector<span> take() {
    if (batches_.empty()) return {};
    auto oldest = std::move(batches_.front());
    batches_.pop_front();
    bytes_ -= oldest.bytes;
    spans_ -= oldest.spans.size();
    return std::move(oldest.spans);
  }

  [[nodiscard]] std::size_t size() const { return spans_; }

private:
  struct batch {
    std::vector<span> spans;
    std::size_t bytes = 0;
  };

  const limits most_;
  std::size_t spans_ = 0;
  std::size_t bytes_ = 0;
  std::deque<batch> batches_;
};

}  // namespace acta::internal
