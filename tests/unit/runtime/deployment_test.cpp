// A program is replaced by its next version, while a client repeats what it sent to the one before.
#include <gtest/gtest.h>

#include "runtime/node.hpp"
#include "tests/support/temporary_directory.hpp"

namespace stock {

struct taken {
  std::int64_t amount = 0;
};
template <class Inspector>
bool inspect(Inspector& f, taken& e) {
  return f.object(e).fields(f.field("amount", e.amount));
}

/// The command as it was, and with what it gained: members that may be left out.
struct take_v1 {
  static constexpr std::string_view name = "take";
  std::int64_t amount = 0;
};
template <class Inspector>
bool inspect(Inspector& f, take_v1& c) {
  return f.object(c).fields(f.field("amount", c.amount));
}
struct take_v2 {
  static constexpr std::string_view name = "take";
  std::int64_t amount = 0;
  std::string shelf = "main";
  std::optional<std::string> reason;
};
template <class Inspector>
bool inspect(Inspector& f, take_v2& c) {
  return f.object(c).fields(f.field("shelf", c.shelf).fallback("main"), f.field("amount", c.amount),
                            f.field("reason", c.reason));
}

template <class Take>
struct item {
  static constexpr std::string_view type = "stock.item";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<taken, "stock.item.taken", 1>>;
  using commands = acta::commands<Take>;
  acta::decision<item> decide(const Take& command, const acta::context&) const {
    return taken{command.amount};
  }
  void apply(const taken& event) { sum += event.amount; }
  [[nodiscard]] item view() const { return *this; }
  std::int64_t sum = 0;
};
template <class Inspector, class Take>
bool inspect(Inspector& f, item<Take>& i) {
  return f.object(i).fields(f.field("sum", i.sum));
}

}  // namespace stock

namespace acta {

namespace {

template <class Take>
result<receipt> take(const std::filesystem::path& data, Take command) {
  node here{embedded(data)};
  return here.host<stock::item<Take>>().send("nut", std::move(command), {.command_id = "k"}).get();
}

TEST(deployment, of_a_command_with_more_members_knows_a_repeat_of_the_one_before) {
  const testing::temporary_directory directory;
  ASSERT_TRUE(take(directory.path(), stock::take_v1{3}).ok());
  const auto again = take(directory.path(), stock::take_v2{3, "main", {}});
  ASSERT_TRUE(again.ok()) << again.error().detail;
  EXPECT_TRUE(again->repeated);
  EXPECT_EQ(again->version, version{1});
  EXPECT_TRUE(take(directory.path(), stock::take_v1{3})->repeated) << "and back";
}

TEST(deployment, of_a_command_with_more_members_tells_another_command_all_the_same) {
  const testing::temporary_directory directory;
  ASSERT_TRUE(take(directory.path(), stock::take_v1{3}).ok());
  for (const auto& other : {stock::take_v2{4, "main", {}}, stock::take_v2{3, "cellar", {}},
                            stock::take_v2{3, "main", ""}})
    EXPECT_EQ(take(directory.path(), other).error().code, errc::command_id_reused);
}

}  // namespace
}  // namespace acta
