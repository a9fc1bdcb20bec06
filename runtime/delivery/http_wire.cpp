#include "runtime/delivery/http_wire.hpp"

#include <boost/beast/core/string.hpp>
#include <cctype>

#include "runtime/delivery/problem.hpp"

namespace acta {

namespace beast = boost::beast;
namespace http = boost::beast::http;

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
                   "the request is not HTTP, or has no Host, or a transfer encoding that is not "
                   "chunked");
  return std::nullopt;
}

bool well_formed(const request_parser& parser) {
  const auto& header = parser.get();
  if (header.version() >= 11 && header.count(http::field::host) != 1) return false;
  const auto encodings = header.count(http::field::transfer_encoding);
  return encodings == 0 ||
         (encodings == 1 && beast::iequals(header[http::field::transfer_encoding], "chunked"));
}

bool waits_to_continue(const request_parser& parser) {
  const auto& header = parser.get();
  return !parser.is_done() && header.version() >= 11 &&
         beast::iequals(header[http::field::expect], "100-continue");
}

}  // namespace acta
