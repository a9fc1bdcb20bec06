// A request and its answer, without any HTTP library: what the routes are written and tested in.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace acta {

struct http_call {
  std::string method;
  std::string target;                          ///< As it was sent, percent-encoded, with its query.
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;

  /// A header's value; empty if it was not sent.
  [[nodiscard]] std::string header(std::string_view lower_case_name) const {
    const auto found = headers.find(std::string{lower_case_name});
    return found == headers.end() ? std::string{} : found->second;
  }
};

struct http_answer {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};
};

using http_done = std::function<void(http_answer)>;

}  // namespace acta
