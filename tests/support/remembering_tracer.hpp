// A tracer that keeps what it is given, and samples what a test says.
#pragma once

#include <algorithm>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/ports/tracer.hpp"

namespace acta::testing {

using namespace internal;

class remembering_tracer final : public tracer {
public:
  explicit remembering_tracer(bool samples_new = true) : samples_new_{samples_new} {}

  [[nodiscard]] bool samples(const span_context& parent, std::uint64_t) override {
    const std::lock_guard lock{mutex_};
    ++asked;
    return parent.valid() ? parent.sampled : samples_new_;
  }
  [[nodiscard]] bool takes_unsampled(bool our_fault, std::chrono::nanoseconds duration) override {
    return our_fault || duration > slower_than;
  }
  void take(span&& ended) override {
    const std::lock_guard lock{mutex_};
    spans.push_back(std::move(ended));
  }

  /// Those of this name, in the order in which they ended.
  [[nodiscard]] std::vector<span> named(std::string_view name) const {
    std::vector<span> found;
    for (const auto& one : spans)
      if (one.name == name) found.push_back(one);
    return found;
  }
  /// The only span of this name; fails the test that asks for another one by an empty span.
  [[nodiscard]] span only(std::string_view name) const {
    auto found = named(name);
    return found.size() == 1 ? std::move(found.front()) : span{};
  }
  [[nodiscard]] std::vector<span> children_of(const span& parent) const {
    std::vector<span> found;
    for (const auto& one : spans)
      if (one.parent == parent.context.span && one.context.trace_low == parent.context.trace_low)
        found.push_back(one);
    return found;
  }

  std::vector<span> spans;
  std::size_t asked = 0;  ///< How often samples() was.
  std::chrono::nanoseconds slower_than = std::chrono::nanoseconds::max();

private:
  std::mutex mutex_;
  bool samples_new_;
};

/// An attribute as text; empty if the span has none of this name.
inline std::string attribute(const span& of, std::string_view name) {
  for (const auto& one : of.attributes) {
    if (one.name != name) continue;
    if (const auto* number = std::get_if<std::int64_t>(&one.value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&one.value)) return *text;
  }
  return {};
}

/// The names of spans, in the order of their beginnings, with blanks between.
inline std::string names_of(std::vector<span> all) {
  std::stable_sort(all.begin(), all.end(),
                   [](const span& a, const span& b) { return a.start < b.start; });
  std::string names;
  for (const auto& one : all) names += (names.empty() ? "" : " ") + one.name;
  return names;
}

}  // namespace acta::testing
