// What is retired: it stays, it is counted and it is shown, and nothing else can be asked of it.
#include "runtime/journal/rocksdb_journal.hpp"
#include "tests/support/parcel.hpp"
#include "tests/support/service.hpp"
#include "tests/support/temporary_directory.hpp"

namespace lamps {

struct switched {
  bool on = false;
};
template <class Inspector>
bool inspect(Inspector& f, switched& e) {
  return f.object(e).fields(f.field("on", e.on));
}
struct named {
  std::string name;
  acta::timestamp since;
};
template <class Inspector>
bool inspect(Inspector& f, named& e) {
  return f.object(e).fields(f.field("name", e.name), f.field("since", e.since));
}
struct turn {
  bool on = false;
};
template <class Inspector>
bool inspect(Inspector& f, turn& c) {
  return f.object(c).fields(f.field("on", c.on));
}
struct rename {
  std::string name;
};
template <class Inspector>
bool inspect(Inspector& f, rename& c) {
  return f.object(c).fields(f.field("name", c.name));
}
struct seen {
  bool on = false;
  std::int64_t turns = 0;
};
template <class Inspector>
bool inspect(Inspector& f, seen& v) {
  return f.object(v).fields(f.field("on", v.on), f.field("turns", v.turns));
}

/// As it was published.
struct lamp_with_a_name {
  static constexpr std::string_view type = "lamps.lamp";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<switched, "lamps.lamp.switched", 1>,
                              acta::event<named, "lamps.lamp.named", 1>>;
  using commands = acta::commands<turn, rename>;
  acta::decision<lamp_with_a_name> decide(const turn& c, const acta::context&) const {
    return switched{c.on};
  }
  acta::decision<lamp_with_a_name> decide(const rename& c, const acta::context&) const {
    return named{c.name, acta::timestamp{}};
  }
  void apply(const switched& event) { state = {event.on, state.turns + 1}; }
  void apply(const named&) {}
  [[nodiscard]] lamps::seen view() const { return state; }
  lamps::seen state;
};
template <class Inspector>
bool inspect(Inspector& f, lamp_with_a_name& l) {
  return f.object(l).fields(f.field("state", l.state));
}

/// As it is today: nothing here knows what a name was.
struct lamp {
  static constexpr std::string_view type = "lamps.lamp";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<switched, "lamps.lamp.switched", 1>>;
  using commands = acta::commands<turn>;
  using retired = acta::retired<"lamps.lamp.named">;
  acta::decision<lamp> decide(const turn& c, const acta::context&) const { return switched{c.on}; }
  void apply(const switched& event) { state = {event.on, state.turns + 1}; }
  [[nodiscard]] lamps::seen view() const { return state; }
  lamps::seen state;
};
template <class Inspector>
bool inspect(Inspector& f, lamp& l) {
  return f.object(l).fields(f.field("state", l.state));
}

}  // namespace lamps

