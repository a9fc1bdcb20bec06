// What CBOR takes and JSON has no form for: no event of today has it, and wherever it is all the
// same, it is shown, and costs nobody a page.
#include <limits>

#include "runtime/codec/cbor.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "tests/support/journal_calls.hpp"
#include "tests/support/service.hpp"
#include "tests/support/temporary_directory.hpp"

namespace gauges {

struct measured {
  double value = 0;
  acta::timestamp at{};
};
template <class Inspector>
bool inspect(Inspector& f, measured& e) {
  return f.object(e).fields(f.field("value", e.value), f.field("at", e.at));
}
struct divide {
  double value = 0;
  double by = 1;
  std::int64_t days = 0;
};
template <class Inspector>
bool inspect(Inspector& f, divide& c) {
  return f.object(c).fields(f.field("value", c.value), f.field("by", c.by),
                            f.field("days", c.days).fallback(0));
}
enum class mood { fine };
template <class Inspector>
bool inspect(Inspector& f, mood& m) {
  return f.enumeration(m, {{mood::fine, "fine"}});
}
struct seen {
  measured last;
  double mean = 0;
  mood of = mood::fine;
  std::string name;
};
template <class Inspector>
bool inspect(Inspector& f, seen& v) {
  if (v.name == "refuses") return false;
  return f.object(v).fields(f.field("last", v.last), f.field("mean", v.mean), f.field("of", v.of),
                            f.field("name", v.name));
}
struct gauge {
  static constexpr std::string_view type = "gauges.gauge";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<measured, "gauges.gauge.measured", 1>>;
  using commands = acta::commands<divide>;
  acta::decision<gauge> decide(const divide& c, const acta::context&) const {
    return measured{c.value / c.by, acta::timestamp{std::chrono::days{c.days}}};
  }
  void apply(const measured& event) {
    last = event;
    sum += event.value;
    ++count;
  }
  [[nodiscard]] gauges::seen view() const {
    // Two finite numbers may have an infinite sum.
    if (last.value == 7) return {last, sum, static_cast<mood>(3), "\xff"};
    return {last, sum / count, mood::fine, last.value == 8 ? "refuses" : "gauge"};
  }
  measured last;
  double sum = 0;
  double count = 0;
};
template <class Inspector>
bool inspect(Inspector& f, gauge& g) {
  return f.object(g).fields(f.field("last", g.last), f.field("sum", g.sum),
                            f.field("count", g.count));
}

}  // namespace gauges

