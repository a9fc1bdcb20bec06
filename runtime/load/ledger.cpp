#include "runtime/load/ledger.hpp"

#include <algorithm>
#include <cerrno>
#include <queue>
#include <system_error>
#include <tuple>
#include <utility>

namespace acta::internal::load {

namespace {

bool is_before(const ledger_entry& a, const ledger_entry& b) {
  return std::tie(a.key, a.number) < std::tie(b.key, b.number);
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error{errno, std::generic_category(), what};
}

}  // namespace

/// Reads a sorted run piece by piece.
class ledger::run_reader {
public:
  static constexpr std::size_t piece = 4'096;

  run_reader(std::FILE* file, std::size_t begin, std::size_t length)
      : file_{file}, next_{begin}, end_{begin + length} {
    fill();
  }
  [[nodiscard]] bool over() const { return at_ == held_.size(); }
  [[nodiscard]] const ledger_entry& front() const { return held_[at_]; }
  void pop() {
    if (++at_ == held_.size()) fill();
  }

private:
  void fill() {
    held_.resize(std::min(piece, end_ - next_));
    at_ = 0;
    if (held_.empty()) return;
    if (std::fseek(file_, static_cast<long>(next_ * sizeof(ledger_entry)), SEEK_SET) != 0 ||
        std::fread(held_.data(), sizeof(ledger_entry), held_.size(), file_) != held_.size())
      fail("reading the ledger of a run");
    next_ += held_.size();
  }

  std::FILE* file_;
  std::size_t next_;
  std::size_t end_;
  std::vector<ledger_entry> held_;
  std::size_t at_ = 0;
};

ledger::ledger(std::size_t in_memory) : in_memory_{in_memory}, file_{std::tmpfile()} {
  if (!file_) fail("a temporary file for the ledger of a run");
}

void ledger::add(const ledger_entry& entry) {
  if (failed_) return;
  newest_.push_back(entry);
  ++size_;
  if (newest_.size() < in_memory_) return;
  try {
    spill();
  } catch (...) {
    failed_ = std::current_exception();
  }
}

void ledger::spill() {
  if (spilling_.valid()) spilling_.get();
  runs_.push_back(newest_.size());
  // On a thread of its own: whoever adds an answer must not wait for a disk.
  spilling_ = std::async(
      std::launch::async, [file = file_.get(), run = std::exchange(newest_, {})]() mutable {
        std::sort(run.begin(), run.end(), is_before);
        if (std::fwrite(run.data(), sizeof(ledger_entry), run.size(), file) != run.size())
          fail("writing the ledger of a run");
      });
}

void ledger::for_each_key(
    const std::function<bool(std::uint64_t key, std::span<const ledger_entry>)>& each) {
  if (failed_) std::rethrow_exception(failed_);
  if (!newest_.empty()) spill();
  if (spilling_.valid()) spilling_.get();
  if (std::fflush(file_.get()) != 0) fail("writing the ledger of a run");
  std::vector<run_reader> readers;
  std::size_t begin = 0;
  for (const auto length : runs_) {
    readers.emplace_back(file_.get(), begin, length);
    begin += length;
  }
  const auto is_behind = [&readers](std::size_t a, std::size_t b) {
    return is_before(readers[b].front(), readers[a].front());
  };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(is_behind)> next{is_behind};
  for (std::size_t i = 0; i < readers.size(); ++i) next.push(i);
  std::vector<ledger_entry> of_key;
  while (!next.empty()) {
    const auto run = next.top();
    next.pop();
    const auto entry = readers[run].front();
    readers[run].pop();
    if (!readers[run].over()) next.push(run);
    if (!of_key.empty() && of_key.front().key != entry.key) {
      if (!each(of_key.front().key, of_key)) return;
      of_key.clear();
    }
    of_key.push_back(entry);
  }
  if (!of_key.empty()) each(of_key.front().key, of_key);
}

}  // namespace acta::internal::load
