// Another node that takes over a stream and goes on with it.
#pragma once

#include <gtest/gtest.h>

#include "tests/support/counter_history.hpp"
#include "tests/support/journal_calls.hpp"

namespace acta::testing {

using namespace internal;

/// Somebody else, on another node for instance, takes a counter's stream over, adds to it, and
/// leaves.
inline void overtake(journal& from, std::string_view id, std::uint64_t expected,
                     std::int64_t amount) {
  constexpr writer_id thief{2, 1};
  append_request theirs{counter_stream(id), thief, {expected}, {}, events_of(add{amount})};
  ASSERT_EQ(append_one(from, std::move(theirs)), append_status::stored);
  from.leave(only_partition, counter_stream(id), thief);
}

}  // namespace acta::testing
