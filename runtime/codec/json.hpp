// JSON at the edges: HTTP, command line, lock file. Never in the journal, which holds CBOR.
//
//   integers     JSON numbers, exact         bytes      base64 (RFC 4648, padded)
//   timestamp    RFC 3339, microseconds, "2026-11-24T11:41:25.000000Z"
//   optional     null when absent            enum       its name
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "actors/model/error.hpp"
#include "actors/model/visitor.hpp"
#include "runtime/codec/json_shape.hpp"

namespace acta {

/// Writes `what` as JSON; the fields of an object keep the order of its inspect(). Fails
/// (malformed) if it holds what JSON cannot: text that is not UTF-8, a double that is not finite,
/// an enumeration's value without a name, a time outside the years 0 to 9999, objects nested deeper
/// than limits.hpp says. Linear in the size of the value.
result<nlohmann::ordered_json> to_json(visitable what);

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

}  // namespace acta
