#include "runtime/codec/schema.hpp"

#include <xxhash.h>

#include <algorithm>

#include "actors/model/guard.hpp"
#include "runtime/codec/limits.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

using ordered_json = nlohmann::ordered_json;

/// Describes a type by walking over an empty value of it: each optional is present and each list
/// has one element, so that every part is seen once.
class schema_visitor final : public visitor {
public:
  [[nodiscard]] bool loading() const override { return true; }

  bool boolean(bool&) override { return scalar("bool"); }
  bool signed_integer(std::int64_t& value, int bits) override {
    value = 0;
    return scalar("int" + std::to_string(bits));
  }
  bool unsigned_integer(std::uint64_t& value, int bits) override {
    value = 0;
    return scalar("uint" + std::to_string(bits));
  }
  bool real(double&) override { return scalar("double"); }
  bool text(std::string&) override { return scalar("text"); }
  bool binary(bytes&) override { return scalar("bytes"); }
  bool time(timestamp&) override { return scalar("timestamp"); }
  bool enumeration(std::size_t& index, std::span<const std::string_view> names) override {
    index = 0;
    for (auto i = names.begin(); i != names.end(); ++i) {
      if (!is_utf8(*i)) return fail("has a value whose name is not UTF-8");
      if (std::find(names.begin(), i, *i) != i)
        return fail("has two values named " + std::string{*i});
    }
    made_ = ordered_json{{"enum", std::vector<std::string>(names.begin(), names.end())}};
    return true;
  }

  bool begin_optional(bool& present) override {
    present = true;
    return deeper();
  }
  bool end_optional() override { return wrap("optional"); }
  bool begin_list(std::size_t& size) override {
    size = 1;
    return deeper();
  }
  bool end_list() override { return wrap("list"); }
  bool begin_map(std::size_t& size) override {
    size = 1;
    return deeper();
  }
  bool map_key(std::string&) override { return true; }
  bool end_map() override { return wrap("map"); }

  bool begin_object(std::size_t) override {
    objects_.emplace_back();
    return deeper();
  }
  field_state begin_field(std::string_view name, bool required) override {
    if (!is_utf8(name) || objects_.back().fields.contains(name)) {
      fail(is_utf8(name) ? "is the name of two fields" : "is not UTF-8");
      return field_state::failed;
    }
    objects_.back().name = name;
    objects_.back().required = required;
    return field_state::present;
  }
  bool end_field() override {
    auto& [name, required, fields] = objects_.back();
    if (!required) made_ = ordered_json{{"may_be_missing", std::move(made_)}};
    fields[name] = std::move(made_);
    return true;
  }
  bool end_object() override {
    made_ = std::move(objects_.back().fields);
    objects_.pop_back();
    return wrap("object");
  }

  ordered_json take() { return std::move(made_); }

private:
  struct object {
    std::string name;  // of the field being described
    bool required = true;
    ordered_json fields = ordered_json::object();
  };

  bool scalar(std::string name) {
    made_ = std::move(name);
    return true;
  }
  bool deeper() {
    return ++depth_ <= max_nesting || fail("contains itself, or is nested too deeply");
  }
  bool wrap(const char* kind) {
    --depth_;
    made_ = ordered_json{{kind, std::move(made_)}};
    return true;
  }

  std::size_t depth_ = 0;
  ordered_json made_;
  std::vector<object> objects_;
};

}  // namespace

result<ordered_json> schema_of(const value_type& type) {
  return guarded("a constructor or inspect()", [&]() -> result<ordered_json> {
    schema_visitor describe;
    const any_value empty{type};
    if (empty.visit(describe)) return describe.take();
    return error{errc::malformed, describe.reason(), {}, describe.path()};
  });
}

std::uint64_t fingerprint(const ordered_json& schema) {
  const auto text = schema.dump();
  return XXH3_64bits(text.data(), text.size());
}

std::uint64_t state_fingerprint(const aggregate_type& type) {
  const auto layout = schema_of(*type.state);
  if (!layout) return 0;
  return fingerprint({{"state", *layout}, {"state_version", type.state_version}});
}

nlohmann::ordered_json example_of(const nlohmann::ordered_json& schema) {
  using nlohmann::ordered_json;
  if (schema.is_string()) {
    const auto& scalar = schema.get_ref<const std::string&>();
    if (scalar == "text") return "text";
    if (scalar == "bool") return true;
    if (scalar == "bytes") return "AAEC";
    if (scalar == "timestamp") return "2026-01-31T12:00:00Z";
    return scalar == "double" ? ordered_json(1.5) : ordered_json(1);
  }
  const auto& kind = schema.begin().key();
  const auto& of = schema.begin().value();
  if (kind == "enum") return of.front();
  if (kind == "list") return ordered_json::array({example_of(of)});
  if (kind == "map") return {{"key", example_of(of)}};
  if (kind == "optional") return example_of(of);
  auto made = ordered_json::object();
  for (const auto& [name, field] : of.items())
    if (!field.is_object() || !field.contains("may_be_missing")) made[name] = example_of(field);
  return made;
}

}  // namespace acta::internal
