#include "runtime/snapshot_check.hpp"

#include <algorithm>
#include <future>
#include <limits>

#include "actors/aggregate/aggregate_state.hpp"
#include "actors/model/guard.hpp"
#include "runtime/codec/cbor.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t page_events = 1'024;

result<event_page> read_page(journal& from, const stream_id& stream, version at) {
  std::promise<result<event_page>> page;
  from.read_stream(stream, at, page_events, [&](auto read) { page.set_value(std::move(read)); });
  return page.get_future().get();
}

result<void> replay_to(aggregate_state& state, journal& from, version last) {
  while (state.current() < last) {
    auto page = read_page(from, state.stream(), state.current().next());
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

/// Nothing, if the view cannot be written.
bytes view_bytes(const aggregate_state& of, const codec& with) {
  bytes written;
  const auto done = guarded("view()", [&]() -> result<void> {
    auto view = of.view();
    return with.encode([&](visitor& v) { return view.visit(v); }, written);
  });
  if (!done) written.clear();
  return written;
}

}  // namespace

result<void> check_snapshot(journal& from, const aggregate_type& type, const stream_id& stream,
                            const snapshot& kept) {
  if (kept.fingerprint != type.state_fingerprint) return {};
  const auto differs = [&](const std::string& what) {
    return error{errc::damaged, "the snapshot of " + to_string(stream) + " at version " +
                                    std::to_string(kept.version.value) + ": " + what};
  };
  const cbor_codec codec;
  aggregate_environment shared;
  shared.bytes_codec = &codec;
  shared.deduplication_window = std::numeric_limits<std::uint32_t>::max();
  aggregate_state from_zero{shared, type, stream, {}};
  if (auto replayed = replay_to(from_zero, from, kept.version); !replayed)
    return differs(replayed.error().detail);
  const auto expected = from_zero.take_snapshot();
  if (!expected) return differs(expected.error().detail);
  if (expected->state != kept.state) return differs("its state is not what the events lead to");
  aggregate_state restored{shared, type, stream, {}};
  if (!restored.restore(kept)) return differs("it cannot be read");
  if (view_bytes(restored, codec) != view_bytes(from_zero, codec))
    return differs(
        "what it shows is not what the events lead to: inspect() of the state leaves out some of "
        "it");
  command_window::saved all, some;
  const auto read = [&codec](const bytes& input, command_window::saved& into) {
    return codec.decode(input, [&](visitor& v) { return visit(v, into); }).ok();
  };
  if (!read(expected->commands, all) || !read(kept.commands, some) || !same_end(all, some))
    return differs("its commands are not those of the events");
  return {};
}

}  // namespace acta::internal
