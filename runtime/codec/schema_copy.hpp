// Values whose type no program has any more, from one form into another: by their schema alone.
#pragma once

#include <nlohmann/json.hpp>

#include "actors/model/visitor.hpp"

namespace acta::internal {

/// Reads one value of `schema`, which schema_of() returned at some time, from the loading visitor
/// `from` and writes it to the saving visitor `to`. A field that may be missing, and is, is left
/// out. Returns false once something is wrong, as visitors do: the one that failed knows what and
/// where, and a schema that is none fails in `from`.
bool copy_by_schema(const nlohmann::ordered_json& schema, visitor& from, visitor& to);

}  // namespace acta::internal