namespace acta {

using namespace internal;
namespace {

using nlohmann::json;
using testing::body_of;
using testing::expect_problem;
using testing::headers;
using testing::service;

class retired_test : public ::testing::Test {
protected:
  template <class Use>
  void with_service(Use use) {
    service at{embedded(directory_.path() / "data")};
    use(at);
  }
  /// Its events as a program shows them that has the class.
  std::string send_a_parcel() {
    std::string shown;
    with_service([&](service& at) {
      at.node().host<post::parcel>();
      const std::string parcel = "/v1/post.parcel/7";
      EXPECT_EQ(at.post(parcel + "/send",
                        R"({"to":{"city":"Brno"},"by":"express","contents":{"a":5,"b":65535}})")
                    .status,
                200);
      EXPECT_EQ(at.post(parcel + "/scan-at",
                        R"({"at":{"city":"Plzeň","street":"Široká"},"signature":"AAH/"})")
                    .status,
                200);
      shown = at.get(parcel + "/events").body;
    });
    return shown;
  }
  void name_a_lamp() {
    with_service([](service& at) {
      at.node().host<lamps::lamp_with_a_name>();
      EXPECT_EQ(at.post("/v1/lamps.lamp/1/turn", R"({"on":true})").status, 200);
      EXPECT_EQ(at.post("/v1/lamps.lamp/1/rename", R"({"name":"Lux"})", {{"idempotency-key", "n"}})
                    .status,
                200);
      EXPECT_EQ(at.post("/v1/lamps.lamp/1/turn", R"({"on":false})").status, 200);
    });
  }
  testing::temporary_directory directory_;
};

TEST_F(retired_test, aggregates_show_their_events_as_their_class_did) {
  const auto before = send_a_parcel();
  ASSERT_EQ(json::parse(before).at("events").size(), 3U);
  with_service([&](service& at) {
    at.node().retire("post.parcel");
    at.node().require_all_hosted();
    EXPECT_EQ(at.get("/v1/post.parcel/7/events").body, before);
    EXPECT_EQ(body_of(at.get("/v1/post.parcel/7/events?from=3")).at("events").size(), 1U);
    expect_problem(at.get("/v1/post.parcel/8/events"), 404, "not_found");
  });
}

TEST_F(retired_test, aggregates_have_no_view_and_no_commands) {
  send_a_parcel();
  with_service([](service& at) {
    at.node().retire("post.parcel");
    for (const auto& answer :
         {at.get("/v1/post.parcel/7"), at.get("/v1/post.parcel/new"),
          at.post("/v1/post.parcel/7/scan-at", R"({"at":{"city":"Brno"}})"),
          at.post("/v1/post.parcel/7/no-such-command"), at.post("/v1/post.parcel/7/events")}) {
      expect_problem(answer, 410, "retired");
      EXPECT_EQ(body_of(answer).at("retry"), false);
    }
    const auto& type = *at.node().find("post.parcel");
    EXPECT_EQ(at.node().query(type, "7", {}, [](const auto&) {}).error().code, errc::retired);
    EXPECT_EQ(at.node().execute(type, "7", 0, {}, {}, [](const auto&) {}).error().code,
              errc::retired);
  });
}

TEST_F(retired_test, aggregates_are_listed_with_the_schemas_they_were_stored_with) {
  json before;
  with_service([&](service& at) {
    at.node().host<post::parcel>();
    before = body_of(at.get("/v1")).at("hosted");
  });
  send_a_parcel();
  with_service([&](service& at) {
    EXPECT_EQ(body_of(at.get("/v1")).at("retired"), json::array());
    at.node().retire("post.parcel");
    const auto all = body_of(at.get("/v1"));
    EXPECT_EQ(all.at("hosted").size(), 2U);
    ASSERT_EQ(all.at("retired").size(), 1U);
    EXPECT_EQ(all.at("retired")[0].at("aggregate"), "post.parcel");
    const auto& events = all.at("retired")[0].at("events");
    EXPECT_EQ(events.size(), 3U) << "those that were stored";
    for (const auto& event : events) {
      EXPECT_EQ(event.at("retired"), true);
      EXPECT_EQ(event.at("current"), false);
      const auto& then = before.at(1).at("events");
      EXPECT_TRUE(std::any_of(then.begin(), then.end(), [&](const auto& one) {
        return one.at("type") == event.at("type") && one.at("schema") == event.at("schema") &&
               one.at("fingerprint") == event.at("fingerprint");
      })) << event;
    }
  });
}

TEST_F(retired_test, aggregates_that_were_never_stored_are_no_obstacle) {
  with_service([](service& at) {
    at.node().retire("post.parcel");
    at.node().require_all_hosted();
    expect_problem(at.get("/v1/post.parcel/7/events"), 404, "not_found");
    EXPECT_THROW(at.node().host<post::parcel>(), startup_error);
    EXPECT_THROW(at.node().retire("test.counter"), startup_error);
  });
}

TEST_F(retired_test, events_are_skipped_counted_and_shown) {
  name_a_lamp();
  with_service([](service& at) {
    auto all = at.node().host<lamps::lamp>();
    at.node().require_all_hosted();
    EXPECT_EQ(body_of(at.get("/v1/lamps.lamp/1")),
              (json{{"id", "1"}, {"version", 3}, {"view", {{"on", false}, {"turns", 2}}}}));
    const auto events = body_of(at.get("/v1/lamps.lamp/1/events")).at("events");
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[1].at("payload"),
              (json{{"name", "Lux"}, {"since", "1970-01-01T00:00:00.000000Z"}}));
    EXPECT_EQ(body_of(at.post("/v1/lamps.lamp/1/turn", R"({"on":true})")).at("version"), 4);
    expect_problem(at.post("/v1/lamps.lamp/1/turn", R"({"on":true})", {{"idempotency-key", "n"}}),
                   409, "command_id_reused");
    std::promise<result<std::vector<recorded_event>>> read;
    EXPECT_TRUE(at.node().events(*at.node().find("lamps.lamp"), "1", {2}, 1,
                                 [&](auto got) { read.set_value(std::move(got)); }));
    EXPECT_EQ(all.decode(read.get_future().get()->at(0)).error().code, errc::retired);
  });
}

TEST_F(retired_test, events_that_nobody_retired_stop_the_start) {
  name_a_lamp();
  with_service([](service& at) {
    auto forgetful = describe<lamps::lamp>();
    forgetful.retired_events.clear();
    EXPECT_THROW(at.node().host(std::move(forgetful)), startup_error);
  });
}

}  // namespace
}  // namespace acta
