// What a collector's answer means for the spans that were sent to it, and when to send again. No
// clock, no network: time and answers come in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include "runtime/net/http_client.hpp"

namespace acta::internal {

/// Why spans of a batch did not reach the collector.
enum class lost_spans {
  none,         ///< They did, but for those it rejected.
  refused,      ///< It answered, and the same batch would be answered the same.
  unreachable,  ///< It asked to try again, or did not answer, for too long.
};

class otlp_delivery {
public:
  using steady = std::chrono::steady_clock::time_point;
  using wall = std::chrono::system_clock::time_point;

  struct limits {
    std::chrono::milliseconds first_wait{1'000};  ///< Doubles with each failure in a row.
    std::chrono::milliseconds longest_wait{30'000};
    /// More than `longest_wait`: the collector is not asked again for that long, if it says so.
    std::chrono::milliseconds longest_asked{600'000};
    /// A batch is given up when its next attempt would come so long after its first.
    std::chrono::milliseconds give_up_after{60'000};
  };

  struct verdict {
    bool again = false;  ///< Send the same batch at not_before().
    lost_spans lost = lost_spans::none;
    std::uint64_t rejected = 0;  ///< Of a batch that arrived.
    bool failed = false;         ///< This attempt did not succeed.
    std::string why = {};        ///< For a log, if `failed` or some are rejected.
  };

  /// `seed` spreads the attempts of several nodes.
  otlp_delivery(limits how, std::uint64_t seed) : how_{how}, random_{seed} {}

  /// A new batch is to be sent.
  void begin(steady now) { began_ = std::max(now, not_before_); }
  /// Judges the outcome of an attempt. Retried are 429, 502, 503 and 504, and what nobody answered.
  [[nodiscard]] verdict judge(const result<http_response>& answer, steady now, wall time);
  /// Before this nothing is to be sent.
  [[nodiscard]] steady not_before() const { return not_before_; }

private:
  [[nodiscard]] verdict try_again(std::string why, std::optional<std::chrono::seconds> asked,
                                  steady now);
  [[nodiscard]] verdict give_up(std::string why);

  const limits how_;
  std::mt19937_64 random_;
  std::size_t failures_ = 0;  // in a row
  steady began_{};
  steady not_before_{};
};

}  // namespace acta::internal
