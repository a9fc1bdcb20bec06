#include "runtime/replay/snapshot_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "actors/aggregate/aggregate_state.hpp"
#include "actors/model/describe.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/codec/schema.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/journal_calls.hpp"

namespace acta {

using namespace internal;
namespace {

using testing::add;
using testing::added;

struct bell_view {
  std::int64_t loudness = 0;
  std::int64_t times = 0;
};
template <class Inspector>
bool inspect(Inspector& f, bell_view& v) {
  return f.object(v).fields(f.field("loudness", v.loudness), f.field("times", v.times));
}
/// Its inspect() leaves out what its view shows.
struct bell {
  static constexpr std::string_view type = "test.bell";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<added, "test.bell.rung", 1>>;
  using commands = acta::commands<add>;
  acta::decision<bell> decide(const add& command, const acta::context&) const {
    return added{command.amount};
  }
  void apply(const added& event) {
    loudness += event.amount;
    ++times;
  }
  bell_view view() const { return {loudness, times}; }
  std::int64_t loudness = 0;
  std::int64_t times = 0;
};
template <class Inspector>
bool inspect(Inspector& f, bell& b) {
  return f.object(b).fields(f.field("loudness", b.loudness));
}

TEST(snapshot_check, finds_what_the_state_keeps_to_itself_and_its_view_shows) {
  auto type = describe<bell>();
  type.state_fingerprint = state_fingerprint(type);
  const stream_id stream{bell::type, "x"};
  const cbor_codec codec;
  aggregate_environment shared;
  shared.bytes_codec = &codec;

  append_request rings{stream, {1, 1}, {0}, {}, {}};
  rings.metadata.command_id = "a";
  added event{1};
  new_event made{"test.bell.rung", 1, {}};
  ASSERT_TRUE(codec
                  .encode([&](visitor& v) { return type.events[0].payload->visit(&event, v); },
                          made.payload)
                  .ok());
  rings.events = {made, made};
  memory_journal journal;
  ASSERT_EQ(testing::append_one(journal, rings), append_status::stored);

  aggregate_state state{shared, type, stream, {}};
  ASSERT_TRUE(state.replay(testing::read_all(journal)->events).ok());
  const auto taken = state.take_snapshot();
  ASSERT_TRUE(taken.ok());
  const auto checked = check_snapshot(journal, testing::only_partition, type, stream, *taken);
  ASSERT_FALSE(checked.ok());
  EXPECT_THAT(checked.error().detail, ::testing::HasSubstr("inspect() of the state"));
}

}  // namespace
}  // namespace acta
