// The routes by which HTTP's metrics count requests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace acta::internal {

/// Returns the route that a request takes, a literal, as in "POST /v1/{aggregate}/{id}/{command}";
/// HEAD counts as GET. What has no route, a wrong method for instance, is "other": so clients
/// cannot make series. `path` has the segments of the target.
[[nodiscard]] std::string_view route_of(std::string_view method,
                                        const std::vector<std::string>& path);

/// True for what is answered beside the aggregates and the schedules, "metrics" for instance.
[[nodiscard]] bool is_service(std::string_view name);

/// Returns a status as text, "200"; "0" if it is none of HTTP's. The text lives as long as the
/// process.
[[nodiscard]] std::string_view status_text(int status);

}  // namespace acta::internal
