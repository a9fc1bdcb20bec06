#include "runtime/replay/snapshot_check.hpp"

#include <algorithm>
#include <limits>

#include "actors/aggregate/aggregate_state.hpp"
#include "actors/model/guard.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/journal/read_page.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t page_events = 1'024;

result<void> replay_to(aggregate_state& state, journal& from, partition_id in, version last) {
  while (state.current() < last) {
    auto page = read_page(from, in, state.stream(), state.current().next(), page_events);
    if (!page) return page.error();
    auto& events = page->events;
    std::erase_if(events, [last](const recorded_event& event) { return event.version > last; });
    if (events.empty()) return error{errc::damaged, "its stream ends before it"};
    if (auto replayed = state.replay(events); !replayed) return replayed;
  }
  return {};
}

/// The window of a snapshot is the end of the one that all events give.
bool same_end(const command_window::saved& all, const command_window::saved& kept) {
  if (kept.commands.size() > all.commands.size()) return false;
  if (kept.complete && kept.commands.size() < all.commands.size()) return false;
  return std::equal(kept.commands.rbegin(), kept.commands.rend(), all.commands.rbegin());
}

result<bytes> view_bytes(const aggregate_state& of, const codec& with) {
  return guarded("view()", [&]() -> result<bytes> {
    bytes written;
    auto view = of.view();
    const auto done = with.encode([&](visitor& v) { return view.visit(v); }, written);
    return done ? result<bytes>{std::move(written)} : done.error();
  });
}

/// Fails (damaged) if the two show different views; (domain_failed, unavailable) if the domain
/// fails at one of them only. A view that never can be written is no matter of the snapshot.
result<void> same_view(const aggregate_state& one, const aggregate_state& other,
                       const codec& with) {
  const auto first = view_bytes(one, with);
  const auto second = view_bytes(other, with);
  if (first && second && *first == *second) return {};
  if (!first && !second) return {};
  if (!first && is_thrown(first.error())) return first.error();
  if (!second && is_thrown(second.error())) return second.error();
  return error{errc::damaged,
               "what it shows is not what the events lead to: inspect() of the state leaves out "
               "some of it"};
}

}  // namespace

result<void> check_snapshot(journal& from, partition_id in, const aggregate_type& type,
                            const stream_id& stream, const snapshot& kept) {
  if (kept.fingerprint != type.state_fingerprint) return {};
  const auto failed = [&](const error& why) {
    return error{is_thrown(why) ? why.code : errc::damaged,
                 "the snapshot of " + to_string(stream) + " at version " +
                     std::to_string(kept.version.value) + ": " + why.detail};
  };
  const auto differs = [&](const char* how) { return failed({errc::damaged, how}); };
  const cbor_codec codec;
  aggregate_environment shared;
  shared.bytes_codec = &codec;
  shared.deduplication_window = std::numeric_limits<std::uint32_t>::max();
  aggregate_state from_zero{shared, type, stream, {}};
  if (auto replayed = replay_to(from_zero, from, in, kept.version); !replayed)
    return failed(replayed.error());
  const auto expected = from_zero.take_snapshot();
  if (!expected) return failed(expected.error());
  if (expected->state != kept.state) return differs("its state is not what the events lead to");
  // Only what it shows is compared below; its commands may be as few as they are.
  auto of_any_window = shared;
  of_any_window.deduplication_window = 1;
  aggregate_state restored{of_any_window, type, stream, {}};
  if (auto read = restored.restore(kept); !read)
    return failed({read.error().code, "it cannot be read: " + read.error().detail});
  if (auto same = same_view(restored, from_zero, codec); !same) return failed(same.error());
  command_window::saved all, some;
  const auto read = [&codec](const bytes& input, command_window::saved& into) {
    return codec.decode(input, [&](visitor& v) { return visit(v, into); }).ok();
  };
  if (!read(expected->commands, all) || !read(kept.commands, some) || !same_end(all, some))
    return differs("its commands are not those of the events");
  return {};
}

}  // namespace acta::internal
