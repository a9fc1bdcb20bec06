// Values as text for people: in the messages of failed tests, and nowhere else. Not a format.
#pragma once

#include <string>

#include "actors/model/inspect.hpp"

namespace acta {

/// Writes `{minor_units: 5, reference: "salary"}`. Saving only.
class text_writer final : public visitor {
public:
  [[nodiscard]] bool loading() const override { return false; }

  bool boolean(bool& value) override { return put(value ? "true" : "false"); }
  bool signed_integer(std::int64_t& value, int) override { return put(std::to_string(value)); }
  bool unsigned_integer(std::uint64_t& value, int) override { return put(std::to_string(value)); }
  bool real(double& value) override { return put(std::to_string(value)); }
  bool text(std::string& value) override { return put('"' + value + '"'); }
  bool binary(bytes& value) override { return put(std::to_string(value.size()) + " bytes"); }
  bool time(timestamp& value) override {
    return put(std::to_string(value.time_since_epoch().count()) + " us");
  }
  bool enumeration(std::size_t& index, std::span<const std::string_view> names) override {
    return put(names[index]);
  }

  bool begin_optional(bool& present) override { return present || put("nothing"); }
  bool end_optional() override { return true; }
  bool begin_list(std::size_t&) override { return open('['); }
  bool end_list() override { return close(']'); }
  bool begin_map(std::size_t&) override { return open('{'); }
  bool map_key(std::string& key) override { return put('"' + key + '"') && follow(": "); }
  bool end_map() override { return close('}'); }
  bool begin_object(std::size_t) override { return open('{'); }
  field_state begin_field(std::string_view name, bool) override {
    return put(name) && follow(": ") ? field_state::present : field_state::failed;
  }
  bool end_field() override { return true; }
  bool end_object() override { return close('}'); }

  [[nodiscard]] const std::string& written() const { return written_; }

private:
  /// Writes an element, after a comma unless it is the first of its kind.
  bool put(std::string_view what) {
    if (comma_) written_ += ", ";
    written_ += what;
    return comma_ = true;
  }
  bool follow(std::string_view what) {
    written_ += what;
    comma_ = false;
    return true;
  }
  bool open(char bracket) {
    put({&bracket, 1});
    comma_ = false;
    return true;
  }
  bool close(char bracket) {
    written_ += bracket;
    return comma_ = true;
  }

  std::string written_;
  bool comma_ = false;
};

template <class T>
[[nodiscard]] std::string to_text(T value) {
  text_writer writer;
  return visit(writer, value) ? writer.written() : "(" + writer.reason() + ")";
}

}  // namespace acta
