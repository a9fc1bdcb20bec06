// One byte of a journal at rest is wrong: nobody may call it sound, and nobody may crash.
#include <algorithm>
#include <random>

#include "tests/recovery/bank_program.hpp"
#include "tests/support/pkdd99_file.hpp"
#include "tests/support/temporary_directory.hpp"

namespace acta::testing {

namespace {

class damaged : public ::testing::Test {
protected:
  /// A journal that was stopped cleanly, twice.
  void SetUp() override {
    const auto file = (directory_.path() / "trans.asc").string();
    const auto made = generate({});
    write_file(file, made.text.substr(0, made.text.size() / 2));
    ASSERT_EQ(import_into(sound(), file).ended.code, 2);
    write_file(file, made.text);
    ASSERT_EQ(import_into(sound(), file).ended.code, 2);
    expect_sound(sound(), made.good.size() + add_up(made.good).size());
  }
  [[nodiscard]] static bank_run import_into(const std::filesystem::path& data,
                                            const std::string& file) {
    return run_bank({"import", "--json", "--data", data.string(), file});
  }
  [[nodiscard]] std::filesystem::path sound() const { return directory_.path() / "sound"; }
  [[nodiscard]] std::filesystem::path copy() const { return directory_.path() / "copy"; }

  [[nodiscard]] std::vector<std::filesystem::path> files(std::string_view kind) const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator{sound()}) {
      const auto name = entry.path().filename().string();
      if (name.find(kind) != std::string::npos && entry.file_size() > 0)
        found.push_back(entry.path().filename());
    }
    std::sort(found.begin(), found.end());
    EXPECT_FALSE(found.empty()) << "there is no " << kind;
    return found;
  }

  /// Flips one bit of one byte of one file in a fresh copy.
  void damage(const std::filesystem::path& file, std::size_t at) const {
    std::filesystem::remove_all(copy());
    std::filesystem::copy(sound(), copy());
    auto content = content_of(copy() / file);
    content[at] = static_cast<char>(content[at] ^ 0x10);
    write_file(copy() / file, content);
  }

  /// In the middle, and at a few seeded places within the middle 80 %.
  [[nodiscard]] std::vector<std::size_t> places(const std::filesystem::path& file) {
    const auto size = std::filesystem::file_size(sound() / file);
    std::vector<std::size_t> made{size / 2};
    for (int i = 0; i < 4; ++i) made.push_back(size / 10 + chance_() % (size * 8 / 10));
    return made;
  }

  void expect_verify_finds(std::string_view kind) {
    for (const auto& file : files(kind))
      for (const auto at : places(file)) {
        damage(file, at);
        const auto run = run_bank({"verify", "--json", "--data", copy().string()});
        EXPECT_EQ(run.ended.code, 1) << "signal " << run.ended.signal << ", " << file << " at "
                                     << at << ": " << run.out << run.err;
        EXPECT_EQ(run.json().value("ok", true), false) << file << " at " << at;
      }
  }

  temporary_directory directory_;
  std::mt19937 chance_{7};
};

TEST_F(damaged, sorted_file_is_not_called_sound) { expect_verify_finds(".sst"); }

// A clean stop moves everything into tables. What is left of the log may be lost as a whole, or in
// any part: nothing that was answered is.
TEST_F(damaged, write_ahead_log_costs_nothing_after_a_clean_stop) {
  const auto events = run_bank({"verify", "--json", "--data", sound().string()}).json()["events"];
  std::filesystem::copy(sound(), copy());
  for (const auto& entry : std::filesystem::directory_iterator{copy()})
    if (entry.path().extension() == ".log") std::filesystem::resize_file(entry.path(), 0);
  const auto run = run_bank({"verify", "--json", "--data", copy().string()});
  EXPECT_EQ(run.ended.code, 0) << run.out << run.err;
  EXPECT_EQ(run.json()["events"], events);
}

TEST_F(damaged, manifest_is_not_called_sound) { expect_verify_finds("MANIFEST"); }

// RocksDB, as Debian builds it, asserts that no record of a manifest comes twice.
TEST_F(damaged, manifest_that_holds_its_own_tail_twice_ends_every_command_in_words) {
  std::size_t ended_by_rocksdb = 0;
  const auto file = (directory_.path() / "trans.asc").string();
  const auto backup = (directory_.path() / "backup").string();
  for (const auto& which : files("MANIFEST"))
    for (const auto tail : {20U, 45U, 100U, 200U, 300U}) {
      const auto manifest = content_of(sound() / which);
      const auto cut = tail < manifest.size() ? manifest.size() - tail : 0;
      for (const auto& arguments :
           std::vector<std::vector<std::string>>{{"verify"},
                                                 {"verify", "--json"},
                                                 {"log"},
                                                 {"balances"},
                                                 {"backup", backup},
                                                 {"schema", "check", "--journal", copy()},
                                                 {"import", file},
                                                 {"serve", "--listen", "127.0.0.1:0"}}) {
        std::filesystem::remove_all(copy());
        std::filesystem::remove_all(backup);
        std::filesystem::copy(sound(), copy());
        write_file(copy() / which, manifest + manifest.substr(cut));
        auto all = arguments;
        if (all.front() != "schema") all.insert(all.begin() + 1, {"--data", copy()});
        child_process program{bank_command(all)};
        if (all.front() == "serve" && program.printed("/metrics")) program.send(SIGTERM);
        const auto ended = program.wait();
        ASSERT_TRUE(ended) << all.front();
        EXPECT_EQ(ended->signal, 0) << all.front() << " " << tail << ": " << program.err();
        const bool asserted = program.err().find("Assertion") != std::string::npos;
        if (!asserted) continue;
        ++ended_by_rocksdb;
        EXPECT_EQ(ended->code, 1) << all.front() << " " << tail;
        if (arguments.back() == "--json") {
          EXPECT_EQ(nlohmann::json::parse(program.out(), nullptr, false).value("ok", true), false);
        } else if (arguments.back() == "verify") {
          EXPECT_NE(program.out().find("NOT SOUND"), std::string::npos);
        }
      }
    }
  RecordProperty("ended_by_rocksdb", static_cast<int>(ended_by_rocksdb));
}

TEST_F(damaged, journal_crashes_nobody) {
  const auto file = (directory_.path() / "trans.asc").string();
  for (const std::string_view kind : {".sst", "MANIFEST", "CURRENT"})
    for (const auto& which : files(kind))
      for (const auto at : places(which)) {
        damage(which, at);
        const auto import = import_into(copy(), file);
        EXPECT_EQ(import.ended.signal, 0) << which << " at " << at << ": " << import.err;
        damage(which, at);
        child_process serve{bank_command(
            {"serve", "--listen", "127.0.0.1:0", "--log-level", "error", "--data", copy()})};
        if (serve.printed("/metrics")) serve.send(SIGTERM);
        const auto ended = serve.wait();
        ASSERT_TRUE(ended) << which << " at " << at;
        EXPECT_EQ(ended->signal, 0) << which << " at " << at << ": " << serve.err();
      }
}

TEST_F(damaged, journal_without_a_sorted_file_is_not_called_sound) {
  for (const auto& which : files(".sst")) {
    std::filesystem::remove_all(copy());
    std::filesystem::copy(sound(), copy());
    std::filesystem::remove(copy() / which);
    const auto run = run_bank({"verify", "--json", "--data", copy().string()});
    EXPECT_EQ(run.ended.code, 1) << which << ": " << run.out << run.err;
  }
}

}  // namespace
}  // namespace acta::testing
