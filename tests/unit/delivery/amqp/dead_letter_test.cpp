#include "runtime/delivery/amqp/dead_letter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "runtime/delivery/amqp/amqp_words.hpp"

namespace acta::internal {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class dead_letter_test : public ::testing::Test {
protected:
  dead_letter_test() {
    for (auto& [name, value] : theirs) {
      amqp_table_entry_t one{};
      one.key = bytes_of(name);
      one.value.kind = AMQP_FIELD_KIND_UTF8;
      one.value.value.bytes = bytes_of(value);
      entries.push_back(one);
    }
    came.headers = {static_cast<int>(entries.size()), entries.data()};
    came._flags = AMQP_BASIC_HEADERS_FLAG;
  }
  [[nodiscard]] std::multimap<std::string, std::string> headers(const dead_letter_reason& why,
                                                                bool with_theirs = true) const {
    dead_letter_properties made{came, why, with_theirs};
    std::multimap<std::string, std::string> all;
    const auto& table = made.get().headers;
    for (int i = 0; i < table.num_entries; ++i)
      all.emplace(text_of(table.entries[i].key), text_of(table.entries[i].value.value.bytes));
    return all;
  }

  std::vector<std::pair<std::string, std::string>> theirs{{"traceparent", "publisher"},
                                                          {"tracestate", "a=1"}};
  std::vector<amqp_table_entry_t> entries;
  amqp_basic_properties_t came{};
};

TEST_F(dead_letter_test, is_within_the_span_that_made_it_and_keeps_the_state) {
  const dead_letter_reason why{"negative", "counts up only", {}, "own"};
  EXPECT_THAT(headers(why),
              ElementsAre(Pair("acta-code", "negative"), Pair("acta-detail", "counts up only"),
                          Pair("traceparent", "own"), Pair("tracestate", "a=1")));
  EXPECT_EQ(headers(why, false).count("traceparent"), 1U);
}

TEST_F(dead_letter_test, keeps_its_publishers_trace_where_nothing_is_shown) {
  EXPECT_THAT(headers({"negative", "counts up only"}),
              ElementsAre(Pair("acta-code", "negative"), Pair("acta-detail", "counts up only"),
                          Pair("traceparent", "publisher"), Pair("tracestate", "a=1")));
}

}  // namespace
}  // namespace acta::internal
