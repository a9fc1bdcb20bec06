#include <algorithm>

#include "runtime/codec/percent.hpp"
#include "runtime/delivery/api.hpp"
#include "runtime/delivery/site.hpp"

namespace acta::internal {

namespace {

error no_target(const char* why) { return {errc::malformed, why, {}, "target"}; }

result<std::string> decoded(std::string text) {
  auto made = percent_decoded(text);
  if (!made) return no_target("holds a '%' that two hexadecimal digits do not follow");
  return *std::move(made);
}

/// The same of a form's name or value, where '+' is a blank.
result<std::string> decoded_form(std::string_view text) {
  std::string with_blanks{text};
  std::replace(with_blanks.begin(), with_blanks.end(), '+', ' ');
  return decoded(std::move(with_blanks));
}

/// Cuts the next part off `text`, up to `separator`.
std::string_view cut(std::string_view& text, char separator) {
  const auto end = text.find(separator);
  const auto part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

}  // namespace

result<request_target> parse_target(std::string_view target) {
  request_target made;
  // One reader would cut it off, and another would not.
  if (target.find('#') != target.npos)
    return no_target("holds a '#': a fragment is never sent, and in a name it is %23");
  // As a proxy is asked: a server takes it too (RFC 9112, 3.2.2).
  if (const auto scheme = scheme_bytes(target))
    target.remove_prefix(std::min(target.find_first_of("/?", scheme), target.size()));
  else if (!target.starts_with('/'))
    return no_target("must begin with '/', or with http:// and a host");
  auto path = cut(target, '?');
  if (!path.empty() && path.front() == '/') path.remove_prefix(1);
  while (!path.empty()) {
    auto segment = decoded(std::string{cut(path, '/')});
    if (!segment) return segment.error();
    made.path.push_back(*std::move(segment));
  }
  while (!target.empty()) {
    auto pair = cut(target, '&');
    auto name = decoded_form(cut(pair, '='));
    auto value = decoded_form(pair);
    if (!name) return name.error();
    if (!value) return value.error();
    if (name->empty()) return no_target("holds a parameter without a name");
    if (!made.query.emplace(*name, *std::move(value)).second)
      return error{errc::malformed, "is there twice", {}, *std::move(name)};
  }
  return made;
}

}  // namespace acta::internal
