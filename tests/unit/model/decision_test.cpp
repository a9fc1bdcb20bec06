// Decisions whose number of events is known only when they are made.
#include "actors/model/decision.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "actors/model/given.hpp"

namespace acta {

namespace {

struct seat_sold {
  std::string seat;
};
ACTA_FIELDS(seat_sold, seat)
struct seat_freed {
  std::string seat;
};
ACTA_FIELDS(seat_freed, seat)

/// Buys these seats.
struct buy {
  std::vector<std::string> seats;
};
ACTA_FIELDS(buy, seats)
/// Keeps these seats, and no others.
struct keep {
  std::vector<std::string> seats;
};
ACTA_FIELDS(keep, seats)

struct row {
  static constexpr std::string_view type = "test.row";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<seat_sold, "test.row.seat_sold", 1>,
                              acta::event<seat_freed, "test.row.seat_freed", 1>>;
  using commands = acta::commands<buy, keep>;

  decision<row> decide(const buy& command, const context&) const {
    std::vector<seat_sold> all;
    for (const auto& seat : command.seats) {
      if (has(seat)) return refuse("taken", seat);
      all.push_back({seat});
    }
    return all;
  }
  decision<row> decide(const keep& command, const context&) const {
    std::vector<event_of<row>> all;
    for (const auto& seat : sold)
      if (std::count(command.seats.begin(), command.seats.end(), seat) == 0)
        all.push_back(seat_freed{seat});
    for (const auto& seat : command.seats)
      if (!has(seat)) all.push_back(seat_sold{seat});
    return all;
  }
  void apply(const seat_sold& event) { sold.push_back(event.seat); }
  void apply(const seat_freed& event) { std::erase(sold, event.seat); }
  row view() const { return *this; }
  bool has(const std::string& seat) const {
    return std::count(sold.begin(), sold.end(), seat) != 0;
  }

  std::vector<std::string> sold;
};
ACTA_FIELDS(row, sold)

TEST(decision, takes_as_many_events_of_one_type_as_there_are) {
  EXPECT_EQ(given<row>().when(buy{{"A1", "A2", "A3"}}),
            then(seat_sold{"A1"}, seat_sold{"A2"}, seat_sold{"A3"}));
  EXPECT_EQ(given<row>(seat_sold{"A2"}).when(buy{{"A1", "A2"}}), then_refused("taken"));
}

TEST(decision, takes_events_of_several_types_in_their_order) {
  EXPECT_EQ(given<row>(seat_sold{"A1"}, seat_sold{"A2"}).when(keep{{"A2", "A3"}}),
            then(seat_freed{"A1"}, seat_sold{"A3"}));
}

TEST(decision, of_no_events_is_nothing) {
  EXPECT_EQ(given<row>().when(buy{}), then_nothing());
  EXPECT_EQ(given<row>(seat_sold{"A1"}).when(keep{{"A1"}}), then_nothing());
}

/// What an actor takes from a decision.
class counted final : public decision_sink {
public:
  void refused(const refusal&) override { no = true; }
  bool happened(std::size_t index, void*) override {
    indexes.push_back(index);
    return true;
  }
  std::vector<std::size_t> indexes;
  bool no = false;
};

TEST(decision, tells_an_actor_each_event_with_its_place_in_the_list) {
  const auto type = describe<row>();
  row state;
  state.sold = {"A1"};
  const keep command{{"A2", "A3"}};
  counted sink;
  type.commands.at(1).decide(&state, &command, {}, sink);
  EXPECT_FALSE(sink.no);
  EXPECT_EQ(sink.indexes, (std::vector<std::size_t>{1, 0, 0}));
}

}  // namespace
}  // namespace acta
