// Text that is seldom long, kept within its owner: to copy it allocates nothing, and to compare it
// touches no other place in memory that may be cold. Standard library only.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace acta {

/// Up to `Inline` bytes within the object; what is longer is allocated, as std::string does beyond
/// 15.
template <std::size_t Inline>
class short_text {
public:
  short_text() = default;
  /// The parts, one after another.
  explicit short_text(std::string_view first, std::string_view second = {},
                      std::string_view third = {}) {
    const std::array parts{first, second, third};
    for (const auto part : parts) size_ += static_cast<std::uint32_t>(part.size());
    if (size_ > Inline) elsewhere_ = std::make_unique<char[]>(size_);
    auto* to = elsewhere_ ? elsewhere_.get() : here_.data();
    for (const auto part : parts) to = std::copy(part.begin(), part.end(), to);
  }
  short_text(const short_text& other) : here_{other.here_}, size_{other.size_} {
    if (!other.elsewhere_) return;
    elsewhere_ = std::make_unique<char[]>(size_);
    std::copy_n(other.elsewhere_.get(), size_, elsewhere_.get());
  }
  short_text(short_text&& other) noexcept
      : here_{other.here_},
        size_{std::exchange(other.size_, 0)},
        elsewhere_{std::move(other.elsewhere_)} {}
  short_text& operator=(short_text other) noexcept {
    here_ = other.here_;
    size_ = std::exchange(other.size_, 0);
    elsewhere_ = std::move(other.elsewhere_);
    return *this;
  }
  ~short_text() = default;

  [[nodiscard]] std::string_view view() const {
    return {elsewhere_ ? elsewhere_.get() : here_.data(), size_};
  }
  bool operator==(const short_text& other) const { return view() == other.view(); }
  auto operator<=>(const short_text& other) const { return view() <=> other.view(); }

private:
  std::array<char, Inline> here_{};
  std::uint32_t size_ = 0;
  std::unique_ptr<char[]> elsewhere_;
};

}  // namespace acta
