#include "runtime/delivery/routes.hpp"

#include <array>

namespace acta::internal {

namespace {

constexpr std::string_view no_route = "other";
constexpr int least_status = 100;
constexpr int most_statuses = 500;

std::string_view route_of_service(std::string_view name) {
  for (const std::string_view route : {"GET /v1", "GET /metrics", "GET /healthz", "GET /readyz",
                                       "GET /parked", "GET /dead-letters"})
    if (route.substr(std::string_view{"GET /"}.size()) == name) return route;
  return no_route;
}

std::string_view route_of_schedules(bool reads, std::string_view method,
                                    const std::vector<std::string>& path) {
  const bool posts = method == "POST";
  if (path.size() == 1) return reads ? "GET /schedules" : posts ? "POST /schedules" : no_route;
  if (path.size() == 2) return reads ? "GET /schedules/{name}" : no_route;
  return path.size() == 3 && posts ? "POST /schedules/{name}/{call}" : no_route;
}

/// "100" to "599".
using status_texts = std::array<std::array<char, 3>, most_statuses>;

constexpr status_texts all_statuses() {
  status_texts made{};
  for (int i = 0; i < most_statuses; ++i) {
    const int status = least_status + i;
    made[static_cast<std::size_t>(i)] = {static_cast<char>('0' + status / 100),
                                         static_cast<char>('0' + status / 10 % 10),
                                         static_cast<char>('0' + status % 10)};
  }
  return made;
}

}  // namespace

bool is_service(std::string_view name) { return route_of_service(name) != no_route; }

std::string_view route_of(std::string_view method, const std::vector<std::string>& path) {
  const bool reads = method == "GET" || method == "HEAD";
  if (!path.empty() && path[0] == "schedules") return route_of_schedules(reads, method, path);
  if (path.size() == 1) return reads ? route_of_service(path[0]) : no_route;
  if (path.size() < 3 || path.size() > 4 || path[0] != "v1") return no_route;
  if (path.size() == 3) return reads ? "GET /v1/{aggregate}/{id}" : no_route;
  if (method == "POST") return "POST /v1/{aggregate}/{id}/{command}";
  return reads && path[3] == "events" ? "GET /v1/{aggregate}/{id}/events" : no_route;
}

std::string_view status_text(int status) {
  static constexpr auto texts = all_statuses();
  if (status < least_status || status >= least_status + most_statuses) return "0";
  const auto& text = texts[static_cast<std::size_t>(status - least_status)];
  return {text.data(), text.size()};
}

}  // namespace acta::internal
