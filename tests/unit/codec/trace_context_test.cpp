#include "runtime/codec/trace_context.hpp"

#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

const std::string good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string with(std::size_t at, char c) {
  auto changed = good;
  changed[at] = c;
  return changed;
}

TEST(trace_context, is_taken_as_the_recommendation_writes_it) {
  EXPECT_TRUE(is_traceparent(good));
  EXPECT_TRUE(is_traceparent(with(54, '0')));
  EXPECT_TRUE(is_traceparent(with(1, '1'))) << "a later version that begins alike";
  EXPECT_TRUE(is_traceparent(with(1, '1') + "-what-the-future-will-be-like"));
}

TEST(trace_context, is_refused_where_it_is_none) {
  EXPECT_FALSE(is_traceparent(""));
  EXPECT_FALSE(is_traceparent("00-1-2-01"));
  EXPECT_FALSE(is_traceparent(good.substr(0, 54)));
  EXPECT_FALSE(is_traceparent(good + "-01")) << "version 00 has no more";
  EXPECT_FALSE(is_traceparent(good + ", " + good)) << "two headers";
  EXPECT_FALSE(is_traceparent("ff" + good.substr(2)));
  EXPECT_FALSE(is_traceparent(with(3, 'A'))) << "upper case";
  for (const auto dash : {2U, 35U, 52U}) EXPECT_FALSE(is_traceparent(with(dash, '0')));
  EXPECT_FALSE(is_traceparent("00-" + std::string(32, '0') + good.substr(35)));
  EXPECT_FALSE(is_traceparent(good.substr(0, 36) + std::string(16, '0') + "-01"));
  EXPECT_FALSE(is_traceparent(with(1, '1') + "x")) << "no dash";
  EXPECT_FALSE(is_traceparent(with(1, '1') + "-a b"));
  EXPECT_FALSE(is_traceparent(with(1, '1') + "-" + std::string(201, 'a'))) << "257 bytes";
}

TEST(trace_context, names_a_span_and_says_whether_it_is_sampled) {
  const auto named = parse_traceparent(good);
  EXPECT_EQ(named,
            (span_context{0x4bf92f3577b34da6, 0xa3ce929d0e0e4736, 0x00f067aa0ba902b7, true}));
  EXPECT_FALSE(parse_traceparent(with(54, '0')).sampled);
  EXPECT_FALSE(parse_traceparent(with(54, '2')).sampled) << "another flag";
  EXPECT_TRUE(parse_traceparent(with(54, '3')).sampled);
  EXPECT_TRUE(parse_traceparent(with(1, '1') + "-what-the-future-will-be-like").valid());
}

TEST(trace_context, names_no_span_where_it_is_none) {
  for (const auto& wrong : {std::string{}, good + ", " + good, "ff" + good.substr(2), with(3, 'A'),
                            "00-" + std::string(32, '0') + good.substr(35),
                            good.substr(0, 36) + std::string(16, '0') + "-01"})
    EXPECT_FALSE(parse_traceparent(wrong).valid()) << wrong;
}

TEST(trace_context, is_written_as_it_is_read) {
  EXPECT_EQ(to_traceparent(parse_traceparent(good)), good);
  EXPECT_EQ(to_traceparent(parse_traceparent(with(54, '0'))), with(54, '0'));
  const span_context small{0, 1, 2, true};
  EXPECT_EQ(to_traceparent(small),
            "00-" + std::string(31, '0') + "1-" + std::string(15, '0') + "2-01");
  EXPECT_EQ(parse_traceparent(to_traceparent(small)), small);
  EXPECT_EQ(trace_id_of(parse_traceparent(good)), good.substr(3, 32));
  EXPECT_EQ(span_id_of(parse_traceparent(good)), good.substr(36, 16));
}

TEST(trace_context, of_others_is_passed_on_as_far_as_it_can_be_shown) {
  EXPECT_TRUE(is_tracestate("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"));
  EXPECT_TRUE(is_tracestate(std::string(512, 'a')));
  EXPECT_FALSE(is_tracestate(std::string(513, 'a')));
  EXPECT_FALSE(is_tracestate(""));
  EXPECT_FALSE(is_tracestate("a=\xc3\xa4"));
  EXPECT_FALSE(is_tracestate(std::string_view{"a=\n", 3}));
}

TEST(trace_context, is_kept_in_one_text_and_shown_in_two) {
  EXPECT_EQ(parts_of(good).parent, good);
  EXPECT_EQ(parts_of(good).state, "");
  EXPECT_EQ(parts_of(good + " a=1, b=2").parent, good);
  EXPECT_EQ(parts_of(good + " a=1, b=2").state, "a=1, b=2");
  EXPECT_EQ(parts_of("anything that was stored before").parent, "anything that was stored before");
  EXPECT_EQ(parts_of("").parent, "");
}

}  // namespace
}  // namespace acta
