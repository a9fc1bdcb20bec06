// Turns a user's inspect() into calls on a visitor. ACTA_FIELDS (fields.hpp) writes it, or a user
// does, once per type,
//
//   template <class Inspector> bool inspect(Inspector& f, deposited& e) {
//     return f.object(e).fields(f.field("minor_units", e.minor_units),
//                               f.field("reference", e.reference));
//   }
//
// and, for an enumeration,
//
//   template <class Inspector> bool inspect(Inspector& f, color& c) {
//     return f.enumeration(c, {{color::red, "red"}, {color::green, "green"}});
//   }
//
// A field is a bool, an integer of 8 to 64 bits, a double, a std::string (UTF-8), acta::bytes, an
// acta::timestamp, an enumeration or a class with an inspect() of its own, or a std::optional,
// std::vector or std::map<std::string, T> of such.
//
// `f.field("limit", e.limit).fallback(0)` gives a field a value when the input leaves it out. A
// field of type std::optional may always be left out. All else must be there; nothing else may be.
//
// A member that inspect() does not name is not stored, and comes back as its type makes it: an
// event loses it, a state does when it comes back from a snapshot. The compiler sees that for a
// plain struct with ACTA_FIELDS, and never for an inspect() that is written by hand.
// `verify` finds it in a state whose view shows it; the texts of given/when/then do not show it
// either.
#pragma once

#include <algorithm>
#include <concepts>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/model/visitor.hpp"

namespace acta {

class inspector;

template <class T>
concept described_type = std::is_class_v<T> || std::is_enum_v<T>;

/// T has an inspect() that can be found next to it.
template <class T>
concept inspectable = described_type<T> && requires(inspector& f, T& value) {
  { inspect(f, value) } -> std::convertible_to<bool>;
};

template <class T>
bool visit(visitor& v, T& value);

template <class T>
struct field_of {
  std::string_view name;
  T* value;

  template <class U>
  struct with_fallback {
    std::string_view name;
    T* value;
    U otherwise;
  };
  /// Gives the field `otherwise` when the input does not have it.
  template <class U>
  [[nodiscard]] auto fallback(U otherwise) const {
    static_assert(std::is_assignable_v<T&, const U&>,
                  "acta: a field's fallback is of a type that the field can take");
    return with_fallback<U>{name, value, std::move(otherwise)};
  }
};

/// What a user's inspect() is called with; see the top of this file.
class inspector {
public:
  explicit inspector(visitor& v, std::span<const std::string_view> later = {})
      : visitor_{v}, later_{later} {}
  /// Not for users: an inspector of what the type was before it had these fields.
  [[nodiscard]] inspector without(std::span<const std::string_view> fields) const {
    return inspector{visitor_, fields};
  }

  class object_of {
  public:
    object_of(visitor& v, std::span<const std::string_view> later) : visitor_{v}, later_{later} {}
    template <class... Fields>
    bool fields(const Fields&... fields) {
      if (!later_.empty() && (std::size_t{is_later(fields.name)} + ... + 0) != later_.size())
        return visitor_.fail("lacks a field that acta::added names");
      return visitor_.begin_object(sizeof...(Fields) - later_.size()) &&
             (visit_field(fields) && ...) && visitor_.end_object();
    }

  private:
    template <class Field>
    using value_of = std::remove_pointer_t<decltype(Field::value)>;
    template <class Field>
    static constexpr bool has_fallback = requires(const Field& field) {
      field.otherwise;
    };
    template <class Field>
    static constexpr bool is_optional = requires(value_of<Field>& v) {
      v.reset();
      v.has_value();
    };

