#include "runtime/schedule/due_text.hpp"

#include <cctype>

#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

using nlohmann::json;

constexpr std::string_view beginning = "${due";
constexpr std::string_view conversions = "YymdeHIMSpjuwaAbBGVFTRzZ%";

/// True for what makes another name of `${due`.
bool continues_name(char next) {
  return next == '_' || std::isalnum(static_cast<unsigned char>(next)) != 0;
}

/// What is wrong with a format; empty: nothing.
std::string objection(std::string_view format) {
  if (format.empty()) return "a ${due:} has no format";
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i == format.size()) return "a format ends with '%'";
    if (conversions.find(format[i]) == std::string_view::npos)
      return std::string{"'%"} + format[i] + "' is no conversion that ${due:...} has";
  }
  return {};
}

result<std::string> with_due(const std::string& text, timestamp due, const zone& where) {
  std::string made;
  std::size_t from = 0;
  for (std::size_t at = 0; (at = text.find(beginning, from)) != std::string::npos;) {
    made.append(text, from, at - from);
    from = at + beginning.size();
    const char next = from < text.size() ? text[from] : '\0';
    if (next == '}') {
      made += to_due(due);
      ++from;
    } else if (next == ':') {
      const auto end = text.find('}', from);
      if (end == std::string::npos) return error{errc::malformed, "a ${due:... has no '}'"};
      const auto format = text.substr(from + 1, end - from - 1);
      if (auto wrong = objection(format); !wrong.empty())
        return error{errc::malformed, std::move(wrong)};
      made += where.format(format, std::chrono::floor<std::chrono::seconds>(due));
      from = end + 1;
    } else if (continues_name(next)) {
      made += beginning;
    } else {
      return error{errc::malformed, "a ${due has no '}'"};
    }
  }
  return made.append(text, from);
}

result<void> replace(json& value, timestamp due, const zone& where, const std::string& path) {
  if (value.is_string()) {
    auto made = with_due(value.get_ref<const std::string&>(), due, where);
    if (!made) return error{errc::malformed, made.error().detail, {}, path};
    value = *std::move(made);
  }
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      if (auto done = replace(value[i], due, where, path + "[" + std::to_string(i) + "]"); !done)
        return done;
  if (value.is_object())
    for (auto& [name, member] : value.items())
      if (auto done = replace(member, due, where, path + "." + name); !done) return done;
  return {};
}

}  // namespace

std::string to_due(timestamp due) {
  auto text = to_rfc3339(due);
  constexpr std::string_view no_fraction = ".000000Z";
  if (text.ends_with(no_fraction))
    text.replace(text.size() - no_fraction.size(), no_fraction.size(), "Z");
  return text;
}

result<json> with_due(json arguments, timestamp due, const zone& where) {
  if (auto done = replace(arguments, due, where, "arguments"); !done) return done.error();
  return arguments;
}

}  // namespace acta::internal
