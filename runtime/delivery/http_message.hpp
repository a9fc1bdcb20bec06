// A request and its answer, without any HTTP library: what the routes are written and tested in.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/ports/tracer.hpp"
#include "runtime/cancellation.hpp"

namespace acta::internal {

struct http_call {
  std::string method;
  std::string target;  ///< As it was sent, percent-encoded, with its query.
  /// Names in lower case; those of one name in the order in which they were sent.
  std::multimap<std::string, std::string, std::less<>> headers;
  std::string body;
  /// A read's: is cancelled when the client has left. Its handler takes it up before it returns.
  std::shared_ptr<cancellation> cancelled = {};

  /// A header's value; empty if it was not sent. One that was sent several times is a list (RFC
  /// 9110, 5.3).
  [[nodiscard]] std::string header(std::string_view lower_case_name) const {
    std::string value;
    const auto [first, end] = headers.equal_range(lower_case_name);
    for (auto one = first; one != end; ++one)
      value.append(one == first ? "" : ", ").append(one->second);
    return value;
  }
};

struct http_answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string inside = {};  ///< Not sent: what the operator's log is to say of it; seldom anything.
  span_context trace = {};  ///< Not sent as it is: the request's span, for the operator's log.
  bool traced = false;      ///< Not sent: its span is shown, or it is to have none.
  std::string_view route = "other";  ///< Not sent: a literal, by which the request is counted.
  /// Not sent: a literal, the kind of its problem, for the request's span. Empty: it has none.
  std::string_view problem = {};
};

using http_done = std::function<void(http_answer)>;

}  // namespace acta::internal
