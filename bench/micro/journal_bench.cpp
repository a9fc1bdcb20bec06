// What the embedded journal costs by itself: records, batches, and the read of one stream.
//
//   journal_bench --benchmark_filter=append
//
// Times are of the whole call, until its answer: an append has its sync in it. They depend on the
// disk and hold only beside one another, from one run.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <future>

#include "bench/micro/allocations.hpp"
#include "runtime/journal/record.hpp"
#include "runtime/journal/rocksdb_journal.hpp"

namespace acta {

using namespace internal;
namespace {

append_request deposit(std::size_t account, std::uint64_t expected) {
  append_request made;
  made.stream = {"bank.account", std::to_string(account)};
  made.writer = {1, 1};
  made.expected = {expected};
  made.metadata.time = timestamp{std::chrono::microseconds{1'795'520'485'000'123}};
  made.metadata.command_id = "01JDF3K8Z6Q4V7W2X5Y9T1R0";
  made.metadata.command_hash = 0x0123'4567'89ab'cdef;
  made.events.push_back({"bank.deposited", 1, bytes(40, std::byte{'x'})});
  return made;
}

void count_allocations(benchmark::State& state, std::uint64_t before) {
  state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations() - before),
                                                     benchmark::Counter::kAvgIterations);
}

void record_encode(benchmark::State& state) {
  const auto request = deposit(12'345, 0);
  std::string out;  // kept from run to run, as the writer keeps its own
  const auto before = allocations();
  for (auto _ : state) {
    out.clear();
    encode_record(out, {0, 1'000'000}, request.stream, {7}, request.metadata, request.events[0]);
    benchmark::DoNotOptimize(out.data());
  }
  count_allocations(state, before);
}

void record_decode(benchmark::State& state) {
  const auto request = deposit(12'345, 0);
  std::string record;
  encode_record(record, {0, 1'000'000}, request.stream, {7}, request.metadata, request.events[0]);
  const auto before = allocations();
  for (auto _ : state) benchmark::DoNotOptimize(decode_record(record).ok());
  count_allocations(state, before);
}

/// A journal in a directory of its own, gone with it.
class bench_journal {
public:
  explicit bench_journal(std::size_t index_run_events) {
    auto name = (std::filesystem::temp_directory_path() / "acta-journal-bench-XXXXXX").string();
    if (!::mkdtemp(name.data())) std::abort();
    how_.directory = name;
    how_.index_run_events = index_run_events;
    open();
  }
  bench_journal(const bench_journal&) = delete;
  bench_journal& operator=(const bench_journal&) = delete;
  ~bench_journal() {
    opened_.reset();
    std::filesystem::remove_all(how_.directory);
  }
  /// Closing waits for the index.
  void reopen() {
    opened_.reset();
    open();
  }
  void append(std::vector<append_request> batch) {
    std::promise<append_status> done;
    opened_->append(std::move(batch),
                    [&](const auto& results) { done.set_value(results.back().status); });
    if (done.get_future().get() != append_status::stored) std::abort();
  }
  [[nodiscard]] std::size_t read(const stream_id& stream, std::size_t most) {
    std::promise<std::size_t> got;
    opened_->read_stream(
        embedded_partition, stream, {1}, most,
        [&](const result<event_page>& page) { got.set_value(page ? page->events.size() : 0); });
    return got.get_future().get();
  }

private:
  void open() {
    auto opened = open_rocksdb_journal(how_);
    if (!opened) std::abort();
    opened_ = *std::move(opened);
  }
  rocksdb_options how_;
  std::unique_ptr<embedded_journal> opened_;
};

void append_batch(benchmark::State& state) {
  constexpr std::size_t accounts = 10'000;
  const auto size = static_cast<std::size_t>(state.range(0));
  bench_journal tested{rocksdb_options{}.index_run_events};
  std::vector<std::uint64_t> versions(accounts);
  std::size_t turn = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<append_request> batch;
    batch.reserve(size);
    for (std::size_t i = 0; i < size; ++i, ++turn)
      batch.push_back(deposit(turn % accounts, versions[turn % accounts]++));
    state.ResumeTiming();
    tested.append(std::move(batch));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// 100 events of one stream, which lie among those of 99 others.
void read_hundred(benchmark::State& state, bool indexed) {
  constexpr std::size_t streams = 100;
  constexpr std::size_t events = 100;
  bench_journal tested{indexed ? streams * events / 4 : streams * events * 2};
  for (std::uint64_t version = 0; version < events; ++version) {
    std::vector<append_request> batch;
    for (std::size_t i = 0; i < streams; ++i) batch.push_back(deposit(i, version));
    tested.append(std::move(batch));
  }
  if (indexed) tested.reopen();
  std::size_t turn = 0;
  for (auto _ : state)
    if (tested.read({"bank.account", std::to_string(turn++ % streams)}, events) != events)
      std::abort();
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(events));
}
void read_hundred_from_runs(benchmark::State& state) { read_hundred(state, true); }
void read_hundred_from_tail(benchmark::State& state) { read_hundred(state, false); }

BENCHMARK(record_encode);
BENCHMARK(record_decode);
BENCHMARK(append_batch)->Arg(1)->Arg(100)->Arg(1'000)->Arg(4'000)->UseRealTime();
BENCHMARK(read_hundred_from_runs)->UseRealTime();
BENCHMARK(read_hundred_from_tail)->UseRealTime();

}  // namespace
}  // namespace acta

BENCHMARK_MAIN();
