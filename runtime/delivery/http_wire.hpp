// What Beast reads and writes, as the calls and answers of http_message.hpp.
#pragma once

#include <boost/beast/core/error.hpp>
#include <boost/beast/http.hpp>
#include <optional>

#include "runtime/delivery/http_message.hpp"
#include "runtime/delivery/http_server.hpp"

namespace acta::internal {

using request_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
using response = boost::beast::http::response<boost::beast::http::string_body>;

/// The call that a request's header makes; its body comes later. What follows the body as a trailer
/// is no part of it: not every proxy keeps trailers, and nobody is to rely on them (RFC
/// 9110, 6.5.1).
http_call call_from(const boost::beast::http::request<boost::beast::http::string_body>& request);

response response_from(http_answer&& answer, unsigned version, bool keep_alive, bool with_body);

/// What a request that cannot be read is answered with; nothing if there is nobody to answer.
/// `part` is the one that was being read, "header" or "body".
std::optional<http_answer> unreadable(const boost::beast::error_code& failed,
                                      const http_options& how, const char* part);

/// Fails (malformed), naming the field, unless the header names one valid host, and one length or
/// coding of its body that is known here. Otherwise where the request ends is anybody's guess (RFC
/// 9112, 3.2, 6.1 and 6.3).
[[nodiscard]] result<void> well_formed(const request_parser& parser);

/// Returns where the minor version is in what has arrived of a request, if it is a later one than
/// Beast takes; npos if not. A request of HTTP/1.2 is one of HTTP/1.1 to us (RFC 9110, 2.5).
std::size_t later_minor_version(std::string_view arrived);

/// True if a field of this part of a header goes on in the next line, which Beast would take (RFC
/// 9112, 5.2). The part ends where a field does.
bool is_folded(std::string_view part_of_header);
/// What the client is told then.
error folded_line(std::string_view part_of_header);
/// The error for a header field whose value is not valid. `line` begins with the field.
error bad_value(std::string_view line);

/// True if the connection stays open after the answer. All lines of `Connection` are one list, in
/// which `close` wins (RFC 9110, 5.3, and 9112, 9.3); Beast reads the first line only.
bool stays_open(const http_call& call, unsigned version);

/// True for a request whose answer is of no use to a client that has left.
bool changes_nothing(const request_parser& parser);

/// Whether the client holds its body back until it is told to go on. The parser has the header.
bool waits_to_continue(const request_parser& parser);

}  // namespace acta::internal