    template <class Field>
    bool visit_field(const Field& field) {
      constexpr bool may_be_missing = has_fallback<Field> || is_optional<Field>;
      if (is_later(field.name))
        return may_be_missing ? leave_out(field)
                              : visitor_.fail("was added: it is optional or has a fallback") ||
                                    visitor_.within(field.name);
      switch (visitor_.begin_field(field.name, !may_be_missing)) {
        case field_state::present:
          if constexpr (may_be_missing)
            if (!visit(visitor_, *field.value) || !visit_fallback(field))
              return visitor_.within(field.name);
          if constexpr (!may_be_missing)
            if (!visit(visitor_, *field.value)) return visitor_.within(field.name);
          return visitor_.end_field() || visitor_.within(field.name);
        case field_state::missing: return leave_out(field);
        case field_state::skipped: return true;
        case field_state::failed: break;
      }
      return visitor_.within(field.name);
    }

    [[nodiscard]] bool is_later(std::string_view field) const {
      return std::find(later_.begin(), later_.end(), field) != later_.end();
    }
    template <class Field>
    bool leave_out(const Field& field) const {
      if (!visitor_.loading()) return true;
      if constexpr (has_fallback<Field>)
        *field.value = field.otherwise;
      else if constexpr (is_optional<Field>)
        field.value->reset();
      return true;
    }

    /// Shows the visitor what the field falls back on, if it wants to see that.
    template <class Field>
    bool visit_fallback(const Field& field) {
      if (!visitor_.begin_fallback()) return true;
      auto otherwise = [&] {
        if constexpr (std::is_default_constructible_v<value_of<Field>>)
          return value_of<Field>{};
        else
          return value_of<Field>{*field.value};
      }();
      if constexpr (has_fallback<Field>) otherwise = field.otherwise;
      return visit(visitor_, otherwise) && visitor_.end_fallback();
    }

    visitor& visitor_;
    std::span<const std::string_view> later_;
  };

  template <class T>
  object_of object(T&) {
    return object_of{visitor_, later_};
  }

  template <class T>
  field_of<T> field(std::string_view name, T& value) {
    static_assert(!std::is_const_v<T>, "acta: a field is not const, for loading assigns it");
    return {name, &value};
  }

  /// Writes an enumeration by name, so that its numbers may change. Each value has one name.
  template <class E>
  bool enumeration(E& value, std::initializer_list<std::pair<E, std::string_view>> names) {
    std::vector<std::string_view> texts;
    std::size_t index = names.size();
    for (const auto& [candidate, name] : names) {
      if (candidate == value && index == names.size()) index = texts.size();
      texts.push_back(name);
    }
    if (!visitor_.loading() && index == names.size()) {
      if constexpr (std::is_enum_v<E>) return visitor_.unnamed(static_cast<std::int64_t>(value));
      return visitor_.fail("has a value without a name");
    }
    if (!visitor_.enumeration(index, texts)) return false;
    if (visitor_.loading() && index < names.size()) value = (names.begin() + index)->first;
    return true;
  }

