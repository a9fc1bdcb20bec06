// Conditional requests (RFC 9110, 13.1) as the version that a call expects.
//
//   If-Match: "7-815", "9"    the aggregate is at version 7 or 9: a tag's version counts, what
//                             follows it does not; a weak tag, and one not of ours, never match
//   If-Match: *               it exists
//   If-None-Match: *          it does not exist yet
//
// What a command says beyond that is refused rather than ignored, for to ignore a precondition
// loses updates: If-None-Match with tags, which would mean "at any version but this", and
// If-Unmodified-Since, since an aggregate has versions and no time of change (RFC 9110 would have
// it ignored). If-Modified-Since says nothing about a command (RFC 9110, 13.1.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/model/expected_version.hpp"
#include "runtime/delivery/http_message.hpp"

namespace acta::internal {

/// What If-Match expects; without it, anything. Fails (malformed) on what is no tag.
[[nodiscard]] result<expected_version> expected_by_if_match(const http_call& call);

/// The tags of what a client has, by If-None-Match.
struct known_tags {
  bool all = false;               ///< `*`
  std::vector<std::string> tags;  ///< In quotes, without W/.

  /// True for `tag`, which is in quotes. The comparison is weak (RFC 9110, 13.1.2).
  [[nodiscard]] bool has(std::string_view tag) const;
};

/// What If-None-Match says that a reader has; without it, nothing. Fails (malformed) on what is no
/// tag.
[[nodiscard]] result<known_tags> known_by_if_none_match(const http_call& call);

/// What a command's headers expect. Fails (malformed), naming the header.
[[nodiscard]] result<expected_version> expected_by_command(const http_call& call);

}  // namespace acta::internal
