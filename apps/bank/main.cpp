// The bank: what every application gets, and two commands of its own.
#include <unistd.h>
#include <acta/main.hpp>
#include <acta/text.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "apps/bank/balances.hpp"
#include "apps/bank/import.hpp"

namespace {

void show_progress(const bank::import_summary& so_far) {
  std::cerr << (isatty(2) ? "\r" : "") << so_far.lines << " lines read, " << so_far.applied
            << " transactions applied, " << so_far.repeated << " were there already"
            << (isatty(2) ? "   " : "\n") << std::flush;
}

nlohmann::ordered_json json_of(const std::vector<bank::left_out>& lines) {
  auto all = nlohmann::ordered_json::array();
  for (const auto& one : lines)
    all.push_back({{"line", one.line}, {"reason", acta::as_utf8(one.reason)}});
  return all;
}

void print_json(const bank::import_summary& done) {
  const nlohmann::ordered_json all{{"lines", done.lines},
                                   {"applied", done.applied},
                                   {"repeated", done.repeated},
                                   {"accounts_opened", done.accounts_opened},
                                   {"accounts_known", done.accounts_known},
                                   {"malformed", json_of(done.malformed)},
                                   {"failed", json_of(done.failed)},
                                   {"seconds", done.seconds}};
  std::cout << acta::printable(all.dump()) << '\n';
}

void print_lines(const char* what, const std::vector<bank::left_out>& lines) {
  constexpr std::size_t most = 100;
  for (std::size_t i = 0; i < std::min(lines.size(), most); ++i)
    std::cout << "  line " << lines[i].line << " " << what << ": "
              << acta::printable_value(lines[i].reason) << '\n';
  if (lines.size() > most)
    std::cout << "  and " << lines.size() - most << " more; --json names them all\n";
}

/// True if the line that names the columns could not be read. Nothing else was tried then.
bool has_no_header(const bank::import_summary& done) {
  const auto is_line_1 = [](const auto& lines) { return !lines.empty() && lines[0].line == 1; };
  return done.lines == 0 && (is_line_1(done.malformed) || is_line_1(done.failed));
}

void print_text(const bank::import_summary& done) {
  if (has_no_header(done)) {
    std::cout << "nothing was imported\n";
    print_lines("is malformed", done.malformed);
    print_lines("failed", done.failed);
    return;
  }
  std::cout << done.lines << " lines below the header: " << done.applied
            << " transactions applied, " << done.repeated << " were there already, "
            << done.malformed.size() << " malformed, " << done.failed.size() << " failed\n"
            << done.accounts_opened << " accounts opened, " << done.accounts_known
            << " were there already\n";
  print_lines("is malformed", done.malformed);
  print_lines("failed", done.failed);
  std::cout << "in " << acta::to_text(std::chrono::duration<double>{done.seconds}) << '\n';
}

int import_file(const std::filesystem::path& data, const std::filesystem::path& path,
                bool as_json) {
  std::ifstream file{path, std::ios::binary};
  if (!file || std::filesystem::is_directory(path))
    throw acta::command_error{"cannot read " + path.string()};
  auto how = acta::embedded(data);
  how.tell = [](const acta::notice& told) {
    std::cerr << told.event << ": " << acta::printable(told.reason) << '\n';
  };
  acta::node node{how};
  const auto accounts = node.host<bank::account>();
  node.require_all_hosted();
  const auto done = bank::import_transactions(file, accounts, {}, show_progress);
  if (isatty(2)) std::cerr << "\r\033[K";
  as_json ? print_json(done) : print_text(done);
  // Whatever else: a file that is malformed stays so, when what failed is tried again.
  if (!done.malformed.empty()) return 2;
  return done.failed.empty() ? 0 : 1;
}

/// Has JSON printed also of an import that could not begin: there is nothing to count then.
int import_with_json(const std::filesystem::path& data, const std::filesystem::path& path) {
  try {
    return import_file(data, path, true);
  } catch (const std::exception& why) {
    const nlohmann::ordered_json all{{"problem", acta::as_utf8(why.what())}};
    std::cout << acta::printable(all.dump()) << '\n';
    throw;
  }
}

}  // namespace

int main(int argc, char** argv) {
  acta::application app{"bank", "The bank: accounts, event-sourced on acta."};
  app.host<bank::account>();
  std::filesystem::path file;
  bool as_json = false;
  bool as_csv = false;
  app.command("import", "Imports a file of transactions (PKDD'99 format)",
              [&] {
                return as_json ? import_with_json(app.data(), file)
                               : import_file(app.data(), file, false);
              })
      .argument("FILE", file, "the file")
      .flag("--json", as_json, "print the summary as JSON")
      .footer(
          "A transaction is a deposit or withdrawal whose command id is its trans_id, and whose "
          "reference\n"
          "is its date, operation, k_symbol, bank and account, as far as they are given.\n");
  app.command("balances", "Prints every account's balance",
              [&] { return bank::print_balances(app.data(), as_csv); })
      .flag("--csv", as_csv, "print account_id,transactions,balance_minor_units")
      .footer(
          "For people a balance has two decimals; as CSV (RFC 4180, lines end in LF) it is in "
          "minor units.\n"
          "An account that begins with = stays as it is: a spreadsheet should import the column as "
          "text.\n"
          "In both, a character that a terminal may obey or hide is printed as \\u202e, and a "
          "backslash of an\n"
          "account as \\\\.\n");
  return app.run(argc, argv);
}