  [[nodiscard]] bool loading() const { return visitor_.loading(); }

private:
  visitor& visitor_;
  std::span<const std::string_view> later_;
};

namespace detail {

template <class T>
inline constexpr bool is_optional_v = false;
template <class T>
inline constexpr bool is_optional_v<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector_v = false;
template <class T>
inline constexpr bool is_vector_v<std::vector<T>> = true;
template <class T>
inline constexpr bool is_text_map_v = false;
template <class T>
inline constexpr bool is_text_map_v<std::map<std::string, T>> = true;
/// Characters are not among them: whether a plain one has a sign differs between platforms.
template <class T>
inline constexpr bool is_integer_v =
    std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> &&
    !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char8_t> && !std::is_same_v<T, char16_t> &&
    !std::is_same_v<T, char32_t>;
template <class>
inline constexpr bool always_false = false;

template <class T, class Wide>
bool visit_integer(visitor& v, T& value, bool (visitor::*visit_wide)(Wide&, int)) {
  Wide wide = value;
  if (!(v.*visit_wide)(wide, static_cast<int>(sizeof(T) * 8))) return false;
  if (!v.loading()) return true;
  if (!std::in_range<T>(wide)) return v.fail("is out of range");
  value = static_cast<T>(wide);
  return true;
}

template <class T>
bool visit_optional(visitor& v, std::optional<T>& value) {
  static_assert(!is_optional_v<T>,
                "acta: an optional of an optional cannot be stored: null would mean both");
  bool present = value.has_value();
  if (!v.begin_optional(present)) return false;
  if (v.loading()) {
    if (present)
      value.emplace();
    else
      value.reset();
  }
  return (!present || visit(v, *value)) && v.end_optional();
}

inline std::string step(std::size_t index) { return "[" + std::to_string(index) + "]"; }

template <class T>
bool visit_list(visitor& v, std::vector<T>& value) {
  std::size_t size = value.size();
  if (!v.begin_list(size)) return false;
  if (v.loading()) {
    // Grown as elements arrive: a length that lies cannot make us reserve what it claims.
    value.clear();
    for (std::size_t i = 0; i < size; ++i) {
      T element{};
      if (!visit(v, element)) return v.within(step(i));
      value.push_back(std::move(element));
    }
  } else {
    for (std::size_t i = 0; i < size; ++i) {
      if constexpr (std::is_same_v<T, bool>) {
        bool element = value[i];
        if (!visit(v, element)) return v.within(step(i));
      } else if (!visit(v, value[i])) {
        return v.within(step(i));
      }
    }
  }
  return v.end_list();
}

template <class T>
bool visit_map(visitor& v, std::map<std::string, T>& value) {
  std::size_t size = value.size();
  if (!v.begin_map(size)) return false;
  if (v.loading()) {
    value.clear();
    for (std::size_t i = 0; i < size; ++i) {
      std::string key;
      T element{};
      if (!v.map_key(key)) return false;
      if (!visit(v, element)) return v.within(key);
      if (!value.emplace(std::move(key), std::move(element)).second)
        return v.fail("has the same key twice");
    }
  } else {
    for (auto& [key, element] : value) {
      std::string name = key;
      if (!v.map_key(name)) return false;
      if (!visit(v, element)) return v.within(key);
    }
  }
  return v.end_map();
}

}  // namespace detail

/// Walks `v` over `value`. Returns false when something is wrong; `v` then knows what and where.
template <class T>
bool visit(visitor& v, T& value) {
  if constexpr (std::is_same_v<T, bool>)
    return v.boolean(value);
  else if constexpr (detail::is_integer_v<T> && std::is_signed_v<T>)
    return detail::visit_integer(v, value, &visitor::signed_integer);
  else if constexpr (detail::is_integer_v<T>)
    return detail::visit_integer(v, value, &visitor::unsigned_integer);
  else if constexpr (std::is_same_v<T, double>)
    return v.real(value);
  else if constexpr (std::is_same_v<T, std::string>)
    return v.text(value);
  else if constexpr (std::is_same_v<T, bytes>)
    return v.binary(value);
  else if constexpr (std::is_same_v<T, timestamp>)
    return v.time(value);
  else if constexpr (detail::is_optional_v<T>)
    return detail::visit_optional(v, value);
  else if constexpr (detail::is_vector_v<T>)
    return detail::visit_list(v, value);
  else if constexpr (detail::is_text_map_v<T>)
    return detail::visit_map(v, value);
  else if constexpr (inspectable<T>) {
    // Of each type, wherever it is: a container's destructor is noexcept whatever it holds, and
    // what an element's destructor throws there ends the process.
    static_assert(std::is_nothrow_destructible_v<T>, "acta: a destructor must not throw");
    inspector f{v};
    return inspect(f, value);
  } else {
    static_assert(detail::always_false<T>,
                  "acta: this type cannot be stored. Use bool, integers, double, std::string, "
                  "acta::bytes, acta::timestamp, std::optional, std::vector, std::map<std::string, "
                  "T>, or write `template <class Inspector> bool inspect(Inspector&, T&)` next to "
                  "it");
    return false;
  }
}

}  // namespace acta
