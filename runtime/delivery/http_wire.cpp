#include "runtime/delivery/http_wire.hpp"

#include <boost/beast/core/string.hpp>
#include <cctype>

#include "runtime/delivery/problem.hpp"
#include "runtime/delivery/site.hpp"

namespace acta::internal {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

using request = http::request<http::string_body>;

std::string_view view_of(beast::string_view text) { return {text.data(), text.size()}; }

bool has_valid_host(const request& header) {
  const auto hosts = header.count(http::field::host);
  if (hosts > 1 || (hosts == 0 && header.version() >= 11)) return false;
  if (hosts == 1 && !host_in(view_of(header[http::field::host]))) return false;
  const auto authority = authority_of(view_of(header.target()), "none");
  return host_in(authority).has_value();
}

bool has_valid_length(const request& header) {
  const auto lengths = header.count(http::field::content_length);
  const auto encodings = header.count(http::field::transfer_encoding);
  // A list of equal lengths is allowed, but another implementation may read it otherwise.
  if (lengths > 0)
    return lengths == 1 && encodings == 0 &&
           header[http::field::content_length].find_first_not_of("0123456789") ==
               beast::string_view::npos;
  // HTTP/1.0 knows none: what stands between may take the body for the next request.
  return encodings == 0 || (encodings == 1 && header.version() >= 11 &&
                            beast::iequals(header[http::field::transfer_encoding], "chunked"));
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

std::optional<http_answer> unreadable(const beast::error_code& failed, const http_options& how) {
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
    return problem(400, "malformed",
                   "the request is not HTTP, or its Host, the length or the transfer encoding of "
                   "its body, or a folded line is not taken");
  return std::nullopt;
}

bool well_formed(const request_parser& parser) {
  return has_valid_host(parser.get()) && has_valid_length(parser.get());
}

bool is_folded(std::string_view part_of_header) {
  return part_of_header.find("\r\n ") != part_of_header.npos ||
         part_of_header.find("\r\n\t") != part_of_header.npos;
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