namespace acta {

using namespace internal;
namespace {

using nlohmann::json;
using testing::body_of;
using testing::service;

constexpr double infinity = std::numeric_limits<double>::infinity();

TEST(unrepresentable, values_fail_the_command_whose_event_would_have_them) {
  service at;
  at.node().host<gauges::gauge>();
  int id = 0;
  for (const auto* odd :
       {R"({"value":0,"by":0})", R"({"value":1,"by":0})", R"({"value":-1,"by":0})",
        R"({"value":1,"by":1,"days":2932897})", R"({"value":1,"by":1,"days":-719529})"}) {
    const auto gauge = "/v1/gauges.gauge/" + std::to_string(++id);
    const auto failed = at.post(gauge + "/divide", odd);
    testing::expect_problem(failed, 500, "domain_failed");
    EXPECT_EQ(body_of(failed).at("retry"), false);
    testing::expect_problem(at.get(gauge + "/events"), 404, "not_found");
  }
  EXPECT_EQ(at.post("/v1/gauges.gauge/1/divide", R"({"value":1,"by":2})").status, 200);
}

TEST(unrepresentable, values_are_no_input) {
  service at;
  at.node().host<gauges::gauge>();
  for (const auto* odd : {R"("NaN")", R"("Infinity")", "NaN", "Infinity", "1e999", "null"})
    EXPECT_EQ(
        at.post("/v1/gauges.gauge/1/divide", R"({"by":1,"value":)" + std::string{odd} + "}").status,
        400)
        << odd;
}

TEST(unrepresentable, values_of_a_view_are_shown_and_named) {
  service at;
  at.node().host<gauges::gauge>();
  const auto send = [&](const char* body) {
    ASSERT_EQ(at.post("/v1/gauges.gauge/1/divide", body).status, 200);
  };
  send(R"({"value":1e308,"by":1})");
  EXPECT_FALSE(body_of(at.get("/v1/gauges.gauge/1")).contains("unrepresentable"));
  send(R"({"value":1e308,"by":1})");
  for (const auto* how : {"", "?from=aggregate"}) {
    const auto answer = at.get("/v1/gauges.gauge/1" + std::string{how});
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(body_of(answer).at("view").at("mean"), "Infinity");
    EXPECT_EQ(body_of(answer).at("unrepresentable"), json::array({"mean"}));
  }
  send(R"({"value":7,"by":1})");
  const auto answer = at.get("/v1/gauges.gauge/1");
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(body_of(answer).at("view").at("of"), 3);
  EXPECT_EQ(body_of(answer).at("view").at("name"), "\xef\xbf\xbd");
  EXPECT_EQ(body_of(answer).at("unrepresentable"), json::array({"mean", "of", "name"}));
  send(R"({"value":8,"by":1})");
  testing::expect_problem(at.get("/v1/gauges.gauge/1"), 500, "domain_failed");
}

/// Stores events that an earlier version took.
void store_as_before(const std::filesystem::path& data, std::vector<gauges::measured> all,
                     const std::string& command_id = "before") {
  rocksdb_options how;
  how.directory = data;
  const auto journal = open_rocksdb_journal(how);
  ASSERT_TRUE(journal.ok()) << journal.error().detail;
  const event_contract of{"gauges.gauge/gauges.gauge.measured/1",
                          R"({"object":{"value":"double","at":"timestamp"}})", false};
  auto request = testing::make_append("1", 0);
  request.stream = stream_id{"gauges.gauge", "1"};
  request.metadata.command_id = command_id;
  request.events.clear();
  for (auto& one : all) {
    new_event made{"gauges.gauge.measured", 1, {}, &of};
    ASSERT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, one); }, made.payload));
    request.events.push_back(std::move(made));
  }
  ASSERT_EQ(testing::append_one(**journal, std::move(request)), append_status::stored);
}

TEST(unrepresentable, values_in_events_of_earlier_versions_are_shown_and_work_goes_on) {
  const testing::temporary_directory directory;
  store_as_before(directory.path(), {{1, {}},
                                     {std::nan(""), timestamp{std::chrono::days{2'932'897}}},
                                     {-infinity, {}},
                                     {2, timestamp::max()}});
  const auto expect_shown = [](service& at) {
    const auto events = body_of(at.get("/v1/gauges.gauge/1/events?limit=4")).at("events");
    ASSERT_EQ(events.size(), 4U);
    EXPECT_FALSE(events[0].contains("unrepresentable"));
    EXPECT_EQ(events[1].at("payload"),
              (json{{"value", "NaN"}, {"at", "+010000-01-01T00:00:00.000000Z"}}));
    EXPECT_EQ(events[1].at("unrepresentable"), json::array({"value", "at"}));
    EXPECT_EQ(events[2].at("payload").at("value"), "-Infinity");
    EXPECT_EQ(events[3].at("payload").at("at"), "+294247-01-10T04:00:54.775807Z");
    EXPECT_EQ(events[3].at("unrepresentable"), json::array({"at"}));
  };
  {
    service at{embedded(directory.path())};
    at.node().host<gauges::gauge>();
    expect_shown(at);
    const auto seen = at.get("/v1/gauges.gauge/1");
    EXPECT_EQ(seen.status, 200) << seen.body;
    EXPECT_EQ(body_of(seen).at("unrepresentable"), json::array({"last.at", "mean"}));
    EXPECT_EQ(at.post("/v1/gauges.gauge/1/divide", R"({"value":1,"by":1})").status, 200);
  }
  service at{embedded(directory.path())};
  at.node().retire("gauges.gauge");
  expect_shown(at);
}

TEST(unrepresentable, command_ids_of_earlier_versions_are_shown_as_far_as_they_can_be) {
  const testing::temporary_directory directory;
  store_as_before(directory.path(), {{1, {}}}, "\xff");
  service at{embedded(directory.path())};
  at.node().host<gauges::gauge>();
  const auto seen = at.get("/v1/gauges.gauge/1/events");
  EXPECT_EQ(body_of(seen).at("events").at(0).at("command_id"), "\xef\xbf\xbd");
  EXPECT_EQ(at.post("/v1/gauges.gauge/1/divide", R"({"value":1,"by":1})").status, 200);
}

}  // namespace
}  // namespace acta
