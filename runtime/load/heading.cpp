#include "runtime/load/heading.hpp"

#include "runtime/codec/text.hpp"
#include "runtime/load/machine.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

ordered_json target_of(const target_options& how) {
  if (how.urls.empty()) return {{"kind", "node"}};
  return {{"kind", "http"},
          {"addresses", how.urls},
          {"connections", how.connections},
          {"kill_every_ms", how.kill_every.count()}};
}

}  // namespace

ordered_json heading_of(const scenario& what, const target_options& how) {
  const auto now =
      std::chrono::time_point_cast<timestamp::duration>(std::chrono::system_clock::now());
  return {{"format", 1},          {"scenario", what.written}, {"target", target_of(how)},
          {"machine", machine()}, {"versions", versions()},   {"started", to_rfc3339(now)}};
}

}  // namespace acta::internal::load
