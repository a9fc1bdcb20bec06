// An event as the journal holds it. The fields are fixed from the first day: records never change.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "actors/model/event_contract.hpp"
#include "actors/model/identifiers.hpp"

namespace acta {

/// What every event of one command has in common.
struct event_metadata {
  timestamp time{};        ///< When the command was decided.
  std::string command_id;  ///< Under which a repeat is recognised.
  std::uint64_t command_hash =
      0;                       ///< Of the command's name and content: tells a repeat from a clash.
  std::string correlation_id;  ///< The conversation this belongs to; empty when nobody said.
  std::string causation_id;    ///< What led to the command; empty when nobody said.
  std::string principal;       ///< Who asked; empty when nobody said.
  std::string trace_context;   ///< W3C traceparent, and tracestate after a blank; or empty.

  bool operator==(const event_metadata&) const = default;
};

/// How many bytes of text each event of the command keeps of it.
[[nodiscard]] inline std::size_t text_bytes(const event_metadata& of) {
  return of.command_id.size() + of.correlation_id.size() + of.causation_id.size() +
         of.principal.size() + of.trace_context.size();
}

/// An event that wants to be stored: its published type, its schema's version, its CBOR.
struct new_event {
  std::string type;
  int schema_version = 1;
  bytes payload;
  /// What the journal must hold beside it; outlives the event. Null: nothing.
  const event_contract* contract = nullptr;

  bool operator==(const new_event& other) const {
    return type == other.type && schema_version == other.schema_version && payload == other.payload;
  }
};

/// An event that is stored.
struct recorded_event {
  acta::position position;
  stream_id stream;
  acta::version version;  ///< Of the stream, with this event.
  event_metadata metadata;
  std::string type;
  int schema_version = 1;
  bytes payload;  ///< CBOR, one map.

  bool operator==(const recorded_event&) const = default;
};

}  // namespace acta
