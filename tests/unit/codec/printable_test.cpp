#include "runtime/codec/printable.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace acta {

namespace {

TEST(printable, leaves_text_as_it_is) {
  for (const char* plain :
       {"", "abc", "caf\xc3\xa9", "\xe2\x82\xac 5", "\xf0\x9f\x90\x84", "a\\u"}) {
    EXPECT_EQ(printable(plain), plain);
    EXPECT_EQ(as_utf8(plain), plain);
  }
}

TEST(printable, shows_what_a_terminal_would_obey) {
  for (const auto& [hidden, shown] : {std::pair{"\x1b[2J", "\\u001b[2J"},
                                      {"a\nb\tc", "a\\u000ab\\u0009c"},
                                      {"\x7f", "\\u007f"},
                                      {"\xc2\x80\xc2\x85\xc2\x9f", "\\u0080\\u0085\\u009f"},
                                      {"\xc2\xa0", "\xc2\xa0"},
                                      {"\xc2\xad", "\\u00ad"},
                                      {"user\xe2\x80\xae", "user\\u202e"},
                                      {"\xe2\x80\xa8", "\\u2028"},
                                      {"\xe2\x81\xa9", "\\u2069"},
                                      {"\xef\xbb\xbf", "\\ufeff"},
                                      {"\xf0\x91\x82\xbd", "\\ud804\\udcbd"},
                                      {"\xf3\xa0\x80\x81", "\\udb40\\udc01"},
                                      {"\xf3\xa0\x81\xbf", "\\udb40\\udc7f"}})
    EXPECT_EQ(printable(hidden), shown);
  EXPECT_EQ(printable({"\0", 1}), "\\u0000");
  EXPECT_EQ(printable_lines("a\n\x1b"), "a\n\\u001b");
}

TEST(printable, shows_no_two_values_alike) {
  EXPECT_EQ(printable_value(""), "");
  EXPECT_EQ(printable_value("caf\xc3\xa9"), "caf\xc3\xa9");
  EXPECT_EQ(printable_value("\xe2\x80\x8c"), "\\u200c");
  EXPECT_EQ(printable_value("\\u200c"), "\\\\u200c");
  EXPECT_EQ(printable_value("\xe9"), "\\xe9");
  EXPECT_EQ(printable_value("\\xe9"), "\\\\xe9");
  EXPECT_EQ(printable_value("\\\\\x1b\\"), "\\\\\\\\\\u001b\\\\");
}

TEST(printable, shows_bytes_that_are_no_text) {
  EXPECT_EQ(as_utf8("caf\xe9"), "caf\\xe9");
  EXPECT_EQ(as_utf8("\x9b\x1b"), "\\x9b\x1b") << "JSON escapes the other by itself";
  EXPECT_EQ(printable("\x9b\x1b"), "\\x9b\\u001b");
  EXPECT_EQ(printable("\xe2\x80"), "\\xe2\\x80");
}

TEST(printable, json_is_the_same_json) {
  for (const char* any : {"\x1b\x7f\"\\", "\xc2\x85", "\xe2\x80\xae", "\xf3\xa0\x80\x81"}) {
    const auto shown = printable(nlohmann::json(any).dump());
    EXPECT_EQ(nlohmann::json::parse(shown), any);
    EXPECT_EQ(printable(shown), shown);
  }
}

}  // namespace
}  // namespace acta
