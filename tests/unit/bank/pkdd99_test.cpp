// Reading the bank's file, and saying what is wrong with it.
#include "apps/bank/pkdd99.hpp"

#include <gtest/gtest.h>

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

TEST(pkdd99, says_what_is_wrong) {
  EXPECT_EQ(reason(std::string{good.substr(0, 20)}), "ends within a quoted field");
  EXPECT_EQ(reason("1;2;930101"), "has 3 of 10 columns");
  EXPECT_EQ(reason(""), "has 1 of 10 columns");
  EXPECT_EQ(reason(with("695247", "69x247")), "trans_id is '69x247'");
  EXPECT_EQ(reason(with("2378", "")), "account_id is ''");
  EXPECT_EQ(reason(with("930101", "931301")), "date is '931301'");
  EXPECT_EQ(reason(with("930101", "930100")), "date is '930100'");
  EXPECT_EQ(reason(with("PRIJEM", "prijem")), "type is 'prijem'");
  EXPECT_EQ(reason(with("VKLAD", std::string(5000, 'x'))), "is longer than 4,096 bytes");
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
