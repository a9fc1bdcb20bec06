// The figures of a report that can be compared, run by run.
#pragma once

#include <array>
#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/error.hpp"

namespace acta::internal::load {

/// In the order of `operation_figures::values`.
inline constexpr std::array<std::string_view, 6> figure_names{"answers/s", "p50 ms", "p99 ms",
                                                              "p99.9 ms",  "max ms", "errors %"};

/// An operation in a measured phase. A run in which a figure is missing has no value of it.
struct operation_figures {
  std::string phase;
  std::string operation;  ///< The second of one name in a mix is "add #2".
  std::array<std::vector<double>, figure_names.size()> values;
};

struct report_figures {
  std::size_t runs = 0;
  std::vector<operation_figures> operations;  ///< In the order of the report.
  /// Runs that were stopped, or ended with another exit code than 0, each in words.
  std::vector<std::string> ended_otherwise;

  [[nodiscard]] const operation_figures* find(const operation_figures& same) const;
};

/// Fails (malformed) on what is no report; `side` begins the field.
[[nodiscard]] result<report_figures> figures_of(const nlohmann::ordered_json& report,
                                                const std::string& side);

}  // namespace acta::internal::load
