// What the JSON of a type may look like, so that text is judged while it is parsed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/model/visitor.hpp"

namespace acta::internal {

/// One value: its kind, and what is within.
struct json_shape {
  enum class kind { anything, boolean, integer, real, text, list, map, object };
  struct member;

  kind is = kind::anything;
  std::vector<member> members;  ///< An object's, by name; a list's or map's: one, for all.

  /// Returns the shape of the member of that name, or null if there is none.
  [[nodiscard]] const json_shape* find(std::string_view name) const;
  /// Returns what a value of another kind is told, as from_json() tells it.
  [[nodiscard]] const char* demand() const;
};

struct json_shape::member {
  std::string name;
  json_shape shape;
};

/// Returns the shape of what `empty` walks over, which is assigned to. Anything goes for a value
/// that cannot be described, because inspect() refuses it or throws for instance, and from some
/// depth on in a type that contains itself. Linear in the size of the type, and cheap: no more than
/// two small allocations for each field.
[[nodiscard]] json_shape shape_of(visitable empty);

}  // namespace acta::internal
