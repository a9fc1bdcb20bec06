#include "runtime/delivery/http_wire.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <cctype>

#include "actors/model/malformed.hpp"
#include "runtime/delivery/problem.hpp"
#include "runtime/delivery/site.hpp"

namespace acta::internal {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using request = http::request<http::string_body>;

std::string_view view_of(beast::string_view text) { return {text.data(), text.size()}; }

/// Names the field that a line of a header begins with.
error wrong_line(std::string_view line, const char* detail) {
  const auto name = line.substr(0, line.find(':'));
  return {errc::malformed, detail, {}, name.empty() ? "header" : std::string{name}};
}

/// Where a field goes on in the next line.
std::size_t fold_in(std::string_view text) {
  return std::min(text.find("\r\n "), text.find("\r\n\t"));
}

error bad_length() {
  return malformed("Content-Length",
                   "must be there once, as a number of digits, without Transfer-Encoding");
}
error bad_encoding() {
  return malformed("Transfer-Encoding", "can be nothing but one 'chunked', in HTTP/1.1");
}

result<void> check_host(const request& header) {
  const auto hosts = header.count(http::field::host);
  if (hosts > 1) return malformed("Host", "is there more than once");
  if (hosts == 0 && header.version() >= 11) return malformed("Host", "is missing");
  if (hosts == 1 && !host_in(view_of(header[http::field::host])))
    return malformed("Host", "must be a name or an address, and perhaps a port");
  const auto authority = authority_of(view_of(header.target()), "none");
  if (!host_in(authority))
    return malformed("target", "must name a host or an address, and perhaps a port");
  return {};
}

result<void> check_length(const request& header) {
  const auto lengths = header.count(http::field::content_length);
  const auto encodings = header.count(http::field::transfer_encoding);
  // A list of equal lengths is allowed, but another implementation may read it otherwise.
  if (lengths > 0 && (lengths > 1 || encodings > 0 ||
                      header[http::field::content_length].find_first_not_of("0123456789") !=
                          beast::string_view::npos))
    return bad_length();
  // HTTP/1.0 knows none: what stands between may take the body for the next request.
  if (encodings > 0 && (encodings > 1 || header.version() < 11 ||
                        !beast::iequals(header[http::field::transfer_encoding], "chunked")))
    return bad_encoding();
  return {};
}

/// The error for a failure of Beast's parser in `part`, "header" or "body".
error misread(const beast::error_code& failed, const char* part) {
  switch (static_cast<http::error>(failed.value())) {
    case http::error::bad_line_ending:
      return malformed(part, "has a line that does not end in CR and LF");
    case http::error::bad_method: return malformed("method", "is not a token");
    case http::error::bad_target: return malformed("target", "has a character that none may have");
    case http::error::bad_version:
      return malformed("version", "must be HTTP/1.0, HTTP/1.1 or a later HTTP/1");
    case http::error::bad_field: return malformed(part, "has a field whose name is not a token");
    case http::error::bad_value: return malformed(part, "has a field whose value is not valid");
    case http::error::bad_content_length:
    case http::error::multiple_content_length: return bad_length();
    case http::error::bad_transfer_encoding: return bad_encoding();
    case http::error::bad_chunk:
    case http::error::bad_chunk_extension: return malformed("body", "has a chunk that is none");
    default: return malformed("request", "is not HTTP");
  }
}

}  // namespace

http_call call_from(const http::request<http::string_body>& request) {
  http_call call;
  call.method = std::string{request.method_string()};
  call.target = std::string{request.target()};
  for (const auto& field : request) {
    std::string name{field.name_string()};
    for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    call.headers.emplace(std::move(name), std::string{field.value()});
  }
  return call;
}

response response_from(http_answer&& answer, unsigned version, bool keep_alive, bool with_body) {
  response made{static_cast<http::status>(answer.status), version};
  made.set(http::field::server, "acta");
  if (!answer.content_type.empty()) made.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers) made.set(name, value);
  made.keep_alive(keep_alive);
  // Of a 304 it would be the length of what is not sent.
  if (answer.status != 304) made.content_length(answer.body.size());
  if (with_body) made.body() = std::move(answer.body);
  return made;
}

std::optional<http_answer> unreadable(const beast::error_code& failed, const http_options& how,
                                      const char* part) {
  const auto at_most = [](std::size_t most_bytes) {
    return "at most " + std::to_string(most_bytes) + " bytes are taken";
  };
  if (failed == http::error::body_limit)
    return problem(413, "body_too_large", at_most(how.max_body_bytes));
  // A trailer, or a chunk's extension: the body itself is taken out of the buffer as it comes.
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow)
    return problem(431, "header_too_large", at_most(how.max_header_bytes));
  const bool malformed = failed.category() == make_error_code(http::error::bad_method).category();
  if (malformed && failed != http::error::end_of_stream && failed != http::error::partial_message)
    return problem(misread(failed, part));
  return std::nullopt;
}

result<void> well_formed(const request_parser& parser) {
  if (auto good = check_host(parser.get()); !good) return good;
  return check_length(parser.get());
}

std::size_t later_minor_version(std::string_view arrived) {
  constexpr std::string_view before = " HTTP/1.";
  const auto found = arrived.substr(0, arrived.find('\n')).find(before);
  const auto at = found + before.size();
  const bool later =
      found != arrived.npos && at < arrived.size() && arrived[at] >= '2' && arrived[at] <= '9';
  return later ? at : arrived.npos;
}

bool is_folded(std::string_view part_of_header) {
  return fold_in(part_of_header) != part_of_header.npos;
}

error folded_line(std::string_view part_of_header) {
  const auto line = part_of_header.substr(0, fold_in(part_of_header));
  return wrong_line(line.substr(line.rfind('\n') + 1), "goes on in the next line");
}

error bad_value(std::string_view line) { return wrong_line(line, "has a value that is not valid"); }

bool stays_open(const http_call& call, unsigned version) {
  const auto lines = call.header("connection");
  http::token_list options{beast::string_view{lines.data(), lines.size()}};
  return !options.exists("close") && (version >= 11 || options.exists("keep-alive"));
}

bool changes_nothing(const request_parser& parser) {
  const auto method = parser.get().method();
  return method == http::verb::get || method == http::verb::head;
}

bool waits_to_continue(const request_parser& parser) {
  const auto& header = parser.get();
  return !parser.is_done() && header.version() >= 11 &&
         beast::iequals(header[http::field::expect], "100-continue");
}

}  // namespace acta::internal
