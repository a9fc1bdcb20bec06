// What the program ends with: see load.hpp.
#pragma once

namespace acta::internal::load::exit_code {

inline constexpr int went_well = 0;
inline constexpr int threshold_broken = 1;
inline constexpr int not_understood = 2;
inline constexpr int audit_failed = 3;
inline constexpr int generator_was_late = 4;

}  // namespace acta::internal::load::exit_code
