#include "runtime/load/payload.hpp"

#include <utility>

#include "actors/model/malformed.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::json;

constexpr std::int64_t most_text = 4'096;

bool is_range(const json& how) {
  return how.is_array() && how.size() == 2 && how[0].is_number() && how[1].is_number() &&
         how[0].get<double>() <= how[1].get<double>();
}

std::string text_of(std::int64_t length, random_numbers& chance) {
  static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string text(static_cast<std::size_t>(length), ' ');
  for (auto& one : text) one = letters[chance.below(letters.size())];
  return text;
}

}  // namespace

result<payload> payload::parse(const json& from) {
  auto root = read(from, "");
  if (!root) return root.error();
  return payload{*std::move(root)};
}

result<payload::generator> payload::read(const json& from, const std::string& path) {
  if (from.is_object() && from.size() == 1 && from.begin().key().starts_with('$'))
    return read_drawn(from.begin().key(), from.begin().value(), path);
  if (from.is_object()) return read_object(from, path);
  if (from.is_array()) {
    auto parts = read_list(from, path);
    if (!parts) return parts.error();
    return generator{
        [parts = *std::move(parts)](const payload_of& request, random_numbers& chance) {
          auto list = json::array();
          for (const auto& part : parts) list.push_back(part(request, chance));
          return list;
        }};
  }
  return generator{[from](const payload_of&, random_numbers&) { return from; }};
}

result<std::vector<payload::generator>> payload::read_list(const json& from,
                                                           const std::string& path) {
  std::vector<generator> parts;
  for (std::size_t i = 0; i < from.size(); ++i) {
    auto part = read(from[i], path + "[" + std::to_string(i) + "]");
    if (!part) return part.error();
    parts.push_back(*std::move(part));
  }
  return parts;
}

result<payload::generator> payload::read_object(const json& from, const std::string& path) {
  std::vector<std::pair<std::string, generator>> members;
  for (const auto& [name, value] : from.items()) {
    auto member = read(value, path.empty() ? name : path + "." + name);
    if (!member) return member.error();
    members.emplace_back(name, *std::move(member));
  }
  return generator{
      [members = std::move(members)](const payload_of& request, random_numbers& chance) {
        auto object = json::object();
        for (const auto& [name, member] : members) object[name] = member(request, chance);
        return object;
      }};
}

result<payload::generator> payload::read_drawn(const std::string& kind, const json& how,
                                               const std::string& path) {
  if (kind == "$integer") {
    if (!is_range(how) || !how[0].is_number_integer() || !how[1].is_number_integer())
      return malformed(path, "$integer takes two whole numbers, the smaller first");
    return generator{[least = how[0].get<std::int64_t>(), most = how[1].get<std::int64_t>()](
                         const payload_of&, random_numbers& chance) {
      return json(chance.between(least, most));
    }};
  }
  if (kind == "$number") {
    if (!is_range(how)) return malformed(path, "$number takes two numbers, the smaller first");
    return generator{[least = how[0].get<double>(), most = how[1].get<double>()](
                         const payload_of&, random_numbers& chance) {
      return json(least + chance.unit() * (most - least));
    }};
  }
  if (kind == "$text") {
    if (!how.is_number_integer() || how.get<std::int64_t>() < 0 ||
        how.get<std::int64_t>() > most_text)
      return malformed(path, "$text takes a number of characters, at most 4096");
    return generator{[length = how.get<std::int64_t>()](const payload_of&, random_numbers& chance) {
      return json(text_of(length, chance));
    }};
  }
  if (kind == "$choice") {
    if (!how.is_array() || how.empty())
      return malformed(path, "$choice takes a list that is not empty");
    auto parts = read_list(how, path);
    if (!parts) return parts.error();
    return generator{
        [parts = *std::move(parts)](const payload_of& request, random_numbers& chance) {
          return parts[chance.below(parts.size())](request, chance);
        }};
  }
  if (kind != "$key" && kind != "$id")
    return malformed(path, "'" + kind +
                               "' draws nothing: there are $integer, $number, $text, $choice, "
                               "$key and $id");
  if (how != json(true)) return malformed(path, kind + " takes true");
  if (kind == "$key")
    return generator{[](const payload_of& request, random_numbers&) { return json(request.key); }};
  return generator{[](const payload_of& request, random_numbers&) { return json(*request.id); }};
}

}  // namespace acta::internal::load
