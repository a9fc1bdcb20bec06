#include "runtime/delivery/paths.hpp"

#include <gtest/gtest.h>

namespace acta {

using namespace internal;
namespace {

TEST(without_paths, leaves_the_name_of_a_file_and_not_where_it_is) {
  EXPECT_EQ(without_paths("IO error: File too large: While appending to file: "
                          "/srv/bank data/journal/000012.log: File too large"),
            "IO error: File too large: While appending to file: 000012.log: File too large");
  EXPECT_EQ(without_paths("/srv/bank: no space"), "bank: no space");
  EXPECT_EQ(without_paths("cannot open '/etc/rates.csv' (\"/etc/more rates.csv\")"),
            "cannot open 'rates.csv' (\"more rates.csv\")");
  EXPECT_EQ(without_paths("/srv/a does not lead to /srv/b any more"), "b any more");
  EXPECT_EQ(without_paths("in=/srv/a/b"), "in=b");
}

TEST(without_paths, leaves_the_bare_names_of_the_journals_files_however_its_directory_is_called) {
  for (const auto* journal :
       {"data", "./data", "data/", "../home ann/secret/ledger", "a, b/c: d/(e)", ".", "..",
        "../x/../y", "/srv/home ann, ledgers/bank", "/srv//bank/", "/srv/x/../bank"}) {
    const std::filesystem::path place{journal};
    for (const auto& given : {place, std::filesystem::absolute(place), place.lexically_normal(),
                              std::filesystem::absolute(place).lexically_normal()}) {
      const auto file = (given / "000004.log").string();
      EXPECT_EQ(without_paths("the write-ahead log " + file + " was cut", place),
                "the write-ahead log 000004.log was cut");
      // As RocksDB tells it, with a slash of its own.
      EXPECT_EQ(without_paths("IO error: No such file or directory: While open a file for "
                              "appending: " +
                                  given.string() + "/000012.sst: No such file or directory",
                              place),
                "IO error: No such file or directory: While open a file for appending: 000012.sst: "
                "No such file or directory");
      EXPECT_EQ(without_paths("'" + file + "', then " + file, place),
                "'000004.log', then 000004.log");
    }
  }
}

TEST(without_paths, calls_the_journals_directory_the_journal) {
  for (const auto* journal : {"../home ann/ledger", "/srv/home ann, bank/ledger", "./ledger"}) {
    const auto given = std::string{journal};
    EXPECT_EQ(without_paths(given + ": no space", journal), "the journal: no space");
    EXPECT_EQ(without_paths("what is in " + given + " is not what was opened", journal),
              "what is in the journal is not what was opened");
    EXPECT_EQ(without_paths(given, journal), "the journal");
  }
}

TEST(without_paths, leaves_words_that_are_the_journals_name_and_names_that_begin_so) {
  EXPECT_EQ(without_paths("Corruption: bad data in data/000004.log, metadata/7", "data"),
            "Corruption: bad data in 000004.log, metadata/7");
  EXPECT_EQ(without_paths("bank.account/../x/7", "../x"), "bank.account/../x/7");
  EXPECT_EQ(without_paths("/srv/bank2/a", "/srv/bank"), "a");
}

TEST(without_paths, leaves_what_is_no_path) {
  for (const auto* text : {"", "bank.account/4711, version 3", "and/or", "1 / 2", "decide() threw",
                           "no exchange 'bank.dead' in vhost '/'", "the vhost /"})
    EXPECT_EQ(without_paths(text), text);
}

}  // namespace
}  // namespace acta
