// What a description of a type runs against. CBOR, JSON and schema are visitors (runtime/codec);
// a user never writes one and never calls one: see inspect.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "actors/model/identifiers.hpp"

namespace acta {

/// Whether a field that is being loaded is there. A saving visitor may answer `skipped`, to be
/// shown nothing of its value.
enum class field_state { present, missing, skipped, failed };

/// Walks over a value of the closed set of types that events, commands, views and states are made
/// of. A *saving* visitor reads the references it is given, a *loading* one assigns them. A visitor
/// that only *describes* is a loading one that reports every optional as present and every list as
/// holding one element, and assigns nothing.
///
/// Every call returns false once something is wrong, and the walk ends there; reason() and path()
/// then say what and where. A visitor is for one walk and one thread.
class visitor {
public:
  visitor() = default;
  visitor(const visitor&) = delete;
  visitor& operator=(const visitor&) = delete;
  virtual ~visitor() = default;

  [[nodiscard]] virtual bool loading() const = 0;

  virtual bool boolean(bool& value) = 0;
  /// `bits` is the declared width (8, 16, 32, 64); the caller checks the range after loading.
  virtual bool signed_integer(std::int64_t& value, int bits) = 0;
  virtual bool unsigned_integer(std::uint64_t& value, int bits) = 0;
  virtual bool real(double& value) = 0;
  virtual bool text(std::string& value) = 0;
  virtual bool binary(bytes& value) = 0;
  virtual bool time(timestamp& value) = 0;
  /// `index` is a place in `names`, which are what is written.
  virtual bool enumeration(std::size_t& index, std::span<const std::string_view> names) = 0;
  /// A saving visitor meets an enumeration's value that has no name; `number` is what it is in this
  /// program.
  virtual bool unnamed(std::int64_t number) {
    static_cast<void>(number);
    return fail("has a value without a name");
  }

  virtual bool begin_optional(bool& present) = 0;
  virtual bool end_optional() = 0;
  virtual bool begin_list(std::size_t& size) = 0;
  virtual bool end_list() = 0;
  virtual bool begin_map(std::size_t& size) = 0;
  virtual bool map_key(std::string& key) = 0;
  virtual bool end_map() = 0;

  virtual bool begin_object(std::size_t field_count) = 0;
  /// `required` is false for a field with a fallback or of optional type: a loading visitor may
  /// then answer field_state::missing; it fails on a required one that is not there.
  virtual field_state begin_field(std::string_view name, bool required) = 0;
  virtual bool end_field() = 0;
  /// Called after the value of a field that the input may leave out, before end_field(). A saving
  /// visitor that returns true is shown, as one more value, what the field falls back on, and then
  /// end_fallback().
  virtual bool begin_fallback() { return false; }
  virtual bool end_fallback() { return true; }
  /// A loading visitor fails here if the input holds a field that no begin_field() asked for.
  virtual bool end_object() = 0;

  /// Notes what is wrong, the first time; always returns false.
  bool fail(std::string_view reason) {
    if (reason_.empty()) reason_ = reason;
    return false;
  }
  /// Puts `step` (a field, `[3]`) in front of the path to what is wrong; always returns false.
  bool within(std::string_view step) {
    const bool dot = !path_.empty() && path_.front() != '[';
    path_.insert(0, dot ? std::string{step} + "." : std::string{step});
    return false;
  }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] const std::string& path() const { return path_; }

private:
  std::string reason_;
  std::string path_;
};

/// A reference to something that can be walked over: a callable `bool(visitor&)`, not owned, valid
/// during the call it is passed to.
class visitable {
public:
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, visitable> &&
           std::is_invocable_r_v<bool, F&, visitor&>) visitable(F&& f)
      : object_{const_cast<void*>(static_cast<const void*>(std::addressof(f)))},
        call_{[](void* object, visitor& v) -> bool {
          return (*static_cast<std::remove_reference_t<F>*>(object))(v);
        }} {}

  bool operator()(visitor& v) const { return call_(object_, v); }

private:
  void* object_;
  bool (*call_)(void*, visitor&);
};

}  // namespace acta
