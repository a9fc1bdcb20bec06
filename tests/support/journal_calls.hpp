// A journal's asynchronous calls as blocking ones, and short ways to make what they take.
#pragma once

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "actors/ports/journal.hpp"

namespace acta::testing {

using namespace internal;

/// Where these calls write and read if they are not told.
inline constexpr partition_id only_partition{};

inline stream_id stream(const std::string& id) { return {"test", id}; }

inline append_request make_append(const std::string& id, std::uint64_t expected,
                                  std::size_t events = 1, writer_id writer = {1, 1}) {
  append_request made;
  made.stream = stream(id);
  made.writer = writer;
  made.expected = {expected};
  made.metadata.command_id = id + "-" + std::to_string(expected);
  for (std::size_t i = 0; i < events; ++i)
    made.events.push_back({"test.happened", 1, {static_cast<std::byte>(i)}});
  return made;
}

inline std::vector<append_result> append(journal& to, std::vector<append_request> batch) {
  auto got = std::make_shared<std::promise<std::vector<append_result>>>();
  auto later = got->get_future();
  to.append(std::move(batch), [got](auto results) { got->set_value(std::move(results)); });
  return later.get();
}

inline append_status append_one(journal& to, append_request one) {
  std::vector<append_request> batch;
  batch.push_back(std::move(one));
  return append(to, std::move(batch)).at(0).status;
}

template <class Call>
result<event_page> wait_for_page(Call call) {
  auto got = std::make_shared<std::promise<result<event_page>>>();
  auto later = got->get_future();
  call([got](result<event_page> page) { got->set_value(std::move(page)); });
  return later.get();
}

inline result<event_page> recover(journal& from, const std::string& id, writer_id writer,
                                  std::uint64_t first = 1, std::size_t most = 10'000,
                                  partition_id in = only_partition) {
  return wait_for_page([&](read_done done) {
    from.recover(in, stream(id), writer, {first}, most, std::move(done));
  });
}

inline result<event_page> read_stream(journal& from, const std::string& id, std::uint64_t first = 1,
                                      std::size_t most = 10'000, partition_id in = only_partition) {
  return wait_for_page(
      [&](read_done done) { from.read_stream(in, stream(id), {first}, most, std::move(done)); });
}

inline result<event_page> read_all(journal& from, std::uint64_t first = 1,
                                   std::size_t most = 1'000'000, partition_id in = only_partition) {
  return wait_for_page([&](read_done done) { from.read_all({in, first}, most, std::move(done)); });
}

}  // namespace acta::testing
