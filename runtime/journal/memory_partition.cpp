#include "runtime/journal/memory_partition.hpp"

#include <algorithm>
#include <string>

#include "actors/ports/deliberate_fault.hpp"
#include "runtime/journal/record.hpp"

namespace acta::internal {

version memory_partition::version_of(const stream_id& stream) const {
  const auto found = streams_.find(stream);
  return {found == streams_.end() ? 0 : found->second.size()};
}

append_status memory_partition::check(const append_request& append) {
  if (fences(append.writer) && !deliberate::commits("claim_ignored")) return append_status::fenced;
  return writers_.check(append, [this](const stream_id& stream) { return version_of(stream); });
}

position memory_partition::store(const append_request& append) {
  auto& stream = streams_[append.stream];
  const position first{id_, log_.size() + 1};
  for (const auto& event : append.events) {
    stream.push_back(log_.size());
    log_.push_back({{id_, log_.size() + 1},
                    append.stream,
                    {stream.size()},
                    append.metadata,
                    event.type,
                    event.schema_version,
                    event.payload});
  }
  return first;
}

result<event_page> memory_partition::recover(const stream_id& stream, writer_id writer,
                                             version from, std::size_t most) {
  if (!writers_.open(stream, writer, [this](const stream_id& s) { return version_of(s); }))
    return error{errc::conflict, "a newer writer is registered"};
  const auto kept = snapshots_.find(stream);
  if (from != version{} || kept == snapshots_.end()) return read_stream(stream, from, most);
  if (kept->second.version > version_of(stream)) return beyond_the_end(stream, kept->second);
  auto page = read_stream(stream, kept->second.version.next(), most);
  page.snapshot = kept->second;
  return page;
}

event_page memory_partition::read_stream(const stream_id& stream, version from,
                                         std::size_t most) const {
  event_page page;
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return page;
  for (auto i = std::max<std::uint64_t>(from.value, 1); i <= found->second.size(); ++i) {
    if (page.full(most)) {
      page.complete = false;
      break;
    }
    page.add(log_[found->second[i - 1]]);
  }
  return page;
}

event_page memory_partition::read_all(std::uint64_t from, std::size_t most) const {
  event_page page;
  for (auto i = std::max<std::uint64_t>(from, 1); i <= log_.size(); ++i) {
    if (page.full(most)) {
      page.complete = false;
      break;
    }
    page.add(log_[i - 1]);
  }
  return page;
}

result<claimed> memory_partition::claim(const claim_request& how) {
  if (how.seen != owner_.epoch)
    return error{errc::conflict, "the partition was claimed under epoch " +
                                     std::to_string(owner_.epoch) + " since it was looked at"};
  owner_ = {std::max(owner_.epoch, how.above) + 1, true};
  return claimed{owner_.epoch, log_.size() + 1};
}

result<void> memory_partition::release(std::uint64_t epoch) {
  if (owner_ != ownership{epoch, true})
    return error{errc::conflict, "the partition is not owned under epoch " + std::to_string(epoch)};
  owner_.owned = false;
  return {};
}

}  // namespace acta::internal
