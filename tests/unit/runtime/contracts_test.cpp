// A published event's payload never changes: a program that disagrees with its journal does not
// start (invariant 7).
#include "runtime/contracts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/journal/memory_journal.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/journal_calls.hpp"
#include "tests/support/parcel.hpp"
#include "tests/support/shop.hpp"

namespace acta {
namespace {

using ::testing::HasSubstr;

class contracts_test : public ::testing::Test {
protected:
  contracts_test() { EXPECT_TRUE(agree_on_contracts(journal, describe<testing::shop>())); }
  template <class A>
  std::string objection() {
    const auto agreed = agree_on_contracts(journal, describe<A>());
    return agreed ? "" : agreed.error().detail;
  }
  template <class... Aggregates>
  std::string objection_to_all() {
    const std::vector<aggregate_type> types{describe<Aggregates>()...};
    std::vector<const aggregate_type*> all;
    for (const auto& type : types) all.push_back(&type);
    const auto agreed = check_contracts(journal, all);
    return agreed ? "" : agreed.error().detail;
  }
  void store(const std::string& type, const std::string& id, const std::string& event) {
    auto request = testing::make_append(id, 0);
    request.stream = stream_id{type, id};
    request.events[0].type = event;
    ASSERT_EQ(testing::append_one(journal, std::move(request)), append_status::stored);
  }
  memory_journal journal;
};

TEST_F(contracts_test, agrees_with_what_it_has_seen_before) {
  EXPECT_EQ(objection<testing::shop>(), "");
  EXPECT_EQ(objection_to_all<testing::shop>(), "");
}

TEST_F(contracts_test, says_what_has_changed_in_a_published_event_and_where_the_first_one_is) {
  store("test.other", "a", "test.shop.sold");
  store("test.shop", "b", "test.shop.sold");
  store("test.shop", "c", "test.shop.sold");
  const auto said = objection<testing::shop_with<testing::field_added>>();
  EXPECT_THAT(said,
              HasSubstr("test.shop.sold, schema version 1, of test.shop has changed:\n"
                        "  the field 'reason' is new; it is text\n"
                        "  the first one in the journal: position 2 (test.shop/b, version 1)"));
  EXPECT_THAT(said, HasSubstr("upcaster"));
}

TEST_F(contracts_test, refuses_a_program_that_does_not_know_an_event_any_more) {
  EXPECT_THAT(objection<testing::other_shop>(),
              HasSubstr("test.shop.sold, schema version 1, of test.shop is not known to this "
                        "program\n  the first one in the journal: none was stored yet"));
}

TEST_F(contracts_test, names_the_event_and_the_field_that_could_not_be_read_back) {
  EXPECT_EQ(objection<testing::shop_with<testing::field_of_the_same_name>>(),
            "the event test.shop.sold, schema version 1, of test.shop: its field 'price' is the "
            "name of two fields");
}

TEST_F(contracts_test, takes_new_events_and_remembers_them) {
  EXPECT_EQ(objection<testing::larger_shop>(), "");
  EXPECT_THAT(objection<testing::shop>(), HasSubstr("test.shop.returned"))
      << "the older program cannot go back to work on this journal";
}

TEST_F(contracts_test, remember_nothing_that_was_only_checked) {
  EXPECT_EQ(objection_to_all<testing::larger_shop>(), "");
  EXPECT_EQ(objection<testing::shop>(), "");
}

TEST_F(contracts_test, miss_an_aggregate_that_nobody_hosts) {
  store("test.counter", "x", "test.counter.added");
  EXPECT_EQ(objection<testing::counter>(), "");
  EXPECT_EQ((objection_to_all<testing::shop, testing::counter>()), "");
  EXPECT_THAT(objection_to_all<testing::shop>(),
              HasSubstr("the aggregate test.counter is not known to this program\n  the first one "
                        "in the journal: position 1 (test.counter/x, version 1)"));
}

TEST_F(contracts_test, keeps_every_version_of_an_event) {
  EXPECT_EQ(objection<post::parcel>(), "");
  const auto known = *journal.properties();
  for (const auto* version : {"1", "2", "3"})
    EXPECT_TRUE(known.contains(std::string{"schema/post.parcel/post.parcel.posted/"} + version));
}

TEST_F(contracts_test, types_do_not_disturb_one_another) {
  EXPECT_EQ(objection<post::parcel>(), "");
  EXPECT_EQ(objection<testing::shop>(), "");
}

}  // namespace
}  // namespace acta
