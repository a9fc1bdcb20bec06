// What went wrong and is kept for people to see: requests that were lost, and what is set aside
// because it keeps failing. Plain data.
#pragma once

#include <cstdint>
#include <string>

#include "actors/model/error.hpp"
#include "actors/model/identifiers.hpp"

namespace acta {

/// Tells one command from others, also when it comes again under another id.
struct command_identity {
  std::string command;     ///< Its published name.
  std::string command_id;  ///< Under which it came.
  std::uint64_t hash = 0;  ///< Of its name and content.
};

/// A request that was admitted and then lost with the actor that held it. Its caller was told.
struct dead_letter {
  timestamp at{};
  stream_id stream;
  std::string request;     ///< The command's name, or "query".
  std::string command_id;  ///< Empty for a query.
  errc told = errc::dropped;
  std::string reason;
  std::string trace_id = {};  ///< Of the request, in hex, and its span; empty: it has no trace.
  std::string span_id = {};
};

/// An aggregate, or one command of it, that failed too often: it is not tried before `until`.
struct parked {
  stream_id stream;
  std::string command;     ///< Empty: the whole aggregate.
  std::string command_id;  ///< With a command: under which it came last.
  timestamp until{};
  std::uint64_t failures = 0;
  std::string reason;  ///< Of the last failure.
};

}  // namespace acta
