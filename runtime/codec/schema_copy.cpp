#include "runtime/codec/schema_copy.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace acta::internal {

namespace {

using nlohmann::ordered_json;

/// One value of type T, by the calls of a visitor that take such.
template <class T, class Visit>
bool copy_value(visitor& from, visitor& to, Visit visit) {
  T value{};
  return visit(from, value) && visit(to, value);
}

bool copy_scalar(const std::string& name, visitor& from, visitor& to) {
  const auto is = [&name](std::string_view one) { return name == one; };
  if (is("bool"))
    return copy_value<bool>(from, to, [](visitor& v, bool& x) { return v.boolean(x); });
  if (is("double"))
    return copy_value<double>(from, to, [](visitor& v, double& x) { return v.real(x); });
  if (is("text"))
    return copy_value<std::string>(from, to, [](visitor& v, std::string& x) { return v.text(x); });
  if (is("bytes"))
    return copy_value<bytes>(from, to, [](visitor& v, bytes& x) { return v.binary(x); });
  if (is("timestamp"))
    return copy_value<timestamp>(from, to, [](visitor& v, timestamp& x) { return v.time(x); });
  // Its width bounds the values that were written, so none is lost in 64 bits.
  if (name.starts_with("int"))
    return copy_value<std::int64_t>(
        from, to, [](visitor& v, std::int64_t& x) { return v.signed_integer(x, 64); });
  if (name.starts_with("uint"))
    return copy_value<std::uint64_t>(
        from, to, [](visitor& v, std::uint64_t& x) { return v.unsigned_integer(x, 64); });
  return from.fail("has a schema that is none");
}

bool copy_enumeration(const ordered_json& names, visitor& from, visitor& to) {
  const auto texts = names.get<std::vector<std::string>>();
  const std::vector<std::string_view> known(texts.begin(), texts.end());
  std::size_t index = 0;
  return from.enumeration(index, known) && to.enumeration(index, known);
}

bool copy_optional(const ordered_json& of, visitor& from, visitor& to) {
  bool present = false;
  return from.begin_optional(present) && to.begin_optional(present) &&
         (!present || copy_by_schema(of, from, to)) && from.end_optional() && to.end_optional();
}

bool copy_list(const ordered_json& of, visitor& from, visitor& to) {
  std::size_t size = 0;
  if (!from.begin_list(size) || !to.begin_list(size)) return false;
  for (std::size_t i = 0; i < size; ++i)
    if (!copy_by_schema(of, from, to)) return from.within("[" + std::to_string(i) + "]");
  return from.end_list() && to.end_list();
}

bool copy_map(const ordered_json& of, visitor& from, visitor& to) {
  std::size_t size = 0;
  if (!from.begin_map(size) || !to.begin_map(size)) return false;
  std::set<std::string> keys;
  for (std::size_t i = 0; i < size; ++i) {
    std::string key;
    if (!from.map_key(key)) return false;
    if (!keys.insert(key).second) return from.fail("has the same key twice");
    if (!to.map_key(key)) return false;
    if (!copy_by_schema(of, from, to)) return from.within(key);
  }
  return from.end_map() && to.end_map();
}

bool copy_object(const ordered_json& fields, visitor& from, visitor& to) {
  if (!from.begin_object(fields.size()) || !to.begin_object(fields.size())) return false;
  for (const auto& [name, schema] : fields.items()) {
    const bool required = !schema.is_object() || !schema.contains("may_be_missing");
    const auto found = from.begin_field(name, required);
    if (found == field_state::missing) continue;
    if (found == field_state::failed || to.begin_field(name, required) != field_state::present ||
        !copy_by_schema(required ? schema : schema.at("may_be_missing"), from, to) ||
        !from.end_field() || !to.end_field())
      return from.within(name);
  }
  return from.end_object() && to.end_object();
}

bool is_list_of_text(const ordered_json& schema) {
  return schema.is_array() &&
         std::all_of(schema.begin(), schema.end(), [](const auto& one) { return one.is_string(); });
}

}  // namespace

bool copy_by_schema(const ordered_json& schema, visitor& from, visitor& to) {
  if (schema.is_string()) return copy_scalar(schema.get_ref<const std::string&>(), from, to);
  if (schema.is_object() && schema.size() == 1) {
    const auto& kind = schema.begin().key();
    const auto& of = schema.begin().value();
    if (kind == "enum" && is_list_of_text(of)) return copy_enumeration(of, from, to);
    if (kind == "optional") return copy_optional(of, from, to);
    if (kind == "list") return copy_list(of, from, to);
    if (kind == "map") return copy_map(of, from, to);
    if (kind == "object" && of.is_object()) return copy_object(of, from, to);
  }
  return from.fail("has a schema that is none");
}

}  // namespace acta::internal
