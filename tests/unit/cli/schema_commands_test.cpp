// `schema lock` and `schema check`, as a person or a build calls them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "runtime/contracts/contract_set.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/node.hpp"
#include "tests/support/command_line.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/shop.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta {

using namespace internal;
namespace {

using namespace testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class schema_commands : public ::testing::Test {
protected:
  struct run {
    int code = -1;
    std::string out;
    std::string err;
  };
  template <class... Aggregates>
  static run call(std::vector<std::string> arguments) {
    application app{"shop", "A shop."};
    (app.host<Aggregates>(), ...);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    const int code = testing::run(app, std::move(arguments));
    std::cout.flush();
    return {code, ::testing::internal::GetCapturedStdout(),
            ::testing::internal::GetCapturedStderr()};
  }
  template <class... Aggregates>
  run lock() {
    return call<Aggregates...>({"schema", "lock", "--file", file()});
  }
  template <class... Aggregates>
  run check() {
    return call<Aggregates...>({"schema", "check", "--file", file()});
  }
  template <class... Aggregates>
  run check_journal() {
    return call<Aggregates...>({"schema", "check", "--journal", data()});
  }
  [[nodiscard]] std::string content() const {
    std::ifstream in{file()};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  [[nodiscard]] std::string file() const { return (directory_.path() / "locked.json").string(); }
  [[nodiscard]] std::string data() const { return (directory_.path() / "data").string(); }

  temporary_directory directory_;
};

TEST_F(schema_commands, check_passes_what_was_locked) {
  const auto locked = lock<shop>();
  EXPECT_EQ(locked.code, 0) << locked.err;
  EXPECT_THAT(locked.out, HasSubstr("1 published events in " + file() + ", 1 of them new"));
  EXPECT_THAT(locked.out, HasSubstr("no such file before")) << "it may have been made elsewhere";
  EXPECT_EQ(check<shop>().code, 0);
  const auto before = content();
  EXPECT_THAT(lock<shop>().out, Not(HasSubstr("no such file before")));
  EXPECT_EQ(content(), before);
}

TEST_F(schema_commands, check_says_in_words_how_an_event_has_changed) {
  lock<shop>();
  const auto expect_found = [](const run& checked, const std::string& what) {
    EXPECT_EQ(checked.code, 1);
    EXPECT_THAT(checked.out,
                AllOf(HasSubstr("the published event test.shop.sold, schema version 1, of "
                                "test.shop has changed:\n  " +
                                what + "\n"),
                      HasSubstr("upcaster"), Not(HasSubstr("{"))));
  };
  expect_found(check<shop_with<field_added>>(), "the field 'reason' is new; it is text");
  expect_found(check<shop_with<field_removed>>(), "the field 'buyer' is gone; it was text");
  expect_found(check<shop_with<field_renamed>>(), "the field 'buyer' is called 'customer' now");
  expect_found(check<shop_with<field_of_another_type>>(), "the field 'price' was int64, is double");
  expect_found(check<shop_with<value_removed>>(),
               "the field 'paint' has no value 'green' any more");
}

TEST_F(schema_commands, check_names_an_event_or_an_aggregate_that_is_gone) {
  lock<shop, counter>();
  EXPECT_THAT((check<other_shop, counter>().out),
              HasSubstr("test.shop.sold, schema version 1, of test.shop is not known"));
  const auto without = check<shop>();
  EXPECT_EQ(without.code, 1);
  EXPECT_THAT(without.out, HasSubstr("the aggregate test.counter is not known to this program"));
}

TEST_F(schema_commands, check_wants_new_events_to_be_locked) {
  lock<shop>();
  const auto checked = check<larger_shop>();
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.out, HasSubstr("test.shop.returned, schema version 1, of test.shop is not "
                                     "locked yet: `schema lock` adds it"));
  EXPECT_THAT(lock<larger_shop>().out,
              HasSubstr("locked test.shop.returned, schema version 1, of test.shop\n"));
  EXPECT_EQ(check<larger_shop>().code, 0);
  EXPECT_EQ(check<shop>().code, 1) << "what was published once must not go away";
}

TEST_F(schema_commands, complain_of_the_option_that_was_given) {
  for (const auto* given : {"--data", "--journal"}) {
    const auto refused = call<shop>({"schema", "check", given, ""});
    EXPECT_NE(refused.code, 0);
    EXPECT_THAT(refused.err, HasSubstr(given));
    EXPECT_THAT(refused.err,
                Not(HasSubstr(given == std::string{"--data"} ? "--journal" : "--data")));
  }
}

TEST_F(schema_commands, lock_refuses_what_changed_or_went_away) {
  lock<shop>();
  const auto before = content();
  const auto changed = lock<shop_with<field_removed>>();
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.err, HasSubstr("the field 'buyer' is gone; it was text"));
  const auto gone = lock<other_shop>();
  EXPECT_EQ(gone.code, 1);
  EXPECT_THAT(gone.err, HasSubstr("test.shop.sold, schema version 1, of test.shop is not known"));
  EXPECT_EQ(content(), before);
}

TEST_F(schema_commands, say_what_is_wrong_with_the_file) {
  EXPECT_THAT(check<shop>().err, AllOf(HasSubstr("there is no lock file " + file()),
                                       HasSubstr("--file"), HasSubstr("schema lock")));
  std::ofstream{file()} << "{";
  for (const auto& told : {check<shop>(), lock<shop>()}) {
    EXPECT_EQ(told.code, 1);
    EXPECT_THAT(told.err, HasSubstr(file()));
    EXPECT_THAT(told.out, IsEmpty());
  }
  EXPECT_EQ(content(), "{");
}

