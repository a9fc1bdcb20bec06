// The cost of a command to the writer thread of the embedded journal, which scripts/cost counts in
// instructions. Batches of 100 events go to 1,000 streams, one batch at a time. callgrind counts by
// thread, and the count begins and ends in an answer, which the writer gives on its own thread. So
// the threads of RocksDB, the indexer and the caller are left out, and so is the kernel's sync.
#include <valgrind/callgrind.h>

#include <algorithm>
#include <future>
#include <iostream>

#include "runtime/journal/rocksdb_journal.hpp"
#include "tests/support/temporary_directory.hpp"

/// Takes the place of RocksDB's own, which draws the heights of a skip list's nodes and is seeded
/// with the address of its thread: counts differed by 4 % from one layout of memory to another.
namespace rocksdb {

struct Random {
  static Random* GetTLSInstance();
  std::uint32_t seed = 1;
};

Random* Random::GetTLSInstance() {
  static thread_local Random same;
  return &same;
}

}  // namespace rocksdb

namespace {

constexpr std::size_t streams = 1'000;
constexpr std::size_t batch = 100;
constexpr std::size_t commands = 10'000;

std::vector<acta::internal::append_request> deposits(std::size_t round) {
  std::vector<acta::internal::append_request> made(batch);
  for (std::size_t i = 0; i < batch; ++i) {
    const auto turn = round * batch + i;
    made[i].stream = {"bank.account", std::to_string(turn % streams)};
    made[i].writer = {1, 1};
    made[i].expected = {turn / streams};
    made[i].metadata.time = acta::timestamp{std::chrono::microseconds{1'795'520'485'000'123}};
    made[i].metadata.command_id = "01JDF3K8Z6Q4V7W2X5Y9T1R0";
    made[i].metadata.command_hash = 0x0123'4567'89ab'cdef;
    made[i].events.push_back({"bank.account.deposited", 1, acta::bytes(40, std::byte{'x'})});
  }
  return made;
}

/// Returns how many were stored. With `toggle` the count begins, or ends, in the answer.
std::size_t write(acta::internal::journal& to, std::size_t round, bool toggle) {
  const auto settled = std::make_shared<std::promise<std::size_t>>();
  auto stored = settled->get_future();
  to.append(deposits(round), [=](const std::vector<acta::internal::append_result>& results) {
    if (toggle) CALLGRIND_TOGGLE_COLLECT;
    settled->set_value(static_cast<std::size_t>(std::ranges::count(
        results, acta::internal::append_status::stored, &acta::internal::append_result::status)));
  });
  return stored.get();
}

}  // namespace

int main() {
  const acta::testing::temporary_directory directory;
  acta::internal::rocksdb_options how;
  how.directory = directory.path();
  const auto opened = acta::internal::open_rocksdb_journal(how);
  if (!opened) return 1;
  constexpr auto first = streams / batch;  // every stream has its writer by then
  constexpr auto end = first + commands / batch;
  std::size_t stored = 0;
  for (std::size_t round = 0; round < first; ++round)
    (void)write(**opened, round, round + 1 == first);
  for (auto round = first; round < end; ++round) stored += write(**opened, round, round + 1 == end);
  std::cout << stored << " commands\n";
  return stored == commands ? 0 : 1;
}
