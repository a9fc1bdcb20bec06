// A value that is copied by its schema is the value, whatever it is.
#include "runtime/codec/schema_copy.hpp"

#include <gtest/gtest.h>

#include "runtime/codec/cbor.hpp"
#include "runtime/codec/json.hpp"
#include "runtime/codec/schema.hpp"
#include "tests/unit/codec/everything.hpp"

namespace acta {

using namespace internal;
namespace {

using nlohmann::ordered_json;
using testing::everything;

struct loose {
  std::int64_t number = 0;
  std::optional<std::string> note;
  std::int64_t limit = 0;
};
template <class Inspector>
bool inspect(Inspector& f, loose& l) {
  return f.object(l).fields(f.field("number", l.number), f.field("note", l.note),
                            f.field("limit", l.limit).fallback(7));
}

template <class T>
bytes encoded(T value) {
  bytes out;
  EXPECT_TRUE(cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, out));
  return out;
}

/// The JSON of CBOR, by a schema alone; or why there is none.
std::string copied(const ordered_json& schema, const bytes& input) {
  ordered_json shown;
  const auto read = cbor_codec{}.decode(input, [&](visitor& from) {
    auto written = to_json([&](visitor& to) { return copy_by_schema(schema, from, to); });
    if (written) shown = *written;
    return written.ok();
  });
  return read ? shown.dump() : read.error().detail;
}

TEST(schema_copy, shows_what_the_type_itself_shows) {
  const auto schema = *schema_of(value_type::of<everything>());
  testing::generator random{7};
  for (int i = 0; i < 2'000; ++i) {
    auto value = random.make();
    const auto by_type = to_json([&](visitor& v) { return visit(v, value); })->dump();
    ASSERT_EQ(copied(schema, encoded(value)), by_type);
  }
}

TEST(schema_copy, leaves_out_what_may_be_missing_and_is) {
  const auto schema = *schema_of(value_type::of<loose>());
  EXPECT_EQ(copied(schema, encoded(loose{1, "x", 2})), R"({"number":1,"note":"x","limit":2})");
  EXPECT_EQ(copied(schema, encoded(loose{1, {}, 2})), R"({"number":1,"note":null,"limit":2})");
  bytes only_number;
  for (const auto byte : ordered_json::to_cbor({{"number", 1}}))
    only_number.push_back(static_cast<std::byte>(byte));
  EXPECT_EQ(copied(schema, only_number), R"({"number":1})");
}

TEST(schema_copy, says_where_a_value_does_not_fit_its_schema) {
  const ordered_json schema{{"object", {{"list", {{"list", "text"}}}}}};
  EXPECT_EQ(copied(schema, encoded(loose{})), "list is missing");
  EXPECT_EQ(copied({{"list", "text"}}, encoded(std::vector<std::int64_t>{1})), "[0] must be text");
  EXPECT_EQ(copied({{"map", "int8"}}, encoded(std::map<std::string, std::string>{{"k", "v"}})),
            "k must be an integer");
  EXPECT_EQ(copied("text", encoded(std::string{"x"})), "\"x\"");
  for (const ordered_json& none :
       {ordered_json(nullptr), ordered_json("words"), ordered_json({{"enum", {1}}}),
        ordered_json({{"box", "text"}}), ordered_json::array()})
    EXPECT_EQ(copied(none, encoded(std::string{"x"})), "it has a schema that is none");
}

}  // namespace
}  // namespace acta
