// A published event's payload never changes: a program that disagrees with its journal does not
// start (invariant 7). What was never stored refuses nobody.
#include "runtime/contracts/stored_contracts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/contracts/contract_set.hpp"
#include "runtime/journal/memory_journal.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/held_journal.hpp"
#include "tests/support/journal_calls.hpp"
#include "tests/support/parcel.hpp"
#include "tests/support/shop.hpp"

namespace acta {

using namespace internal;
namespace {

using ::testing::HasSubstr;

class contracts_test : public ::testing::Test {
protected:
  contracts_test() { remember<testing::shop>(); }
  /// What a start of version 096b4f7 wrote, before any event.
  template <class A>
  void remember() {
    const auto all = contracts_of(describe<A>());
    for (const auto& [key, schema] : *all)
      ASSERT_TRUE(journal.set_properties({{"schema/" + key.path(), schema.dump()}}).ok());
  }
  template <class A>
  std::string objection() {
    auto type = describe<A>();
    const auto agreed = agree_on_contracts(journal, type);
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
  /// Stores an event as an aggregate of this type would.
  static append_request event_of(const aggregate_type& type, std::size_t index) {
    auto request = testing::make_append("x", 0);
    request.stream = stream_id{type.name, "x"};
    const auto& event = type.events[index];
    request.events[0] = {event.name, event.schema_version, {}, event.contract.get()};
    return request;
  }
  template <class... Names>
  std::string forgetting(const Names&... names) {
    const auto forgotten = forget_contracts(journal, {names...});
    if (!forgotten) return forgotten.error().detail;
    std::string all;
    for (const auto& one : *forgotten) all += one + "\n";
    return all;
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
                        "program\n  the first one in the journal: none was stored yet\n"
                        "  if the program that published it never stored one: `schema forget "
                        "test.shop/test.shop.sold/1`"));
}

TEST_F(contracts_test, names_the_event_and_the_field_that_could_not_be_read_back) {
  EXPECT_EQ(objection<testing::shop_with<testing::field_of_the_same_name>>(),
            "the event test.shop.sold, schema version 1, of test.shop: its field 'price' is the "
            "name of two fields");
}

TEST_F(contracts_test, writes_nothing_when_a_program_starts) {
  const auto before = *journal.contracts();
  EXPECT_EQ(objection<testing::larger_shop>(), "");
  EXPECT_EQ(*journal.contracts(), before);
  EXPECT_EQ(objection<testing::shop>(), "") << "it stored nothing: the older one may go on";
}

TEST_F(contracts_test, remembers_a_new_event_with_the_first_that_is_stored) {
  auto larger = describe<testing::larger_shop>();
  ASSERT_TRUE(agree_on_contracts(journal, larger));
  EXPECT_TRUE(larger.events[0].contract->stored);
  EXPECT_FALSE(larger.events[1].contract->stored);
  ASSERT_EQ(testing::append_one(journal, event_of(larger, 1)), append_status::stored);
  EXPECT_TRUE(larger.events[1].contract->stored);
  EXPECT_THAT(objection<testing::shop>(),
              HasSubstr("test.shop.returned, schema version 1, of test.shop is not known to this "
                        "program\n  the first one in the journal: position 1 (test.shop/x, "
                        "version 1)"))
      << "the older program cannot go back to work on this journal";
  EXPECT_EQ(objection<testing::larger_shop>(), "");
}

TEST_F(contracts_test, remembers_what_a_write_of_unknown_outcome_left_and_no_more) {
  using enum testing::held_journal::after_failure;
  testing::held_journal failing{journal};
  auto larger = describe<testing::larger_shop>();
  ASSERT_TRUE(agree_on_contracts(journal, larger));
  const auto& contract = *larger.events[1].contract;
  for (const auto effect : {lost, kept}) {
    failing.fail_next_append(effect);
    EXPECT_EQ(testing::append_one(failing, event_of(larger, 1)), append_status::unknown);
    EXPECT_FALSE(contract.stored) << "nobody knows";
    EXPECT_FALSE(journal.contracts()->contains(contract.name));
    failing.reopen();
    EXPECT_EQ(journal.contracts()->contains(contract.name), effect == kept);
    EXPECT_EQ(journal.last(testing::only_partition).offset, effect == kept ? 1U : 0U);
  }
}

TEST_F(contracts_test, remember_nothing_that_was_only_checked) {
  EXPECT_EQ(objection_to_all<testing::larger_shop>(), "");
  EXPECT_EQ(objection<testing::shop>(), "");
}

TEST_F(contracts_test, miss_an_aggregate_that_nobody_hosts) {
  store("test.counter", "x", "test.counter.added");
  remember<testing::counter>();
  EXPECT_EQ((objection_to_all<testing::shop, testing::counter>()), "");
  EXPECT_THAT(objection_to_all<testing::shop>(),
              HasSubstr("the aggregate test.counter is not known to this program\n  the first one "
                        "in the journal: position 1 (test.counter/x, version 1)"));
}

TEST_F(contracts_test, keeps_every_version_of_an_event) {
  auto parcels = describe<post::parcel>();
  ASSERT_TRUE(agree_on_contracts(journal, parcels));
  for (const int version : {1, 2, 3})
    EXPECT_EQ(parcels.find_event("post.parcel.posted", version)->contract->name,
              "post.parcel/post.parcel.posted/" + std::to_string(version));
}

TEST_F(contracts_test, says_how_to_forget_all_of_an_aggregate_that_stored_nothing) {
  remember<testing::counter>();
  const auto said = objection_to_all<testing::shop>();
  EXPECT_THAT(said,
              HasSubstr("the aggregate test.counter is not known to this program\n  the first "
                        "one in the journal: none was stored yet\n"));
  EXPECT_THAT(said, HasSubstr("`schema forget test.counter/test.counter.added/1 "
                              "test.counter/test.counter.noted/1`"));
}

TEST_F(contracts_test, forgets_what_was_never_stored) {
  remember<testing::larger_shop>();
  remember<testing::counter>();
  store("test.shop", "a", "test.shop.sold");
  EXPECT_THAT(objection<testing::shop>(), HasSubstr("test.shop.returned"));
  EXPECT_EQ(
      forgetting("test.shop.returned", "test.counter/test.counter.added/1", "test.counter.noted"),
      "test.shop/test.shop.returned/1\ntest.counter/test.counter.added/1\n"
      "test.counter/test.counter.noted/1\n");
  EXPECT_EQ(objection<testing::shop>(), "");
  EXPECT_EQ(objection_to_all<testing::shop>(), "");
}

TEST_F(contracts_test, forgets_nothing_of_which_one_is_stored) {
  remember<testing::larger_shop>();
  store("test.other", "b", "test.shop.sold");
  store("test.shop", "b", "test.shop.sold");
  const auto before = *journal.contracts();
  EXPECT_EQ(forgetting("test.shop.returned", "test.shop.sold"),
            "nothing was forgotten: an event test.shop.sold, schema version 1, of test.shop is "
            "stored, at position 2 (test.shop/b, version 1)");
  EXPECT_EQ(*journal.contracts(), before);
}

TEST_F(contracts_test, forgets_one_version_beside_another_that_is_stored) {
  remember<post::parcel>();
  auto request = testing::make_append("1", 0);
  request.stream = stream_id{"post.parcel", "1"};
  request.events[0] = {"post.parcel.posted", 2, {}};
  ASSERT_EQ(testing::append_one(journal, std::move(request)), append_status::stored);
  EXPECT_THAT(forgetting("post.parcel.posted"),
              HasSubstr("'post.parcel.posted' is several; name those that you mean:\n"
                        "  post.parcel/post.parcel.posted/1\n  post.parcel/post.parcel.posted/2"));
  EXPECT_THAT(forgetting("post.parcel/post.parcel.posted/2"), HasSubstr("nothing was forgotten"));
  EXPECT_EQ(forgetting("post.parcel/post.parcel.posted/3"), "post.parcel/post.parcel.posted/3\n");
}

TEST_F(contracts_test, says_what_it_could_forget_when_it_does_not_know_a_name) {
  EXPECT_EQ(forgetting("test.shop.slod"),
            "the journal remembers no event 'test.shop.slod'; those that it remembers:\n"
            "  test.shop/test.shop.sold/1");
  EXPECT_EQ(forgetting("test.shop.sold"), "test.shop/test.shop.sold/1\n");
  EXPECT_EQ(forgetting("test.shop.sold"),
            "the journal remembers no event 'test.shop.sold'; it remembers none");
}

TEST_F(contracts_test, lets_a_program_retire_an_event_or_an_aggregate) {
  remember<testing::counter>();
  EXPECT_EQ(objection<testing::retiring_shop>(), "");
  const auto gone = retired_aggregate("test.counter");
  const auto shop = describe<testing::retiring_shop>();
  EXPECT_TRUE(check_contracts(journal, {&shop, &gone}));
  EXPECT_FALSE(check_contracts(journal, {&shop}));
}

TEST_F(contracts_test, gives_a_type_its_retired_events_with_the_schemas_they_were_stored_with) {
  auto shop = describe<testing::retiring_shop>();
  ASSERT_TRUE(agree_on_contracts(journal, shop));
  const auto* sold = shop.find_event("test.shop.sold", 1);
  ASSERT_NE(sold, nullptr);
  EXPECT_TRUE(sold->retired());
  EXPECT_FALSE(sold->current());
  EXPECT_EQ(sold->contract->schema, journal.contracts()->at("test.shop/test.shop.sold/1"));
  ASSERT_TRUE(agree_on_contracts(journal, shop)) << "again";
  EXPECT_EQ(shop.events.size(), 2U);
}

TEST_F(contracts_test, types_do_not_disturb_one_another) {
  EXPECT_EQ(objection<post::parcel>(), "");
  EXPECT_EQ(objection<testing::shop>(), "");
}

}  // namespace
}  // namespace acta
