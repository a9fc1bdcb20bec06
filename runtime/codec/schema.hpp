// The schema of a described type, as JSON, and its fingerprint.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"

namespace acta::internal {

/// Returns the schema of a type, of the form
///   {"object": {"owner": "text", "limit": {"may_be_missing": {"optional": "int64"}}}}
/// with the scalar names bool, int8 .. int64, uint8 .. uint64, double, text, bytes, timestamp and
/// the forms {"list": S}, {"map": S}, {"optional": S}, {"enum": ["red", ...]}, {"object": {...}}.
/// Fails (malformed) on a type that contains itself, and on two fields of an object or two values
/// of an enumeration with the same name: neither could be read back.
result<nlohmann::ordered_json> schema_of(const value_type& type);

/// Returns a hash of a schema that changes exactly when the schema does: XXH3 of its compact text.
[[nodiscard]] std::uint64_t fingerprint(const nlohmann::ordered_json& schema);

/// Returns a hash of what a snapshot of the type's state looks like: its layout and state_version.
/// 0 if the state's layout cannot be told (it contains itself): it takes no snapshots then.
[[nodiscard]] std::uint64_t state_fingerprint(const aggregate_type& type);

/// Returns a value that fits a schema, for a person to begin with; what may be missing is left out.
[[nodiscard]] nlohmann::ordered_json example_of(const nlohmann::ordered_json& schema);

}  // namespace acta::internal
