#include "runtime/journal/writer_table.hpp"

#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

using enum append_status;

const stream_id a{"test", "a"};
const stream_id b{"test", "b"};

append_request request(const stream_id& to, writer_id by, std::uint64_t expected,
                       std::size_t events = 1) {
  append_request made;
  made.stream = to;
  made.writer = by;
  made.expected = {expected};
  made.events.resize(events);
  return made;
}

class writer_table_test : public ::testing::Test {
protected:
  bool open(const stream_id& stream, writer_id writer) {
    return table.open(stream, writer, [this](const stream_id&) { return look_up(); });
  }
  append_status check(const append_request& append) {
    return table.check(append, [this](const stream_id&) { return look_up(); });
  }
  version look_up() {
    ++look_ups;
    return on_disk;
  }

  writer_table table;
  version on_disk{0};
  int look_ups = 0;
};

TEST_F(writer_table_test, looks_a_stream_up_once) {
  on_disk = {7};
  EXPECT_EQ(check(request(a, {1, 1}, 7, 3)), stored);
  EXPECT_EQ(check(request(a, {1, 1}, 10)), stored);
  EXPECT_EQ(look_ups, 1);
  EXPECT_EQ(check(request(b, {1, 1}, 7)), stored);
  EXPECT_EQ(look_ups, 2);
}

TEST_F(writer_table_test, counts_only_what_may_be_stored) {
  EXPECT_EQ(check(request(a, {1, 1}, 1)), wrong_version);
  EXPECT_TRUE(open(a, {1, 1}));
  EXPECT_EQ(check(request(a, {1, 1}, 0, 2)), stored);
  EXPECT_EQ(check(request(a, {1, 1}, 1)), wrong_version);
  EXPECT_EQ(check(request(a, {1, 0}, 2)), stale_writer);
  EXPECT_TRUE(open(a, {1, 1}));
  EXPECT_EQ(check(request(a, {1, 1}, 2)), stored);
}

TEST_F(writer_table_test, stores_nothing_of_a_refused_writer_until_it_has_recovered) {
  EXPECT_TRUE(open(a, {1, 1}));
  EXPECT_EQ(check(request(a, {1, 1}, 7)), wrong_version);
  EXPECT_EQ(check(request(a, {1, 1}, 0)), wrong_version);
  EXPECT_TRUE(open(a, {1, 1}));
  EXPECT_EQ(check(request(a, {1, 1}, 0)), stored);
}

TEST_F(writer_table_test, remembers_a_refused_writer_that_was_never_registered) {
  on_disk = {2};
  EXPECT_EQ(check(request(a, {1, 1}, 1)), wrong_version);
  EXPECT_EQ(check(request(a, {1, 1}, 2)), wrong_version) << "it rests on what was refused";
  EXPECT_EQ(check(request(b, {1, 1}, 2)), stored) << "another stream's writer";
}

TEST_F(writer_table_test, remembers_a_refused_writer_whose_successor_has_left) {
  EXPECT_EQ(check(request(a, {1, 1}, 0)), stored);
  EXPECT_TRUE(open(a, {1, 2}));
  EXPECT_EQ(check(request(a, {1, 1}, 1)), stale_writer);
  table.leave(a, {1, 2});
  on_disk = {1};
  EXPECT_EQ(check(request(a, {1, 1}, 1)), wrong_version);
  EXPECT_EQ(check(request(a, {1, 0}, 1)), wrong_version) << "older still";
  EXPECT_EQ(check(request(a, {1, 3}, 1)), stored) << "newer than all that were refused";
}

TEST_F(writer_table_test, forgets_a_refusal_when_its_writer_leaves_and_recovers) {
  EXPECT_TRUE(open(a, {1, 1}));
  EXPECT_EQ(check(request(a, {1, 1}, 7)), wrong_version);
  table.leave(a, {1, 1});
  EXPECT_EQ(check(request(a, {1, 1}, 0)), wrong_version);
  EXPECT_TRUE(open(a, {1, 1}));
  EXPECT_EQ(check(request(a, {1, 1}, 0)), stored);
}

TEST_F(writer_table_test, tells_an_older_writer_so_before_it_looks_at_the_version) {
  EXPECT_TRUE(open(a, {2, 1}));
  EXPECT_EQ(check(request(a, {1, 9}, 5)), stale_writer);
}

TEST_F(writer_table_test, does_not_register_a_newer_writer_whose_append_is_refused) {
  EXPECT_EQ(check(request(a, {1, 1}, 0)), stored);
  EXPECT_EQ(check(request(a, {1, 2}, 0)), wrong_version);
  EXPECT_EQ(check(request(a, {1, 1}, 1)), stored);
}

TEST_F(writer_table_test, registers_a_writer_that_recovers) {
  EXPECT_TRUE(open(a, {1, 2}));
  EXPECT_TRUE(open(a, {1, 2})) << "again";
  EXPECT_FALSE(open(a, {1, 1}));
  EXPECT_EQ(check(request(a, {1, 1}, 0)), stale_writer);
  EXPECT_EQ(check(request(a, {1, 2}, 0)), stored);
}

TEST_F(writer_table_test, forgets_only_the_writer_that_is_registered) {
  EXPECT_TRUE(open(a, {1, 2}));
  table.leave(a, {1, 1});
  EXPECT_FALSE(open(a, {1, 1}));
  table.leave(a, {1, 2});
  table.leave(a, {1, 2});
  EXPECT_TRUE(open(a, {1, 1}));
  EXPECT_EQ(look_ups, 2);
}

}  // namespace
}  // namespace acta
