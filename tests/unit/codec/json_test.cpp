#include "runtime/codec/json.hpp"

#include <gtest/gtest.h>

#include "runtime/codec/limits.hpp"
#include "runtime/codec/text.hpp"
#include "tests/unit/codec/everything.hpp"

namespace acta {

using namespace internal;
namespace {

using nlohmann::json;
using testing::everything;
using testing::inner;

template <class T>
error problem(const std::string& text) {
  T value{};
  const auto read = from_json(json::parse(text), [&](visitor& v) { return visit(v, value); });
  return read.ok() ? error{errc::refused, "nothing is wrong"} : read.error();
}

TEST(json, writes_and_reads_random_values) {
  testing::generator random{42};
  for (int i = 0; i < 5'000; ++i) {
    auto value = random.make();
    if (!std::isfinite(value.real)) value.real = 1.25;
    // Years of four digits only: RFC 3339 has no others.
    value.when = timestamp{
        std::chrono::microseconds{value.when.time_since_epoch().count() % 60'000'000'000'000'000}};
    const auto written = to_json([&](visitor& v) { return visit(v, value); });
    ASSERT_TRUE(written.ok()) << written.error().detail;
    everything back;
    const auto read =
        from_json(json::parse(written->dump()), [&](visitor& v) { return visit(v, back); });
    ASSERT_TRUE(read.ok()) << read.error().field << " " << read.error().detail;
    ASSERT_EQ(*to_json([&](visitor& v) { return visit(v, back); }), *written);
  }
}

TEST(json, keeps_the_order_of_fields) {
  inner value{7, "x"};
  EXPECT_EQ(to_json([&](visitor& v) { return visit(v, value); })->dump(),
            R"({"number":7,"name":"x"})");
}

TEST(json, names_the_place_of_what_is_wrong) {
  EXPECT_EQ(problem<inner>(R"({"number": 1})").field, "name");
  EXPECT_EQ(problem<inner>(R"({"number": 1})").detail, "is missing");
  EXPECT_EQ(problem<inner>(R"({"number": 1, "name": "a", "nmae": 1})").field, "nmae");
  EXPECT_EQ(problem<inner>(R"({"number": 40000, "name": "a"})").detail, "is out of range");
  EXPECT_EQ(problem<inner>(R"({"number": 1.0, "name": "a"})").detail, "must be an integer");
  EXPECT_EQ(problem<inner>(R"([])").detail, "must be an object");
  EXPECT_EQ(problem<std::vector<inner>>(R"([{"number": 1, "name": "a"}, {"number": "1"}])").field,
            "[1].number");
  EXPECT_EQ((problem<std::map<std::string, inner>>(R"({"k": {"number": 1, "name": 2}})").field),
            "k.name");
}

TEST(json, reads_integers_exactly_and_refuses_what_does_not_fit) {
  std::int64_t value = 0;
  const auto into = [&](visitor& v) { return visit(v, value); };
  ASSERT_TRUE(from_json(json::parse("-9223372036854775808"), into));
  EXPECT_EQ(value, std::numeric_limits<std::int64_t>::min());
  ASSERT_TRUE(from_json(json::parse("9223372036854775807"), into));
  EXPECT_EQ(value, std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(from_json(json::parse("9223372036854775808"), into));
  EXPECT_FALSE(from_json(json::parse("1e3"), into));
  EXPECT_EQ(problem<std::uint8_t>("-1").detail, "is out of range");
}

TEST(json, reads_lists_of_optionals) {
  std::vector<std::optional<std::int32_t>> value;
  ASSERT_TRUE(
      from_json(json::parse("[1,null,null,4]"), [&](visitor& v) { return visit(v, value); }));
  EXPECT_EQ(value, (std::vector<std::optional<std::int32_t>>{1, {}, {}, 4}));
}

TEST(json, refuses_unknown_names_and_lists_the_known_ones) {
  EXPECT_EQ(problem<testing::colour>(R"("mauve")").detail, "must be one of red, green, blue");
}

/// What is shown of a value, and the paths to what JSON has no form for.
struct shown {
  nlohmann::ordered_json value;
  std::vector<std::string> unrepresentable;
};
template <class T>
shown show(T value) {
  shown made;
  auto written = to_json([&](visitor& v) { return visit(v, value); }, &made.unrepresentable);
  EXPECT_TRUE(written.ok());
  if (written) made.value = *std::move(written);
  return made;
}

struct odd {
  std::vector<double> numbers;
  std::map<std::string, std::optional<double>> rates;
  std::vector<inner> names;
  testing::colour shade = testing::colour::red;
};
template <class Inspector>
bool inspect(Inspector& f, odd& o) {
  return f.object(o).fields(f.field("numbers", o.numbers), f.field("rates", o.rates),
                            f.field("names", o.names), f.field("shade", o.shade));
}

TEST(json, shows_what_it_has_no_form_for_and_names_the_places) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto made = show(odd{{1.5, std::nan(""), infinity},
                             {{"a", -infinity}, {"b", {}}, {"c\xff", 2.0}},
                             {{1, "fine"}, {2, "\xc3("}},
                             static_cast<testing::colour>(7)});
  EXPECT_EQ(made.value.dump(),
            R"({"numbers":[1.5,"NaN","Infinity"],"rates":{"a":"-Infinity","b":null,"c�":2.0},)"
            R"("names":[{"number":1,"name":"fine"},{"number":2,"name":"�("}],"shade":7})");
  EXPECT_EQ(made.unrepresentable,
            (std::vector<std::string>{"numbers[1]", "numbers[2]", "rates.a", "rates.c\xef\xbf\xbd",
                                      "names[1].name", "shade"}));
}

TEST(json, keeps_keys_apart_that_only_differ_in_what_it_cannot_show) {
  const auto made = show(std::map<std::string, int>{{"\x80", 1}, {"\xef\xbf\xbd", 2}, {"\xff", 3}});
  EXPECT_EQ(made.value.size(), 3U);
  EXPECT_EQ(nlohmann::json::parse(made.value.dump()).size(), 3U);
  EXPECT_EQ(made.unrepresentable.size(), 3U);
}

TEST(json, does_not_read_back_what_it_has_no_form_for) {
  for (const auto* text : {R"("NaN")", R"("Infinity")", R"("-Infinity")"})
    EXPECT_EQ(problem<double>(text).detail, "must be a number");
  EXPECT_EQ(problem<timestamp>(R"("+010000-01-01T00:00:00.000000Z")").field, "");
  EXPECT_NE(problem<timestamp>(R"("+010000-01-01T00:00:00.000000Z")").detail, "nothing is wrong");
}

TEST(json, shows_every_value_that_cbor_takes) {
  testing::generator random{43};
  std::size_t odd_ones = 0;
  for (int i = 0; i < 5'000; ++i) {
    auto value = random.make();
    const bool finite = std::isfinite(value.real);
    const bool has_text = has_rfc3339(value.when);
    const auto made = show(value);
    std::vector<std::string> expected;
    if (!finite) expected.push_back("real");
    if (!has_text) expected.push_back("when");
    ASSERT_EQ(made.unrepresentable, expected);
    ASSERT_NO_THROW(json::parse(made.value.dump()));
    odd_ones += expected.size();
  }
  EXPECT_GT(odd_ones, 100U);
}

TEST(json, says_that_an_integer_beyond_every_width_is_out_of_range) {
  EXPECT_EQ(problem<std::int64_t>("99999999999999999999").detail, "is out of range");
  EXPECT_EQ(problem<std::uint64_t>("-99999999999999999999").detail, "is out of range");
  EXPECT_EQ(problem<std::uint64_t>("1.5").detail, "must be an integer");
}

TEST(json, says_that_a_number_beyond_every_type_is_out_of_range) {
  for (const auto& huge :
       {std::string{"1e400"}, "-" + std::string(500, '9'), "1" + std::string(400, '0') + ".5"}) {
    const auto alone = parse_json(huge);
    ASSERT_FALSE(alone.ok()) << huge;
    EXPECT_EQ(alone.error().detail, "is out of range");
    EXPECT_EQ(alone.error().field, "");
    EXPECT_EQ(parse_json(R"({"a":[0,{"b":)" + huge + "}]}").error().field, "a[1].b");
    EXPECT_EQ(parse_json("[1," + huge + "]").error().field, "[1]");
  }
}

struct tree {
  std::vector<tree> children;
};
template <class Inspector>
bool inspect(Inspector& f, tree& t) {
  return f.object(t).fields(f.field("c", t.children));
}

TEST(json, refuses_objects_that_are_nested_too_deeply) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"c":[)";
  for (int i = 0; i < 100'000; ++i) deep += "]}";
  EXPECT_EQ(problem<tree>(deep).detail, "is nested too deeply");
  EXPECT_EQ(problem<tree>(R"({"c":[{"c":[]},{"c":[]}]})").detail, "nothing is wrong");
}

TEST(json, shows_null_for_what_is_nested_too_deeply) {
  tree deep;
  for (int i = 0; i < 100; ++i) {
    tree outer;
    outer.children.push_back(std::move(deep));
    deep = std::move(outer);
  }
  const auto made = show(deep);
  ASSERT_EQ(made.unrepresentable.size(), 1U);
  const auto* at = &made.value;
  std::size_t objects = 0;
  for (; at->is_object(); ++objects) at = &at->at("c").at(0);
  EXPECT_EQ(objects, max_nesting);
  EXPECT_TRUE(at->is_null());
}

TEST(json, writes_large_maps_with_their_keys_in_order) {
  std::map<std::string, std::vector<std::int32_t>> value;
  for (std::int32_t i = 0; i < 50'000; ++i) value[std::to_string(i)] = {i};
  const auto written = to_json([&](visitor& v) { return visit(v, value); });
  ASSERT_EQ(written->size(), value.size());
  auto expected = value.begin();
  for (const auto& [key, list] : written->items()) {
    ASSERT_EQ(key, expected->first);
    ASSERT_EQ(list.front(), (expected++)->second.front());
  }
}

TEST(parse_json, reads_what_the_parser_of_the_library_reads) {
  testing::generator random{5};
  for (int i = 0; i < 1'000; ++i) {
    auto value = random.make();
    if (!std::isfinite(value.real)) value.real = 1.25;
    const auto written = to_json([&](visitor& v) { return visit(v, value); });
    if (!written.ok()) continue;
    const auto text = written->dump();
    ASSERT_EQ(*parse_json(text), json::parse(text));
  }
  for (const auto* text : {"null", "[]", "{}", "[[],{}]", " 1 ", "-0", "1e5", R"("\u00e4")",
                           R"({"":1})", "18446744073709551615", R"([1,{"a":[2,[3]],"b":{}},4])"})
    EXPECT_EQ(*parse_json(text), json::parse(text)) << text;
}

TEST(parse_json, says_where_text_stops_being_json) {
  for (const auto* text : {"", "{", "nul", "{\"a\" 1}", "[1,]", "{} x", "'a'", "\"\xff\"", "01"}) {
    const auto read = parse_json(text);
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_EQ(read.error().code, errc::malformed);
    EXPECT_EQ(read.error().detail.find("is not JSON: byte "), 0U) << read.error().detail;
  }
}

TEST(parse_json, does_not_take_a_nul_for_the_end) {
  for (const auto text : {std::string_view{"{}\0", 3}, std::string_view{"{}\0{}", 5},
                          std::string_view{"{\"a\":\"\0\"}", 9}})
    EXPECT_EQ(parse_json(text).error().code, errc::malformed);
}

TEST(parse_json, refuses_a_name_that_comes_twice_and_names_it) {
  EXPECT_EQ(parse_json(R"({"a":1,"b":2,"a":1})").error().field, "a");
  EXPECT_EQ(parse_json(R"({"a":1,"b":2,"a":1})").error().detail, "comes twice");
  EXPECT_EQ(parse_json(R"({"a":[0,{"b":{"c":1,"\u0063":2}}]})").error().field, "a[1].b.c");
  EXPECT_EQ(parse_json(R"({"a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]})").ok(), true);
}

TEST(parse_json, refuses_what_is_nested_too_deeply_without_reading_on) {
  const auto nested = [](std::size_t depth, const char* open) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    return text;
  };
  EXPECT_TRUE(parse_json(nested(256, "[") + nested(256, "]")).ok());
  EXPECT_EQ(parse_json(nested(257, "[") + nested(257, "]")).error().detail, nested_too_deeply);
  EXPECT_EQ(parse_json(nested(1'000'000, "[")).error().detail, nested_too_deeply);
  EXPECT_EQ(parse_json(nested(1'000'000, R"({"a":)")).error().detail, nested_too_deeply);
}

template <class T>
json_shape shape_of_type() {
  T value{};
  return shape_of([&](visitor& v) { return visit(v, value); });
}

struct parts {
  std::int32_t number = 0;
  bool flag = false;
  double real = 0;
  std::string name;
  std::vector<inner> list;
  std::map<std::string, inner> map;
  std::optional<inner> maybe;
  inner direct;
};
template <class Inspector>
bool inspect(Inspector& f, parts& p) {
  return f.object(p).fields(f.field("number", p.number), f.field("flag", p.flag),
                            f.field("real", p.real), f.field("name", p.name),
                            f.field("list", p.list), f.field("map", p.map),
                            f.field("maybe", p.maybe), f.field("direct", p.direct));
}

TEST(json_shape, takes_whatever_fits_its_type) {
  testing::generator random{7};
  const auto shape = shape_of_type<everything>();
  for (int i = 0; i < 1'000; ++i) {
    auto value = random.make();
    if (!std::isfinite(value.real)) value.real = 1.25;
    const auto written = to_json([&](visitor& v) { return visit(v, value); });
    if (!written.ok()) continue;
    const auto read = parse_json(written->dump(), &shape);
    ASSERT_TRUE(read.ok()) << read.error().field << " " << read.error().detail;
    ASSERT_EQ(*read, json::parse(written->dump()));
  }
}

TEST(json_shape, the_first_unknown_member_ends_the_reading) {
  const auto shape = shape_of_type<parts>();
  const std::pair<const char*, const char*> texts[]{
      {R"({"x":1,)", "x"},
      {R"({"number":1,"numbers":[)", "numbers"},
      {R"({"list":[{"number":1,"name":"a"},{"x":)", "list[1].x"},
      {R"({"map":{"k":{"x":)", "map.k.x"},
      {R"({"maybe":null,"direct":{"x":)", "direct.x"},
      {R"({"maybe":{"x":)", "maybe.x"}};
  for (const auto& [text, place] : texts) {
    const auto read = parse_json(text, &shape);
    EXPECT_EQ(read.error().detail, "is not a known field") << text << " goes on with no JSON";
    EXPECT_EQ(read.error().field, place);
  }
}

TEST(json_shape, the_first_repeated_member_ends_the_reading) {
  const auto shape = shape_of_type<parts>();
  const auto once = parse_json(R"({"number":1,"number":)", &shape);
  EXPECT_EQ(once.error().detail, "comes twice");
  const auto key = parse_json(R"({"map":{"k":null,"l":null,"k":)", &shape);
  EXPECT_EQ(key.error().detail, "comes twice");
  EXPECT_EQ(key.error().field, "map.k");
}

TEST(json_shape, does_not_keep_what_stands_in_the_place_of_something_else) {
  const auto shape = shape_of_type<parts>();
  const std::pair<const char*, const char*> texts[]{
      {R"({"number":[{"x":1,"x":2}],)", "must be an integer"},
      {R"({"flag":{},)", "must be true or false"},
      {R"({"real":[],)", "must be a number"},
      {R"({"name":{},)", "must be a string"},
      {R"({"list":{},)", "must be a list"},
      {R"({"list":[0,[1]],)", "must be an object"},
      {R"({"map":[],)", "must be an object"},
      {R"({"direct":[],)", "must be an object"}};
  for (const auto& [text, why] : texts)
    EXPECT_EQ(parse_json(text, &shape).error().detail, why) << text << " goes on with no JSON";
  EXPECT_EQ(parse_json(R"({"list":[{},[1]],)", &shape).error().field, "list[1]");
  EXPECT_EQ(parse_json(R"({"real":1e400})", &shape).error().detail, "is out of range");
  EXPECT_EQ(parse_json(R"({"name":1e400})", &shape).error().detail, "must be a string");
  EXPECT_EQ(parse_json(R"({"name":1e400})", &shape).error().field, "name");
  EXPECT_EQ(parse_json(R"({"number":[1e400])", &shape).error().detail, "must be an integer");
  EXPECT_EQ(parse_json("1e400", &shape).error().detail, "must be an object");
  EXPECT_EQ(parse_json("[] x", &shape).error().field, "");
  EXPECT_EQ(parse_json(R"({"number":[x)", &shape).error().detail,
            "is not JSON: byte 12 does not fit");
}

struct thicket {
  std::vector<thicket> left, right;
  std::map<std::string, thicket> named;
};
template <class Inspector>
bool inspect(Inspector& f, thicket& t) {
  return f.object(t).fields(f.field("left", t.left), f.field("right", t.right),
                            f.field("named", t.named));
}

struct picky {
  std::int32_t number = 0;
  bool throws = false;
};
template <class Inspector>
bool inspect(Inspector& f, picky& p) {
  const bool done = f.object(p).fields(f.field("number", p.number));
  if (f.loading() && p.number == 0 && p.throws) throw 42;
  return done && (p.number != 0 || !f.loading());
}

TEST(json_shape, is_whatever_it_may_be_for_a_type_that_takes_no_empty_value) {
  for (const bool throws : {false, true}) {
    picky value{0, throws};
    const auto shape = shape_of([&](visitor& v) { return visit(v, value); });
    EXPECT_EQ(shape.is, json_shape::kind::anything);
    const auto parsed = parse_json(R"({"number":7})", &shape);
    ASSERT_TRUE(parsed.ok());
    ASSERT_TRUE(from_json(*parsed, [&](visitor& v) { return visit(v, value); }).ok());
    EXPECT_EQ(value.number, 7);
  }
}

TEST(json_shape, ends_for_a_type_that_contains_itself) {
  const auto shape = shape_of_type<thicket>();
  EXPECT_EQ(parse_json(R"({"left":[{"named":{"k":{"x":)", &shape).error().detail,
            "is not a known field");
  std::string deep = "{}";
  for (int i = 0; i < 50; ++i) deep = R"({"right":[)" + deep + "]}";
  EXPECT_TRUE(parse_json(deep, &shape).ok());
}

TEST(json, damaged_anywhere_is_refused_or_read_as_something_that_can_be_written) {
  testing::generator random{11};
  std::size_t parsed = 0, refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    auto value = random.make_inner();
    auto text = to_json([&](visitor& v) { return visit(v, value); })->dump();
    for (auto n = 1 + random.below(2); n > 0; --n)
      text[random.below(text.size())] = R"({}[]",:0123456789.-eatnul)"[random.below(25)];
    const auto dom = json::parse(text, nullptr, false);
    if (dom.is_discarded()) continue;
    ++parsed;
    inner back;
    const auto read = from_json(dom, [&](visitor& v) { return visit(v, back); });
    refused += read.ok() ? 0U : 1U;
    if (read.ok()) {
      ASSERT_EQ(json::parse(to_json([&](visitor& v) { return visit(v, back); })->dump()), dom);
    } else {
      ASSERT_FALSE(read.error().detail.empty());
    }
  }
  EXPECT_GT(parsed, refused);
  EXPECT_GT(refused, 1'000U);
}

}  // namespace
}  // namespace acta
