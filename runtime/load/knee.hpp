// Looks for the knee: the highest rate that a target carries within its objective. Every step runs
// the load at one rate and says whether the objective held.
//
//   const auto found = find_knee({.first_rate = 100, .most_rate = 1e6}, [&](double rate) {
//     return p99_at(rate) < 20ms ? step::held : step::broke;
//   });
//
// 1. climb     The rate grows until the objective breaks, and
// 2. bisection brings the last rate that held and the first that broke to one rung of each other.
//              (P. Shivam et al.: "Cutting Corners: Workbench Automation for Server Benchmarking",
//              USENIX ATC 2008, "Binsearch".)
// 3. repeats   A single step near the knee is chance. So the rates around the bracket get new
// steps,
//              in random order, so that a target that becomes slower does not favour one of them.
//              More rates follow, outwards and into the gaps, until the interval is as narrow as
//              it can be.
//
// All rates are rungs of one ladder, each `precision` above the one below it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace acta::internal::load {

struct knee_settings {
  double first_rate = 0;    ///< Operations a second; above 0.
  double most_rate = 0;     ///< At least `first_rate`.
  double growth = 2;        ///< Above 1.
  double precision = 0.05;  ///< Above 0.
  std::size_t repeats = 5;  ///< Of each rate around the knee; at least 1.
  std::size_t most_steps = 300;
  std::uint64_t seed = 1;  ///< Of the order of the repeats.
};

/// What one step at one rate showed.
enum class step : std::uint8_t {
  held,
  broke,
  voided,   ///< The generator was late: nothing is known of the target.
  stopped,  ///< The person does not want to know any more.
};

struct trial {
  enum class reason : std::uint8_t {
    climb,
    bisection,
    around,   ///< The bracket of the bisection.
    outward,  ///< No rate held, or none broke, so far.
    gap,      ///< Between two rates that are not neighbours.
    doubt,    ///< A rate held above one that broke: both again.
  };
  double rate = 0;
  step outcome = step::held;
  reason why = reason::climb;
};
[[nodiscard]] std::string_view to_string(step outcome);
[[nodiscard]] std::string_view to_string(trial::reason why);

/// The repeats of one rate.
struct candidate {
  double rate = 0;
  std::size_t held = 0;
  std::size_t broke = 0;
  std::size_t voided = 0;
};

struct knee_result {
  enum class end : std::uint8_t {
    found,           ///< Both ends of the interval are known.
    none_holds,      ///< No allowed rate holds for sure, the first one included.
    none_breaks,     ///< No allowed rate breaks for sure, the highest one included.
    generator_late,  ///< The generator reached its own limit first.
    too_many_steps,
    stopped,
  };
  end why = end::found;
  /// The highest rate below `broke` that held in 4 of 5 repeats.
  std::optional<double> held;
  /// The lowest rate that held in at most 1 of 5.
  std::optional<double> broke;
  /// A rate above `broke` held in 4 of 5, and repeats did not change that. The lower rate decides
  /// (as in the IETF's draft "Multiple Loss Ratio Search", draft-ietf-bmwg-mlrsearch).
  bool contradiction = false;
  std::vector<candidate> candidates;  ///< By rate.
  std::vector<trial> trials;          ///< In the order in which they ran.
};
[[nodiscard]] std::string_view to_string(knee_result::end why);

/// Calls `run_step` for each step, one after the other, and expects a target without backlog each
/// time. A voided step is repeated. If the voided steps of a rate exceed its other ones by three,
/// the generator does not reach that rate. Ends after `most_steps`, whatever the target does.
[[nodiscard]] knee_result find_knee(const knee_settings& how,
                                    const std::function<step(double rate)>& run_step);

}  // namespace acta::internal::load
