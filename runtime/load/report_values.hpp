// Values of a report, in its units.
#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace acta::internal::load {

[[nodiscard]] inline double in_ms(std::uint64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e6;
}

[[nodiscard]] inline double in_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>{time}.count();
}

template <class T>
[[nodiscard]] nlohmann::ordered_json or_null(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

}  // namespace acta::internal::load
