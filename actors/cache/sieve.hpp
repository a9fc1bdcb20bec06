// SIEVE, which says what goes when room is needed: a queue in the order of arrival, a mark on what
// was asked for since the hand went by, and the hand, which moves from the oldest to the newest,
// takes marks off, and takes out the first it finds without one. A hit only sets a mark, so what is
// asked for once never drives out what is asked for often.
//
// Y. Zhang, J. Yang, Y. Yue, Y. Vigfusson, K. V. Rashmi: "SIEVE is Simpler than LRU: an Efficient
// Turn-Key Eviction Algorithm for Web Caches", NSDI 2024.
#pragma once

namespace acta::internal {

/// Constant time for everything but evict(), which is so on average. Allocates nothing. One thread.
class sieve {
public:
  /// What is kept derives from this, and stays where it is while it is in the sieve.
  class item {
    friend class sieve;
    item* newer_ = nullptr;
    item* older_ = nullptr;
    bool visited_ = false;
  };

  /// Puts in `one`, as the newest.
  void insert(item& one) {
    one.visited_ = false;
    one.newer_ = nullptr;
    one.older_ = newest_;
    (newest_ ? newest_->newer_ : oldest_) = &one;
    newest_ = &one;
  }
  /// Notes that `one` was asked for.
  static void visit(item& one) { one.visited_ = true; }
  /// Takes out `one`.
  void remove(item& one) {
    if (hand_ == &one) hand_ = one.newer_;
    (one.newer_ ? one.newer_->older_ : newest_) = one.older_;
    (one.older_ ? one.older_->newer_ : oldest_) = one.newer_;
  }
  /// Takes out the one that should go, and returns it; null if there is none.
  item* evict() {
    auto* found = hand_ ? hand_ : oldest_;
    if (!found) return nullptr;
    while (found->visited_) {
      found->visited_ = false;
      found = found->newer_ ? found->newer_ : oldest_;
    }
    hand_ = found;
    remove(*found);
    return found;
  }

private:
  item* newest_ = nullptr;
  item* oldest_ = nullptr;
  item* hand_ = nullptr;  // null: begin with the oldest
};

}  // namespace acta::internal
