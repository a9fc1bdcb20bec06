#include "tests/support/pkdd99_file.hpp"

#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <stdexcept>

namespace acta::testing {

namespace {

constexpr std::string_view header =
    R"("trans_id";"account_id";"date";"type";"operation";"amount";"balance";"k_symbol";"bank";)"
    "\"account\"\r\n";

/// Chance that is the same on every machine: the standard's distributions are not.
class dice {
public:
  explicit dice(std::uint32_t seed) : generator_{seed} {}
  std::uint64_t below(std::uint64_t bound) { return generator_() % bound; }
  template <std::size_t N>
  const char* one_of(const char* const (&all)[N]) {
    return all[below(N)];
  }

private:
  std::mt19937 generator_;
};

/// A line's fields as they are written; a malformed line has one of them wrong.
struct fields {
  std::string trans_id, account_id, date, type, operation, amount, k_symbol, bank, account;
  [[nodiscard]] std::string text() const {
    return trans_id + ";" + account_id + ";" + date + ";\"" + type + "\";\"" + operation + "\";" +
           amount + ";0.00;\"" + k_symbol + "\";" + bank + ";" + account;
  }
};

std::string two_digits(std::uint64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string amount_of(std::uint64_t minor_units) {
  return std::to_string(minor_units / 100) + "." + two_digits(minor_units % 100);
}

fields random_fields(dice& chance, const booking& what) {
  fields made;
  made.trans_id = what.trans_id;
  made.account_id = what.account_id;
  made.date = two_digits(93 + chance.below(6)) + two_digits(1 + chance.below(12)) +
              two_digits(1 + chance.below(28));
  made.type = what.credit ? "PRIJEM" : chance.one_of({"VYDAJ", "VYBER"});
  made.operation = chance.one_of({"VKLAD", "PREVOD NA UCET", ""});
  made.amount = amount_of(static_cast<std::uint64_t>(what.minor_units));
  made.k_symbol = chance.one_of({"SIPO", "UROK", " ", ""});
  if (made.operation == "PREVOD NA UCET") {
    made.bank = "\"AB\"";
    made.account = "\"" + std::to_string(chance.below(100'000'000)) + "\"";
  }
  return made;
}

/// One line for each way to be malformed.
std::vector<std::string> malformed_lines(const fields& good) {
  const auto with = [&](std::string fields::*which, std::string value) {
    auto changed = good;
    changed.*which = std::move(value);
    return changed.text();
  };
  const auto text = good.text();
  return {text.substr(0, text.find("\";") - 2),  // cut within the quotes of the type
          good.trans_id + ";" + good.account_id,
          text + ";1",
          "",
          with(&fields::date, "931301"),
          with(&fields::date, "9301"),
          with(&fields::date, "990231"),
          with(&fields::amount, "12.5"),
          with(&fields::amount, "-12.50"),
          with(&fields::amount, "99999999999999999999.00"),
          with(&fields::amount, "nan"),
          with(&fields::type, "PRIJE"),
          with(&fields::trans_id, "12a"),
          with(&fields::trans_id, ""),
          with(&fields::account_id, "-7"),
          with(&fields::operation, std::string(5000, 'X'))};
}

std::vector<std::string_view> columns_of(std::string_view line) {
  std::vector<std::string_view> all(1);
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= line.size(); ++i) {
    if (i < line.size() && line[i] != ';') continue;
    all.back() = line.substr(begin, i - begin);
    if (i < line.size()) all.emplace_back();
    begin = i + 1;
  }
  return all;
}

}  // namespace

pkdd99_file generate(const file_shape& like) {
  dice chance{like.seed};
  pkdd99_file made;
  made.text = header;
  const auto example = random_fields(chance, {"9", "1", true, 100});
  std::multimap<std::uint64_t, std::string> strewn;  // after which good line which malformed one
  for (std::size_t i = 0; i < like.of_each_kind_malformed; ++i)
    for (auto& bad : malformed_lines(example))
      strewn.emplace(chance.below(like.transactions), std::move(bad));
  std::uint64_t line = 1;
  for (std::size_t i = 0; i < like.transactions; ++i) {
    // Ids neither rise nor come in the order of the file, as in the real one.
    const auto trans_id = 1'000'000 + (i * 7919) % 1'000'003;
    made.good.push_back({std::to_string(trans_id), std::to_string(1 + chance.below(like.accounts)),
                         chance.below(3) != 0,
                         static_cast<std::int64_t>(1 + chance.below(5'000'000))});
    made.text += random_fields(chance, made.good.back()).text() + "\r\n";
    ++line;
    for (auto [bad, end] = strewn.equal_range(i); bad != end; ++bad) {
      made.text += bad->second + "\r\n";
      made.bad.push_back(++line);
    }
  }
  return made;
}

std::vector<booking> read_bookings(std::string_view text) {
  std::vector<booking> all;
  text.remove_prefix(text.find("\r\n") + 2);
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    const auto columns = columns_of(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    if (columns.size() != 10) continue;
    auto digits = std::string{columns[5]};
    if (digits.size() < 4 || digits[digits.size() - 3] != '.')
      throw std::runtime_error{"not an amount: " + digits};
    digits.erase(digits.size() - 3, 1);
    all.push_back({std::string{columns[0]}, std::string{columns[1]}, columns[3] == "\"PRIJEM\"",
                   std::stoll(digits)});
  }
  return all;
}

expected_balances add_up(const std::vector<booking>& all) {
  expected_balances made;
  for (const auto& one : all) {
    auto& account = made[std::stoull(one.account_id)];
    ++account.transactions;
    account.minor_units += one.credit ? one.minor_units : -one.minor_units;
  }
  return made;
}

std::string as_csv(const expected_balances& all) {
  std::string text = "account_id,transactions,balance_minor_units\n";
  for (const auto& [id, one] : all)
    text += std::to_string(id) + "," + std::to_string(one.transactions) + "," +
            std::to_string(one.minor_units) + "\n";
  return text;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) throw std::runtime_error{"cannot read " + file.string()};
  return {std::istreambuf_iterator<char>{in}, {}};
}

void write_file(const std::filesystem::path& file, std::string_view content) {
  std::ofstream out{file, std::ios::binary | std::ios::trunc};
  out.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!out.flush()) throw std::runtime_error{"cannot write " + file.string()};
}

}  // namespace acta::testing
