#include "runtime/load/environment.hpp"

#include <cctype>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "actors/base/utf8.hpp"
#include "actors/model/malformed.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::json;

constexpr auto member = "$env";

/// The number or boolean that the text is written as in JSON; null if it is neither.
json scalar_of(const std::string& text) {
  if (text.empty() || std::isspace(static_cast<unsigned char>(text.front())) ||
      std::isspace(static_cast<unsigned char>(text.back())))
    return {};
  auto value = json::parse(text, nullptr, false);
  const bool is_finite = !value.is_number_float() || std::isfinite(value.get<double>());
  return (value.is_number() && is_finite) || value.is_boolean() ? value : json{};
}

/// A place that stands for a variable, as it is written.
struct reference {
  std::string name;
  json fallback;  // null: there is none
};

result<reference> reference_of(const json& from, const std::string& path) {
  const auto& how = from.at(member);
  if (from.size() > 1) return malformed(path, "$env stands alone in its object");
  const bool has_fallback = how.is_array() && how.size() == 2;
  const auto& name = has_fallback ? how[0] : how;
  if (!name.is_string() || name.get_ref<const std::string&>().empty())
    return malformed(path, R"($env takes a variable's name, or ["NAME", fallback])");
  if (!has_fallback) return reference{name.get<std::string>(), {}};
  if (!how[1].is_string() && !how[1].is_number() && !how[1].is_boolean())
    return malformed(path, "the fallback of $env is a text, a number or a boolean");
  return reference{name.get<std::string>(), how[1]};
}

result<json> value_of(const reference& from, const std::string& text, const std::string& path) {
  const auto variable = "the variable '" + from.name + "' ";
  if (!is_utf8(text)) return malformed(path, variable + "is not UTF-8");
  if (from.fallback.is_string()) return json(text);
  auto scalar = scalar_of(text);
  if (from.fallback.is_boolean() && !scalar.is_boolean())
    return malformed(path, variable + "must be true or false");
  if (from.fallback.is_number() && !scalar.is_number())
    return malformed(path, variable + "must be a number");
  if (scalar.is_null()) return json(text);
  return scalar;
}

class replacement {
public:
  explicit replacement(const environment& variable) : variable_{variable} {}

  result<json> of(const json& from, const std::string& path) const {
    if (from.is_object()) return from.contains(member) ? looked_up(from, path) : object(from, path);
    return from.is_array() ? list(from, path) : result<json>{from};
  }

private:
  result<json> looked_up(const json& from, const std::string& path) const {
    auto read = reference_of(from, path);
    if (!read) return read.error();
    if (const auto text = variable_(read->name)) return value_of(*read, *text, path);
    if (read->fallback.is_null())
      return malformed(path, "the variable '" + read->name + "' is not set, and has no fallback");
    return std::move(read->fallback);
  }
  result<json> object(const json& from, const std::string& path) const {
    auto copy = json::object();
    for (const auto& [name, value] : from.items()) {
      auto replaced = of(value, path.empty() ? name : path + "." + name);
      if (!replaced) return replaced.error();
      copy[name] = *std::move(replaced);
    }
    return copy;
  }
  result<json> list(const json& from, const std::string& path) const {
    auto copy = json::array();
    for (std::size_t i = 0; i < from.size(); ++i) {
      auto replaced = of(from[i], path + "[" + std::to_string(i) + "]");
      if (!replaced) return replaced.error();
      copy.push_back(*std::move(replaced));
    }
    return copy;
  }

  const environment& variable_;
};

}  // namespace

result<json> with_environment(const json& scenario, const environment& variable) {
  return replacement{variable}.of(scenario, "");
}

std::optional<std::string> process_environment(const std::string& name) {
  const auto* value = std::getenv(name.c_str());
  return value ? std::optional<std::string>{value} : std::nullopt;
}

}  // namespace acta::internal::load
