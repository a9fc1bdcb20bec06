#include "runtime/delivery/problem.hpp"

#include <nlohmann/json.hpp>

#include "actors/base/utf8.hpp"

namespace acta::internal {

namespace {

std::string title_of(int status) {
  switch (status) {
    case 400: return "The request is malformed";
    case 403: return "This is not allowed";
    case 404: return "There is no such thing";
    case 405: return "The method is not allowed here";
    case 409: return "The request conflicts with another";
    case 410: return "This is retired";
    case 412: return "The aggregate is at another version";
    case 413: return "The body is too large";
    case 415: return "The body is coded in a way that is not known here";
    case 421: return "The request is for another service";
    case 422: return "The domain refused the command";
    case 431: return "The header is too large";
    case 503: return "The service cannot do this now";
    case 504: return "The deadline passed";
    default: return "Something went wrong here";
  }
}

http_answer answer_with(int status, nlohmann::ordered_json document,
                        const char* retry_after_s = "1") {
  http_answer made;
  made.status = status;
  made.content_type = "application/problem+json";
  made.body =
      document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  if (status == 503) made.headers.emplace_back("Retry-After", retry_after_s);
  return made;
}

nlohmann::ordered_json document(int status, const std::string& code, const std::string& detail) {
  return {{"type", "urn:acta:problem:" + code},
          {"title", title_of(status)},
          {"status", status},
          {"code", code},
          {"detail", detail}};
}

/// A client may choose a name of a megabyte, and need not get it back.
constexpr std::size_t most_field_bytes = 256;

}  // namespace

http_answer problem(const error& what) {
  const auto status = status_of(what.code);
  // Places inside the journal are for its operator's log, not for a client.
  const bool inside = status == 500;
  const bool own_reason = what.code == errc::refused && !what.refusal_code.empty();
  const auto code = own_reason ? what.refusal_code : std::string{to_string(what.code)};
  auto made = document(status, code, inside ? "see the service's log" : what.detail);
  if (!inside && !what.field.empty()) made["field"] = beginning_of(what.field, most_field_bytes);
  if (what.version) made["version"] = what.version->value;
  made["retry"] = may_retry(what.code);
  made["effect"] = to_string(effect_of(what));
  // It takes an operator, or a supervisor, to open the journal again.
  auto answer = answer_with(status, std::move(made), what.code == errc::read_only ? "30" : "1");
  if (inside) answer.inside = what.detail;
  answer.problem = to_string(what.code);
  return answer;
}

http_answer problem(int status, std::string_view code, const std::string& detail, effect of_call) {
  auto made = document(status, std::string{code}, detail);
  made["retry"] = status == 503;
  made["effect"] = to_string(of_call);
  auto answer = answer_with(status, std::move(made));
  answer.problem = code;
  return answer;
}

}  // namespace acta::internal
