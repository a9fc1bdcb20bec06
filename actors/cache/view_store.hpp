// Views by stream, no more than fit into what a shard may use of the node's budget of bytes.
#pragma once

#include <unordered_map>

#include "actors/base/budget.hpp"
#include "actors/cache/sieve.hpp"
#include "actors/protocol/ticket.hpp"

namespace acta::internal {

/// What a load found: a view, or `not_found` for a stream that has no event. Absence is version 0.
using found_view = result<answer>;
[[nodiscard]] inline version version_of(const found_view& found) {
  return found.ok() ? found->version : version{};
}

/// One thread.
class view_store {
public:
  /// What keeping a view costs besides its own bytes and its stream's name: its places in the table
  /// and in the sieve, and the allocations of both.
  static constexpr std::size_t overhead_bytes = 256;

  /// `node`: the bytes that all stores share.
  explicit view_store(budget& node) : room_{node} {}

  /// The view of `stream`, or null. The pointer is good until the next put() or erase().
  [[nodiscard]] const found_view* find(const stream_id& stream) const;
  /// Notes that the view of `stream` was asked for, and returns it, or null.
  const found_view* visit(const stream_id& stream);
  /// Keeps a view of `bytes` in place of the one before; evicts others of this store until it fits.
  /// One that would not fit if all of them went is not kept.
  void put(const stream_id& stream, found_view found, std::size_t bytes);
  void erase(const stream_id& stream);
  void clear();

  [[nodiscard]] bool empty() const { return views_.empty(); }
  [[nodiscard]] std::size_t size() const { return views_.size(); }
  [[nodiscard]] std::size_t bytes() const { return room_.used(); }
  [[nodiscard]] std::uint64_t evictions() const { return evictions_; }

private:
  struct kept : sieve::item {
    explicit kept(found_view what) : found{std::move(what)} {}
    found_view found;
    std::size_t bytes = 0;
    const stream_id* stream = nullptr;  // the key it is kept under
  };
  /// False: there is none.
  bool evict_one();
  void let_go(const kept& one);

  share room_;
  std::uint64_t evictions_ = 0;
  std::unordered_map<stream_id, kept> views_;  // whose nodes stay where they are
  sieve order_;
};

}  // namespace acta::internal
