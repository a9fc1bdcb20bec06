// Every time series of a node: plain counters and histograms. Code that does the work says what
// happened; only this file's source knows names and series. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "actors/base/histogram.hpp"
#include "actors/ports/observation.hpp"
#include "actors/protocol/metrics_snapshot.hpp"

namespace acta::internal {

/// The series that was looked up last: most observations in a row are of one series. Labels are the
/// same if they lie in the same place, which spares comparing their texts.
template <class Kind, class Series>
class latest_series {
public:
  using labels = std::array<std::string_view, 3>;

  latest_series() = default;
  // It points into its owner, so it goes along with no copy and no move.
  latest_series(const latest_series&) noexcept {}
  latest_series(latest_series&& other) noexcept { other.series_ = nullptr; }
  latest_series& operator=(const latest_series&) noexcept {
    series_ = nullptr;
    return *this;
  }
  latest_series& operator=(latest_series&& other) noexcept {
    series_ = other.series_ = nullptr;
    return *this;
  }
  ~latest_series() = default;

  /// `kind` says what the series counts. `look_up` returns a reference that stays good.
  template <class LookUp>
  Series& find(Kind kind, const labels& of, LookUp look_up) {
    if (!series_ || kind != kind_ || !in_one_place(of, of_)) {
      series_ = &look_up();
      kind_ = kind;
      of_ = of;
    }
    return *series_;
  }

private:
  static bool in_one_place(const labels& a, const labels& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
      if (a[i].data() != b[i].data() || a[i].size() != b[i].size()) return false;
    return true;
  }
  Series* series_ = nullptr;
  Kind kind_{};
  labels of_;
};

class metrics_state {
public:
  void observe(const observation& seen);
  /// As if what `later` has observed had been observed here, now.
  void add(const metrics_state& later);
  [[nodiscard]] metrics_snapshot snapshot() const;

private:
  using labels = std::tuple<std::string_view, std::string_view, std::string_view>;
  void count(happening what, const observation& seen, std::uint64_t amount);
  void measure(std::string_view family, const observation& seen, histogram::value_type value);

  std::map<std::pair<happening, labels>, std::uint64_t> counters_;
  std::map<std::pair<std::string_view, labels>, histogram>
      histograms_;  // by family: see `measures`
  latest_series<happening, std::uint64_t> latest_counter_;
  latest_series<const char*, histogram> latest_histogram_;
  std::map<std::string_view, std::uint64_t> cache_bytes_;
  std::map<std::string_view, std::uint64_t> connected_;  // by way in
  std::uint64_t events_replayed_ = 0;
  std::uint64_t events_committed_ = 0;
};

}  // namespace acta::internal
