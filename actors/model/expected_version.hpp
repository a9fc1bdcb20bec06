// What a caller knows of an aggregate: a command that rests on it is not decided upon anything
// else.
//
//   shows.send("tonight", buy{"A1", "Ann"},
//              {.expected_version = acta::expected_version::exactly(seen->version)});
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "actors/model/error.hpp"

namespace acta {

/// The version that a command expects its aggregate to be at when it is decided.
class expected_version {
public:
  /// Expects nothing.
  [[nodiscard]] static expected_version any() { return {}; }
  /// The aggregate does not exist yet.
  [[nodiscard]] static expected_version none() { return exactly({0}); }
  /// The aggregate exists, at whichever version.
  [[nodiscard]] static expected_version exists() { return {kind::exists, {}}; }
  [[nodiscard]] static expected_version exactly(version at) { return {kind::one_of, {at}}; }
  /// One of these; of none, no version holds.
  [[nodiscard]] static expected_version one_of(std::vector<version> all) {
    return {kind::one_of, std::move(all)};
  }

  expected_version() = default;
  [[nodiscard]] bool expects_nothing() const { return kind_ == kind::any; }
  /// Whether an aggregate at `current`, 0 if it does not exist, is as expected.
  [[nodiscard]] bool holds(version current) const {
    switch (kind_) {
      case kind::any: return true;
      case kind::exists: return current != version{};
      case kind::one_of: break;
    }
    return std::find(versions_.begin(), versions_.end(), current) != versions_.end();
  }

private:
  enum class kind : std::uint8_t { any, exists, one_of };
  expected_version(kind what, std::vector<version> versions)
      : kind_{what}, versions_{std::move(versions)} {}

  kind kind_ = kind::any;
  std::vector<version> versions_;
};

/// What a call is answered whose expectation does not hold.
[[nodiscard]] inline error wrong_version(version current) {
  error made{errc::wrong_version,
             current == version{} ? "the aggregate does not exist"
                                  : "the aggregate is at version " + std::to_string(current.value)};
  made.version = current;
  return made;
}

}  // namespace acta
