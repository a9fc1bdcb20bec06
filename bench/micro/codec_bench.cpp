// What one event costs to write and to read: nanoseconds, and allocations per value.
//
//   codec_bench --benchmark_filter=cbor
//
// `typical` is an event as most are: an amount and a short reference. `rich` has an enumeration, an
// optional, a list and a map as well.
#include <benchmark/benchmark.h>

#include <cstdlib>

#include "actors/model/inspect.hpp"
#include "bench/micro/allocations.hpp"
#include "runtime/codec/cbor.hpp"
#include "runtime/codec/json.hpp"

namespace acta {

using namespace internal;
namespace {

struct typical {
  std::int64_t minor_units = 0;
  std::string reference;
};
template <class Inspector>
bool inspect(Inspector& f, typical& e) {
  return f.object(e).fields(f.field("minor_units", e.minor_units),
                            f.field("reference", e.reference));
}

enum class channel { branch, card, transfer };
template <class Inspector>
bool inspect(Inspector& f, channel& c) {
  return f.enumeration(
      c, {{channel::branch, "branch"}, {channel::card, "card"}, {channel::transfer, "transfer"}});
}

struct rich {
  channel by = channel::branch;
  timestamp when{};
  std::optional<std::int64_t> limit;
  std::vector<typical> lines;
  std::map<std::string, std::string> labels;
};
template <class Inspector>
bool inspect(Inspector& f, rich& e) {
  return f.object(e).fields(f.field("by", e.by), f.field("when", e.when), f.field("limit", e.limit),
                            f.field("lines", e.lines), f.field("labels", e.labels));
}

template <class T>
T sample();
template <>
typical sample() {
  return {123'456, "salary November"};
}
template <>
rich sample() {
  const timestamp when{std::chrono::microseconds{1'795'520'485'000'123}};
  return {channel::transfer,
          when,
          5'000,
          {sample<typical>(), sample<typical>()},
          {{"desk", "12"}, {"city", "Brno"}}};
}

template <class T>
bytes written(T value) {
  bytes out;
  if (!cbor_codec{}.encode([&](visitor& v) { return visit(v, value); }, out)) std::abort();
  return out;
}

/// Runs `once` as often as it takes, and reports the allocations of each run.
template <class Once>
void measure(benchmark::State& state, Once once) {
  const auto before = allocations();
  for (auto _ : state) once();
  state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocations() - before),
                                                     benchmark::Counter::kAvgIterations);
}

template <class T>
void cbor_encode(benchmark::State& state) {
  auto value = sample<T>();
  const cbor_codec codec;
  bytes out;  // kept from run to run, as a batch keeps its buffer
  measure(state, [&] {
    out.clear();
    benchmark::DoNotOptimize(codec.encode([&](visitor& v) { return visit(v, value); }, out).ok());
    benchmark::ClobberMemory();
  });
}

template <class T>
void cbor_encode_afresh(benchmark::State& state) {
  auto value = sample<T>();
  measure(state, [&] { benchmark::DoNotOptimize(written<T>(value).data()); });
}

template <class T>
void cbor_decode(benchmark::State& state) {
  const auto input = written(sample<T>());
  const cbor_codec codec;
  measure(state, [&] {
    T value;
    benchmark::DoNotOptimize(codec.decode(input, [&](visitor& v) { return visit(v, value); }).ok());
    benchmark::DoNotOptimize(value);
  });
}

template <class T>
void cbor_hash(benchmark::State& state) {
  const auto input = written(sample<T>());
  measure(state, [&] { benchmark::DoNotOptimize(cbor_codec{}.hash(input)); });
}

template <class T>
void json_write(benchmark::State& state) {
  auto value = sample<T>();
  measure(state, [&] {
    benchmark::DoNotOptimize(to_json([&](visitor& v) { return visit(v, value); })->dump());
  });
}

template <class T>
void json_read(benchmark::State& state) {
  auto value = sample<T>();
  const auto text = to_json([&](visitor& v) { return visit(v, value); })->dump();
  measure(state, [&] {
    T back;
    const auto parsed = nlohmann::json::parse(text);
    benchmark::DoNotOptimize(from_json(parsed, [&](visitor& v) { return visit(v, back); }).ok());
  });
}

BENCHMARK(cbor_encode<typical>);
BENCHMARK(cbor_encode_afresh<typical>);
BENCHMARK(cbor_decode<typical>);
BENCHMARK(cbor_hash<typical>);
BENCHMARK(cbor_encode<rich>);
BENCHMARK(cbor_decode<rich>);
BENCHMARK(json_write<typical>);
BENCHMARK(json_read<typical>);
BENCHMARK(json_write<rich>);
BENCHMARK(json_read<rich>);

}  // namespace
}  // namespace acta

BENCHMARK_MAIN();
