// Reading the bank's file, and saying what is wrong with it.
#include "apps/bank/pkdd99.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace bank::pkdd99 {
namespace {

constexpr std::string_view header =
    "\"trans_id\";\"account_id\";\"date\";\"type\";\"operation\";\"amount\";\"balance\";"
    "\"k_symbol\";\"bank\";\"account\"\r";
constexpr std::string_view good =
    "695247;2378;930101;\"PRIJEM\";\"VKLAD\";700.00;700.00;;\"AB\";\"41403269\"\r";

reader with_header() { return std::get<reader>(reader::from_header(header)); }

std::string reason(const std::string& line) {
  const auto read = with_header().read(line);
  const auto* bad = std::get_if<malformed>(&read);
  return bad ? bad->reason : "";
}

/// The good line with one part of it replaced.
std::string with(std::string_view part, std::string_view other) {
  std::string line{good};
  return line.replace(line.find(part), part.size(), other);
}

TEST(pkdd99, reads_a_line) {
  const auto read = std::get<transaction>(with_header().read(good));
  EXPECT_EQ(read.trans_id, "695247");
  EXPECT_EQ(read.account_id, "2378");
  EXPECT_TRUE(read.credit);
  EXPECT_EQ(read.minor_units, 70000);
  EXPECT_EQ(read.reference, "1993-01-01 VKLAD AB 41403269");
}

TEST(pkdd99, knows_both_kinds_of_debit) {
  EXPECT_FALSE(std::get<transaction>(with_header().read(with("PRIJEM", "VYDAJ"))).credit);
  EXPECT_FALSE(std::get<transaction>(with_header().read(with("PRIJEM", "VYBER"))).credit);
}

TEST(pkdd99, reads_lines_with_and_without_carriage_return) {
  EXPECT_EQ(reason(std::string{good.substr(0, good.size() - 1)}), "");
}

TEST(pkdd99, finds_columns_by_name) {
  const auto read = reader::from_header(
      "amount;account;bank;k_symbol;operation;type;date;account_id;trans_id;unknown");
  ASSERT_TRUE(std::holds_alternative<reader>(read));
  const auto line =
      std::get<transaction>(std::get<reader>(read).read("7.05;;;;;VYDAJ;931231;12;34;whatever"));
  EXPECT_EQ(line.minor_units, 705);
  EXPECT_EQ(line.trans_id, "34");
}

TEST(pkdd99, names_the_column_that_the_first_line_lacks) {
  const auto read = reader::from_header("trans_id;account_id;date;type");
  ASSERT_TRUE(std::holds_alternative<malformed>(read));
  EXPECT_NE(std::get<malformed>(read).reason.find("operation"), std::string::npos);
  EXPECT_TRUE(std::holds_alternative<malformed>(reader::from_header("")));
}

TEST(pkdd99, never_reads_an_amount_through_floating_point) {
  const auto amount = [](std::string_view text) {
    const auto read = with_header().read(with("700.00", text));
    const auto* found = std::get_if<transaction>(&read);
    return found ? found->minor_units : -1;
  };
  EXPECT_EQ(amount("0.29"), 29);
  EXPECT_EQ(amount("92233720368547758.07"), 9223372036854775807);
  EXPECT_EQ(amount("92233720368547758.08"), -1);
  for (const auto* bad : {"700", "700.0", "700.000", ".70", "-7.00", "+7.00", "7,00", "7.0e",
                          "1e3.00", "", " 7.00", "7.00 ", "NaN"})
    EXPECT_EQ(amount(bad), -1) << bad;
}

TEST(pkdd99, says_of_which_field_what_was_expected_and_what_is_there) {
  EXPECT_EQ(reason(std::string{good.substr(0, 26)}),
            "type must be closed by a quote at its end, not '\"PRIJEM'");
  EXPECT_EQ(reason("1;2;930101"), "the line must have 10 columns, and has 3: '1;2;930101'");
  EXPECT_EQ(reason(""), "the line must have 10 columns, and has 1: ''");
  EXPECT_EQ(reason(with("695247", "69x247")), "trans_id must be 1 to 100 digits, not '69x247'");
  EXPECT_EQ(reason(with("2378", "")), "account_id must be 1 to 100 digits, not ''");
  EXPECT_EQ(reason(with("930101", "931301")), "date must be a day as YYMMDD, not '931301'");
  EXPECT_EQ(reason(with("PRIJEM", "prijem")), "type must be PRIJEM, VYDAJ or VYBER, not 'prijem'");
  EXPECT_EQ(reason(with("700.00", "7.0")),
            "amount must be a number with two decimals, up to 92233720368547758.07, not '7.0'");
  EXPECT_EQ(reason(with("VKLAD", "V\xff")), "operation must be UTF-8, not 'V\xff'");
}

TEST(pkdd99, cuts_what_it_shows_and_leaves_it_as_it_is_for_whoever_prints_it) {
  EXPECT_EQ(reason(with("PRIJEM", std::string(41, 'x'))),
            "type must be PRIJEM, VYDAJ or VYBER, not '" + std::string(40, 'x') + "...'");
  EXPECT_EQ(reason(with("PRIJEM", "\x1b[2J\x7f")),
            "type must be PRIJEM, VYDAJ or VYBER, not '\x1b[2J\x7f'");
  EXPECT_EQ(reason(with("2378", std::string(101, '1'))),
            "account_id must be 1 to 100 digits, not '" + std::string(40, '1') + "...'");
  EXPECT_EQ(reason(std::string(5000, 'x')),
            "the line must be at most 4,096 bytes long, not '" + std::string(40, 'x') + "...'");
}

TEST(pkdd99, knows_the_days_of_the_months) {
  for (const auto* day : {"930101", "960229", "991231", "000228"})
    EXPECT_EQ(reason(with("930101", day)), "") << day;
  for (const auto* none : {"990231", "930229", "000229", "930431", "930100", "930001"})
    EXPECT_NE(reason(with("930101", none)), "") << none;
}

TEST(pkdd99, takes_two_quotes_within_quotes_for_one_and_a_semicolon_for_text) {
  const auto reference = [](std::string_view operation) {
    const auto read = with_header().read(with("\"VKLAD\"", operation));
    const auto* found = std::get_if<transaction>(&read);
    return found ? found->reference : "malformed";
  };
  EXPECT_EQ(reference(R"("say ""so""")"), R"(1993-01-01 say "so" AB 41403269)");
  EXPECT_EQ(reference(R"("a;b")"), "1993-01-01 a;b AB 41403269");
  EXPECT_EQ(reference(R"("""")"), R"(1993-01-01 " AB 41403269)");
  EXPECT_EQ(reference(R"("")"), "1993-01-01 AB 41403269");
  for (const auto* open : {R"(")", R"(""")", R"("a"b)", R"("a)", R"("a" )"})
    EXPECT_EQ(reference(open), "malformed") << open;
}

TEST(pkdd99, takes_one_line_after_another) {
  std::istringstream input{"one\r\n\ntwo\nlast"};
  std::string line;
  for (const auto* expected : {"one\r", "", "two", "last"}) {
    ASSERT_TRUE(next_line(input, line));
    EXPECT_EQ(line, expected);
  }
  EXPECT_FALSE(next_line(input, line));
  EXPECT_FALSE(input.bad());
}

TEST(pkdd99, passes_over_the_rest_of_a_line_that_is_too_long) {
  for (const std::size_t more : {0U, 1U, 2U, 1'000'000U}) {
    std::istringstream input{std::string(max_line_bytes + more, 'y') + "\nnext\n" +
                             std::string(max_line_bytes + more, 'y')};
    std::string line;
    for (const bool longest : {true, false, true}) {
      ASSERT_TRUE(next_line(input, line));
      if (longest)
        EXPECT_EQ(line.size(), max_line_bytes + std::min<std::size_t>(more, 1));
      else
        EXPECT_EQ(line, "next");
    }
    EXPECT_FALSE(next_line(input, line));
  }
}

TEST(pkdd99, no_byte_of_a_line_can_do_harm) {
  for (std::size_t i = 0; i < good.size(); ++i)
    for (int byte = 0; byte < 256; ++byte) {
      std::string line{good};
      line[i] = static_cast<char>(byte);
      (void)with_header().read(line);
    }
}

}  // namespace
}  // namespace bank::pkdd99
