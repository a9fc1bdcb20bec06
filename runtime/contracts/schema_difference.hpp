// What has changed between two schemas, in words: for a person who must decide what to do about it.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace acta::internal {

/// Returns one sentence for each thing that differs, of the form
///   the field 'lines[].amount' was int64, is text
/// none if the schemas are the same. Both are what schema_of() returns, at some time.
[[nodiscard]] std::vector<std::string> schema_differences(const nlohmann::ordered_json& was,
                                                          const nlohmann::ordered_json& is);

/// Returns a schema in words: "text", "list of int64", "one of red, green".
[[nodiscard]] std::string schema_in_words(const nlohmann::ordered_json& schema);

}  // namespace acta::internal
