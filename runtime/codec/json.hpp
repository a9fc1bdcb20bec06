// JSON at the edges: HTTP, command line, lock file. Never in the journal, which holds CBOR.
//
//   integers     JSON numbers, exact         bytes      base64 (RFC 4648, padded)
//   timestamp    RFC 3339, microseconds, "2026-11-24T11:41:25.000000Z"
//   optional     null when absent            enum       its name
//
// What JSON has no form for is written as near as can be, and its path is told:
//
//   double       "NaN", "Infinity", "-Infinity"
//   timestamp    outside the years 0 to 9999: a sign and six digits for the year, as ISO 8601 and
//                ECMAScript expand it, "+010000-01-01T00:00:00.000000Z"
//   text, key    that is not UTF-8: U+FFFD for what is not
//   enum         a value without a name: its number
//   object       deeper than limits.hpp says: null
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/aggregate_type.hpp"
#include "actors/model/error.hpp"
#include "actors/model/visitor.hpp"
#include "runtime/codec/json_shape.hpp"

namespace acta::internal {

/// Writes `what` as JSON; the fields of an object keep the order of its inspect(). Adds the path to
/// each value that JSON has no form for to `unrepresentable`, if that is given; from_json() does
/// not read such a value back. Fails (malformed) only where an inspect() does. Linear in the size
/// of the value.
result<nlohmann::ordered_json> to_json(visitable what,
                                       std::vector<std::string>* unrepresentable = nullptr);

/// Reads JSON text as a client may send it. Fails (malformed), with the path to the place in
/// `field`: text that is not JSON, a name that comes twice in an object (nlohmann's own parser
/// would keep the last in silence), lists and objects nested deeper than limits.hpp says. With a
/// shape, the first member that it does not have ends the reading too, and a list or an object
/// where it has something else is read over, then refused: text that does not fit costs little.
result<nlohmann::json> parse_json(std::string_view text, const json_shape* shape = nullptr);

/// Walks `into` over `input`. Fails (malformed), with the path to the place in `field`: a field
/// that is missing or unknown, another type, a number out of range or with a fraction where an
/// integer belongs, text that is no timestamp or base64. A double may be written as an integer.
result<void> from_json(const nlohmann::json& input, visitable into);

/// Makes an empty command of this type. Fails (domain_failed, unavailable) if its constructor
/// throws.
result<any_value> new_command(const command_type& type);
/// The same into a new command of this type. Fails too (domain_failed, unavailable) if its
/// constructor throws.
result<any_value> command_from_json(const command_type& type, const nlohmann::json& input);

}  // namespace acta::internal
