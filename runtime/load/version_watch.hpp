// The newest version that the harness was shown of each aggregate, for what it may be shown next.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace acta::internal::load {

/// One thread. 8 bytes an aggregate.
class version_watch {
public:
  explicit version_watch(std::uint64_t keys) : newest_(keys) {}

  [[nodiscard]] std::uint64_t newest(std::uint64_t key) const { return newest_[key]; }
  /// An answer showed this version.
  void shown(std::uint64_t key, std::uint64_t version) {
    newest_[key] = std::max(newest_[key], version);
  }

private:
  std::vector<std::uint64_t> newest_;
};

}  // namespace acta::internal::load