TEST_F(schema_commands, read_no_file_that_may_have_no_end) {
  const auto loop = directory_.path() / "loop";
  std::filesystem::create_symlink(loop, loop);
  const auto huge = directory_.path() / "huge";
  std::ofstream{huge} << "{";
  std::filesystem::resize_file(huge, 17 * 1024 * 1024);
  for (const auto& [wrong, why] : {std::pair{directory_.path().string(), "is no file"},
                                   {std::string{"/dev/zero"}, "is no file"},
                                   {std::string{"/dev/full"}, "is no file"},
                                   {loop.string(), "cannot read"},
                                   {huge.string(), "too large"}})
    for (const auto* command : {"lock", "check"}) {
      const auto told = call<shop>({"schema", command, "--file", wrong});
      EXPECT_EQ(told.code, 1) << wrong;
      EXPECT_THAT(told.err, AllOf(HasSubstr(wrong), HasSubstr(why), Not(HasSubstr("filesystem"))));
      EXPECT_THAT(told.out, IsEmpty());
    }
}

TEST_F(schema_commands, tell_where_they_looked_when_they_were_not_told_where) {
  const auto here = std::filesystem::current_path();
  std::filesystem::current_path(directory_.path());
  const auto checked = call<shop>({"schema", "check"});
  std::filesystem::current_path(here);
  EXPECT_EQ(checked.code, 1);
  EXPECT_THAT(checked.err, HasSubstr((directory_.path() / "schemas.lock.json").string()));
}

TEST_F(schema_commands, check_says_before_a_deployment_what_a_journal_would_say) {
  {
    node here{embedded(data())};
    ASSERT_TRUE(here.host<counter>().send("x", add{1}).get().ok());
    ASSERT_TRUE(here.host<shop>().send("y", sell{}).get().ok());
  }
  EXPECT_EQ((check_journal<shop, counter>().code), 0);
  EXPECT_EQ((check_journal<larger_shop, counter>().code), 0) << "a new event is no obstacle";
  const auto changed = check_journal<shop_with<value_removed>, counter>();
  EXPECT_EQ(changed.code, 1);
  EXPECT_THAT(changed.out, AllOf(HasSubstr("the field 'paint' has no value 'green' any more"),
                                 HasSubstr("position 2 (test.shop/y, version 1)")));
  EXPECT_THAT(check_journal<shop>().out,
              AllOf(HasSubstr("the aggregate test.counter is not known to this program"),
                    HasSubstr("position 1 (test.counter/x, version 1)")));
}

TEST_F(schema_commands, keep_what_is_retired_in_the_file) {
  lock<shop>();
  const auto locked = lock<retiring_shop>();
  EXPECT_EQ(locked.code, 0) << locked.err;
  EXPECT_THAT(content(), AllOf(HasSubstr("test.shop.sold"), HasSubstr("test.shop.returned")));
  EXPECT_EQ(check<retiring_shop>().code, 0);
  EXPECT_EQ(check<other_shop>().code, 1) << "it does not say so";
}

TEST_F(schema_commands, check_takes_an_aggregate_that_is_retired) {
  {
    node here{embedded(data())};
    ASSERT_TRUE(here.host<counter>().send("x", add{1}).get().ok());
  }
  application app{"shop", "A shop."};
  app.host<shop>();
  app.retire("test.counter");
  EXPECT_EQ(testing::run(app, {"schema", "check", "--journal", data()}), 0);
}

/// What a start of version 096b4f7 left in a journal, before any event.
void publish_as_before(const std::string& data, const aggregate_type& type) {
  rocksdb_options how;
  how.directory = data;
  const auto journal = open_rocksdb_journal(how);
  ASSERT_TRUE(journal.ok()) << journal.error().detail;
  const auto all = contracts_of(type);
  for (const auto& [key, schema] : *all)
    ASSERT_TRUE((*journal)->set_properties({{"schema/" + key.path(), schema.dump()}}).ok());
}

TEST_F(schema_commands, forget_what_an_earlier_version_published_and_nobody_stored) {
  publish_as_before(data(), describe<larger_shop>());
  EXPECT_THAT(check_journal<shop>().out,
              HasSubstr("`schema forget test.shop/test.shop.returned/1`"));
  const auto forgot =
      call<shop>({"schema", "forget", "test.shop/test.shop.returned/1", "--data", data()});
  EXPECT_EQ(forgot.code, 0) << forgot.err;
  EXPECT_EQ(forgot.out, "forgot test.shop/test.shop.returned/1\n");
  EXPECT_EQ(check_journal<shop>().code, 0);
  node here{embedded(data())};
  here.host<shop>();
  here.require_all_hosted();
}

TEST_F(schema_commands, forget_nothing_that_is_stored_and_nothing_of_a_journal_in_use) {
  EXPECT_EQ((call<shop>({"schema", "forget", "test.shop.sold", "--data", data()}).code), 1);
  EXPECT_FALSE(std::filesystem::exists(data())) << "it makes no journal";
  {
    node here{embedded(data())};
    ASSERT_TRUE(here.host<shop>().send("y", sell{}).get().ok());
    EXPECT_THAT((call<shop>({"schema", "forget", "test.shop.sold", "--data", data()}).err),
                HasSubstr("in use"));
  }
  const auto refused = call<shop>({"schema", "forget", "test.shop.sold", "--data", data()});
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("position 1 (test.shop/y, version 1)"));
  EXPECT_EQ(check_journal<other_shop>().code, 1) << "it is still known";
}

TEST_F(schema_commands, without_more_words_print) {
  const auto told = call<shop>({"schema"});
  EXPECT_EQ(told.code, 0);
  EXPECT_THAT(told.out, HasSubstr("\"hosted\""));
}

}  // namespace
}  // namespace acta
