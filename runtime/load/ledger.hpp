// What every command of a run was answered with, for the audit. It is kept on disk, since a run may
// send more commands than memory holds.
#pragma once

#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace acta::internal::load {

/// The effect of a command, as its answer has it.
enum class said : std::uint8_t {
  done,     ///< It is durable, with this version and so many events; a repeat's is the first's.
  no,       ///< It had none, and never will.
  unknown,  ///< It may have had one, or may still.
};

struct ledger_entry {
  std::uint64_t key = 0;      ///< Of the aggregate.
  std::uint64_t number = 0;   ///< Of the command within the run.
  std::uint64_t version = 0;  ///< If `done`.
  std::uint32_t events = 0;   ///< If `done`.
  said answer = said::unknown;

  bool operator==(const ledger_entry&) const = default;
};

/// One thread.
class ledger {
public:
  /// Holds twice `in_memory` entries of 40 bytes; the rest goes in sorted runs into a temporary
  /// file without a name. Throws std::system_error if there is none to be had.
  explicit ledger(std::size_t in_memory = 1'000'000);

  /// If the disk does not take it, for_each_key() says so.
  void add(const ledger_entry& entry);

  /// Calls `each` for every aggregate, the smallest key first, with all of its entries, by number,
  /// until it returns false. Nothing is added after that. Throws std::system_error if the file
  /// could not be written or cannot be read.
  void for_each_key(
      const std::function<bool(std::uint64_t key, std::span<const ledger_entry>)>& each);

  [[nodiscard]] std::uint64_t size() const { return size_; }

private:
  class run_reader;
  struct closes {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void spill();

  const std::size_t in_memory_;
  std::vector<ledger_entry> newest_;
  std::vector<std::size_t> runs_;  // how many entries each has; one after the other in the file
  std::unique_ptr<std::FILE, closes> file_;
  std::uint64_t size_ = 0;
  std::exception_ptr failed_;
  std::future<void> spilling_;  // last: it ends before what it writes to
};

}  // namespace acta::internal::load
