#include "runtime/codec/json_shape.hpp"

#include <algorithm>
#include <utility>

#include "actors/model/guard.hpp"

namespace acta::internal {

namespace {

using kind = json_shape::kind;

/// Values described within a list, a map or an optional. More can only be in a type that contains
/// itself, or is so large that the rest may as well be judged later.
constexpr std::size_t most_described = 512;
constexpr std::size_t most_levels = 5;

/// Walks over an empty value as if each optional were present and each list had one element.
class shape_visitor final : public visitor {
public:
  [[nodiscard]] bool loading() const override { return true; }

  bool boolean(bool&) override { return put(kind::boolean); }
  bool signed_integer(std::int64_t& value, int) override {
    value = 0;
    return put(kind::integer);
  }
  bool unsigned_integer(std::uint64_t& value, int) override {
    value = 0;
    return put(kind::integer);
  }
  bool real(double&) override { return put(kind::real); }
  bool text(std::string&) override { return put(kind::text); }
  bool binary(bytes&) override { return put(kind::text); }
  bool time(timestamp&) override { return put(kind::text); }
  bool enumeration(std::size_t& index, std::span<const std::string_view>) override {
    index = 0;
    return put(kind::text);
  }

  bool begin_optional(bool& present) override {
    present = enter();
    return true;
  }
  bool end_optional() override {
    --levels_;
    return true;
  }
  bool begin_list(std::size_t& size) override {
    size = enter() ? 1 : 0;
    return true;
  }
  bool end_list() override { return wrap(kind::list); }
  bool begin_map(std::size_t& size) override {
    size = enter() ? 1 : 0;
    return true;
  }
  bool map_key(std::string&) override { return true; }
  bool end_map() override { return wrap(kind::map); }

  bool begin_object(std::size_t field_count) override {
    ++described_;
    open_.emplace_back().reserve(field_count);
    return true;
  }
  field_state begin_field(std::string_view name, bool) override {
    open_.back().push_back({std::string{name}, {}});
    return field_state::present;
  }
  bool end_field() override {
    open_.back().back().shape = std::exchange(made_, {});
    return true;
  }
  bool end_object() override {
    auto& members = open_.back();
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    made_ = {kind::object, std::move(members)};
    open_.pop_back();
    return true;
  }

  json_shape take() { return std::move(made_); }

private:
  bool put(kind is) {
    ++described_;
    made_ = {is, {}};
    return true;
  }
  /// Whether what is within is described; if not, anything goes there.
  bool enter() {
    made_ = {};
    return ++levels_ <= most_levels && described_ < most_described;
  }
  bool wrap(kind is) {
    --levels_;
    json_shape outer{is, {}};
    outer.members.push_back({{}, std::exchange(made_, {})});
    made_ = std::move(outer);
    return true;
  }

  std::size_t levels_ = 0;
  std::size_t described_ = 0;
  json_shape made_;
  std::vector<std::vector<json_shape::member>> open_;
};

}  // namespace

const json_shape* json_shape::find(std::string_view name) const {
  const auto place = std::lower_bound(
      members.begin(), members.end(), name,
      [](const member& one, std::string_view wanted) { return one.name < wanted; });
  return place != members.end() && place->name == name ? &place->shape : nullptr;
}

const char* json_shape::demand() const {
  switch (is) {
    case kind::boolean: return "must be true or false";
    case kind::integer: return "must be an integer";
    case kind::real: return "must be a number";
    case kind::text: return "must be a string";
    case kind::list: return "must be a list";
    case kind::map:
    case kind::object: return "must be an object";
    case kind::anything: break;
  }
  return "must be something else";
}

json_shape shape_of(visitable empty) {
  shape_visitor describe;
  const auto described = guarded("inspect()", [&]() -> result<bool> { return empty(describe); });
  return described && *described ? describe.take() : json_shape{};
}

}  // namespace acta::internal
