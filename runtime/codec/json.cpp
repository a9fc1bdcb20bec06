#include "runtime/codec/json.hpp"

#include <algorithm>
#include <cmath>

#include "actors/model/guard.hpp"
#include "runtime/codec/limits.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

using json = nlohmann::json;
using ordered_json = nlohmann::ordered_json;

/// The saving visitor of JSON. `open_` is the stack of what is being filled. It never fails: what
/// JSON has no form for is written as near as can be, and noted.
class json_writer final : public visitor {
public:
  json_writer(ordered_json& out, std::vector<std::string>* unrepresentable)
      : unrepresentable_{unrepresentable} {
    open_.push_back({&out, false});
  }

  [[nodiscard]] bool loading() const override { return false; }
  bool boolean(bool& value) override { return put(value); }
  bool signed_integer(std::int64_t& value, int) override { return put(value); }
  bool unsigned_integer(std::uint64_t& value, int) override { return put(value); }
  bool real(double& value) override {
    if (std::isfinite(value)) return put(value);
    return put_noted(std::isnan(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
  }
  bool text(std::string& value) override {
    return is_utf8(value) ? put(value) : put_noted(to_utf8(value));
  }
  bool binary(bytes& value) override { return put(to_base64(value)); }
  bool time(timestamp& value) override {
    return has_rfc3339(value) ? put(to_rfc3339(value)) : put_noted(to_expanded_rfc3339(value));
  }
  bool enumeration(std::size_t& index, std::span<const std::string_view> names) override {
    return put(std::string{names[index]});
  }
  bool unnamed(std::int64_t number) override { return put_noted(number); }
  bool begin_optional(bool& present) override { return present || put(nullptr); }
  bool end_optional() override { return true; }
  bool begin_list(std::size_t&) override { return open(ordered_json::array(), false); }
  bool end_list() override { return close(); }
  bool begin_map(std::size_t&) override { return open(ordered_json::object(), true); }
  bool map_key(std::string& key) override {
    auto& map = open_.back();
    key_ = to_utf8(key);
    map.has_replaced = map.has_replaced || key_ != key;
    // What was different may be alike now.
    if (map.has_replaced)
      while (map.filled->contains(key_)) key_ += replacement;
    if (key_ != key) note();
    return true;
  }
  bool end_map() override { return close(); }
  bool begin_object(std::size_t) override {
    if (++objects_ > max_nesting) return put_noted(nullptr);
    return open(ordered_json::object(), false);
  }
  field_state begin_field(std::string_view name, bool) override {
    if (objects_ > max_nesting) return field_state::skipped;
    key_ = name;
    return field_state::present;
  }
  bool end_field() override { return true; }
  bool end_object() override { return objects_-- > max_nesting || close(); }

private:
  struct container {
    ordered_json* filled;
    bool is_map;
    bool has_replaced = false;  ///< A map has a key that is not what it was.
  };

  template <class T>
  ordered_json& place(T&& value) {
    auto& parent = *open_.back().filled;
    if (open_.back().is_map) return append(parent, std::forward<T>(value));
    if (parent.is_array()) return parent.emplace_back(std::forward<T>(value));
    if (parent.is_object()) return parent[key_] = std::forward<T>(value);
    return parent = std::forward<T>(value);
  }
  /// A map's keys differ already, and to look among them would be quadratic.
  template <class T>
  ordered_json& append(ordered_json& map, T&& value) {
    auto& members = map.get_ref<ordered_json::object_t&>();
    return members
        .std::vector<ordered_json::object_t::value_type>::emplace_back(key_, std::forward<T>(value))
        .second;
  }
  template <class T>
  bool put(T&& value) {
    place(std::forward<T>(value));
    return true;
  }
  template <class T>
  bool put_noted(T&& value) {
    note();
    return put(std::forward<T>(value));
  }
  /// Notes the path to the value that is placed next, as visitor::within() would write it.
  void note() {
    if (!unrepresentable_) return;
    std::string path;
    // The first is the place of the whole.
    for (std::size_t i = 1; i < open_.size(); ++i) {
      const auto& filled = *open_[i].filled;
      const bool innermost = i + 1 == open_.size();
      if (filled.is_array())
        path += "[" + std::to_string(filled.size() - (innermost ? 0 : 1)) + "]";
      else
        path += (path.empty() ? "" : ".") + (innermost ? key_ : newest_key(filled));
    }
    // A key and its value are one place.
    if (unrepresentable_->empty() || unrepresentable_->back() != path)
      unrepresentable_->push_back(std::move(path));
  }
  static const std::string& newest_key(const ordered_json& object) {
    return object.get_ref<const ordered_json::object_t&>().back().first;
  }
  bool open(ordered_json empty, bool is_map) {
    auto& placed = place(std::move(empty));
    open_.push_back({&placed, is_map});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<std::string>* unrepresentable_;
  std::vector<container> open_;
  std::size_t objects_ = 0;
  std::string key_;
};

/// The loading visitor of JSON. `at_` is the stack of values that are being read.
class json_reader final : public visitor {
public:
  explicit json_reader(const json& input) { at_.push_back({&input, {}, 0, {}}); }

  [[nodiscard]] bool loading() const override { return true; }

  bool boolean(bool& value) override {
    const auto& read = take();
    if (!read.is_boolean()) return fail("must be true or false");
    value = read.get<bool>();
    return true;
  }
  bool signed_integer(std::int64_t& value, int) override {
    const auto& read = take();
    if (!read.is_number_integer()) return not_an_integer(read);
    if (read.is_number_unsigned() && read.get<std::uint64_t>() > 0x7fff'ffff'ffff'ffff)
      return fail("is out of range");
    value = read.get<std::int64_t>();
    return true;
  }
  bool unsigned_integer(std::uint64_t& value, int) override {
    const auto& read = take();
    if (!read.is_number_integer()) return not_an_integer(read);
    if (!read.is_number_unsigned() && read.get<std::int64_t>() < 0) return fail("is out of range");
    value = read.get<std::uint64_t>();
    return true;
  }
  bool real(double& value) override {
    const auto& read = take();
    if (!read.is_number()) return fail("must be a number");
    value = read.get<double>();
    return true;
  }
  bool text(std::string& value) override {
    const auto& read = take();
    if (!read.is_string()) return fail("must be a string");
    value = read.get_ref<const std::string&>();
    return is_utf8(value) || fail("is not UTF-8");
  }
  bool binary(bytes& value) override {
    std::string encoded;
    if (!text(encoded)) return false;
    auto read = from_base64(encoded);
    if (!read) return fail("must be base64");
    value = *std::move(read);
    return true;
  }
  bool time(timestamp& value) override {
    std::string written;
    if (!text(written)) return false;
    const auto read = from_rfc3339(written);
    if (!read) return fail("must be an RFC 3339 time, like 2026-11-24T11:41:25.000000Z");
    value = *read;
    return true;
  }
  bool enumeration(std::size_t& index, std::span<const std::string_view> names) override {
    std::string name;
    if (!text(name)) return false;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return fail("must be one of " + list(names));
    index = static_cast<std::size_t>(found - names.begin());
    return true;
  }

  bool begin_optional(bool& present) override {
    present = !here().is_null();
    if (!present) take();
    return true;
  }
  bool end_optional() override { return true; }

  bool begin_list(std::size_t& size) override {
    const auto& read = take();
    if (!read.is_array()) return fail("must be a list");
    size = read.size();
    return enter(read);
  }
  bool end_list() override { return leave(); }

  bool begin_map(std::size_t& size) override {
    const auto& read = take();
    if (!read.is_object()) return fail("must be an object");
    size = read.size();
    return enter(read);
  }
  bool map_key(std::string& key) override {
    auto& map = at_.back();
    map.member = map.element++ == 0 ? map.container->begin() : std::next(map.member);
    key = map.member.key();
    return is_utf8(key) || fail("has a key that is not UTF-8");
  }
  bool end_map() override { return leave(); }

  bool begin_object(std::size_t) override {
    const auto& read = take();
    if (++objects_ > max_nesting) return fail(nested_too_deeply);
    return read.is_object() ? enter(read) : fail("must be an object");
  }
  field_state begin_field(std::string_view name, bool required) override {
    auto& object = at_.back();
    object.member = object.container->find(name);
    if (object.member != object.container->end()) {
      object.seen.push_back(&*object.member);
      return field_state::present;
    }
    if (!required) return field_state::missing;
    fail("is missing");
    return field_state::failed;
  }
  bool end_field() override { return true; }
  bool end_object() override {
    const auto& [container, member, element, seen] = at_.back();
    for (auto i = container->begin(); i != container->end(); ++i)
      if (std::find(seen.begin(), seen.end(), &*i) == seen.end()) {
        fail("is not a known field");
        return within(is_utf8(i.key()) ? i.key() : "?");
      }
    --objects_;
    return leave();
  }

private:
  struct level {
    const json* container;
    json::const_iterator member;    // of an object or map: the one being read
    std::size_t element;            // of a list or map: how many were begun
    std::vector<const json*> seen;  // the values of the fields that were asked for
  };

  /// The value to be read now.
  [[nodiscard]] const json& here() const {
    const auto& top = at_.back();
    if (at_.size() == 1) return *top.container;
    return top.container->is_array() ? (*top.container)[top.element] : *top.member;
  }
  /// The same, and a list goes on to its next element.
  const json& take() {
    const auto& value = here();
    if (at_.size() > 1 && at_.back().container->is_array()) ++at_.back().element;
    return value;
  }
  bool enter(const json& container) {
    at_.push_back({&container, {}, 0, {}});
    return true;
  }
  bool leave() {
    at_.pop_back();
    return true;
  }
  /// The parser turns an integer that fits nowhere into a floating-point number.
  bool not_an_integer(const json& read) {
    const bool huge = read.is_number_float() && std::abs(read.get<double>()) >= 0x1p63;
    return fail(huge ? "is out of range" : "must be an integer");
  }
  static std::string list(std::span<const std::string_view> names) {
    std::string text;
    for (const auto name : names) text += (text.empty() ? "" : ", ") + std::string{name};
    return text;
  }

  std::vector<level> at_;
  std::size_t objects_ = 0;
};

/// Builds the value that nlohmann's parser tells of, and refuses what its own builder lets pass,
/// and what a shape, if there is one, does not have. The parser keeps its place in a list, not on
/// the stack; so does this.
class strict_builder final : public json::json_sax_t {
public:
  explicit strict_builder(const json_shape* shape) : shape_{shape} {}

  bool null() override { return put(nullptr); }
  bool boolean(bool value) override { return put(value); }
  bool number_integer(std::int64_t value) override { return put(value); }
  bool number_unsigned(std::uint64_t value) override { return put(value); }
  bool number_float(double value, const std::string&) override { return put(value); }
  bool string(std::string& value) override { return put(std::move(value)); }
  bool binary(json::binary_t&) override { return fail("is not JSON", path()); }
  bool start_object(std::size_t) override { return open(json::object()); }
  bool key(std::string& name) override {
    auto& object = open_.back();
    object.name = name;
    if (misfit_) return true;
    if (object.shape && object.shape->is == json_shape::kind::object) {
      object.member_shape = object.shape->find(name);
      if (!object.member_shape) return fail("is not a known field", path());
    }
    const auto [member, added] = object.built->emplace(std::move(name), nullptr);
    object.member = &*member;
    return added || fail("comes twice", path());
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t at, const std::string&,
                   const nlohmann::detail::exception& why) override {
    constexpr int number_overflow = 406;
    if (why.id == number_overflow) return misfit_ ? false : fail(huge_number(), path());
    return fail("is not JSON: byte " + std::to_string(at) + " does not fit", {});
  }

  [[nodiscard]] json take() { return std::move(root_); }
  [[nodiscard]] error problem() { return std::move(problem_); }

private:
  /// A list or an object that is being built.
  struct level {
    json* built;              // null within a misfit
    const json_shape* shape;  // null: anything goes
    bool is_list;
    std::size_t elements = 0;                  // of a list: how many were begun
    std::string name = {};                     // of an object: the member being read,
    json* member = nullptr;                    // where its value belongs,
    const json_shape* member_shape = nullptr;  // and what that may look like
  };

  /// What the next value may look like.
  [[nodiscard]] const json_shape* expected() const {
    if (open_.empty()) return shape_;
    const auto& top = open_.back();
    if (!top.shape || top.shape->members.empty()) return nullptr;
    return top.shape->is == json_shape::kind::object ? top.member_shape
                                                     : &top.shape->members.front().shape;
  }
  /// What a number is told that no double can hold: it is JSON all the same.
  [[nodiscard]] const char* huge_number() const {
    using kind = json_shape::kind;
    const auto* shape = expected();
    const bool may_be_number = !shape || shape->is == kind::anything ||
                               shape->is == kind::integer || shape->is == kind::real;
    return may_be_number ? "is out of range" : shape->demand();
  }
  static bool fits(const json_shape* shape, bool is_list) {
    using kind = json_shape::kind;
    if (!shape || shape->is == kind::anything) return true;
    return is_list ? shape->is == kind::list : shape->is == kind::object || shape->is == kind::map;
  }
  /// Where the next value belongs.
  json& place() {
    if (open_.empty()) return root_;
    auto& top = open_.back();
    return top.is_list ? top.built->emplace_back() : *top.member;
  }
  template <class T>
  bool put(T&& value) {
    if (!misfit_) place() = std::forward<T>(value);
    if (!open_.empty()) ++open_.back().elements;
    return true;
  }
  bool open(json empty) {
    if (open_.size() == max_json_nesting) return fail(nested_too_deeply, path());
    const bool is_list = empty.is_array();
    const auto* shape = misfit_ ? nullptr : expected();
    if (!misfit_ && !fits(shape, is_list)) {
      // What is within is of no use: it is read, in case it is not JSON, and not kept.
      fail(shape->demand(), path());
      misfit_ = open_.size() + 1;
    }
    json* built = nullptr;
    if (!misfit_) {
      built = &place();
      *built = std::move(empty);
    }
    if (!open_.empty()) ++open_.back().elements;
    open_.push_back({built, misfit_ ? nullptr : shape, is_list});
    return true;
  }
  /// Ends the parsing behind a misfit.
  bool close() {
    open_.pop_back();
    return !misfit_ || open_.size() >= misfit_;
  }
  bool fail(std::string reason, std::string where) {
    problem_ = {errc::malformed, std::move(reason), {}, std::move(where)};
    return false;
  }
  /// The way to the value that is being read, as the visitors write it.
  [[nodiscard]] std::string path() const {
    std::string made;
    for (std::size_t i = 0; i < open_.size(); ++i)
      if (open_[i].is_list)
        made += "[" + std::to_string(open_[i].elements - (i + 1 < open_.size() ? 1 : 0)) + "]";
      else
        made += (made.empty() ? "" : ".") + open_[i].name;
    return made;
  }

  const json_shape* shape_;
  json root_;
  std::vector<level> open_;  // outermost first
  std::size_t misfit_ = 0;   // how many levels are open within a value that does not fit; 0: none
  error problem_;
};

}  // namespace

result<json> parse_json(std::string_view text, const json_shape* shape) {
  // The library takes a NUL for the end, whatever follows it.
  if (text.find('\0') != text.npos) return error{errc::malformed, "holds a NUL byte"};
  strict_builder builder{shape};
  if (json::sax_parse(text, &builder)) return builder.take();
  return builder.problem();
}

result<ordered_json> to_json(visitable what, std::vector<std::string>* unrepresentable) {
  return guarded("inspect()", [&]() -> result<ordered_json> {
    ordered_json out;
    json_writer writer{out, unrepresentable};
    if (what(writer)) return out;
    return error{errc::malformed, writer.reason(), {}, writer.path()};
  });
}

result<void> from_json(const json& input, visitable into) {
  return guarded("inspect()", [&]() -> result<void> {
    json_reader reader{input};
    if (into(reader)) return {};
    return error{errc::malformed, reader.reason(), {}, reader.path()};
  });
}

result<any_value> command_from_json(const command_type& type, const json& input) {
  auto command = new_command(type);
  if (!command) return command.error();
  if (auto read = from_json(input, [&](visitor& v) { return command->visit(v); }); !read)
    return read.error();
  return command;
}

result<any_value> new_command(const command_type& type) {
  return guarded("a command's constructor",
                 [&]() -> result<any_value> { return any_value{*type.payload}; });
}

}  // namespace acta::internal
