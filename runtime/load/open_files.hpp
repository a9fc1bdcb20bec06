// How many files the process may have open, a connection being one of them.
#pragma once

#include <cstddef>

#include "actors/model/error.hpp"

namespace acta::internal::load {

/// Fails (malformed) if the process may not open so many connections beside its journal and its
/// reports. Where the limit is found in the run, operations look as if nobody had answered them.
[[nodiscard]] result<void> check_open_files(std::size_t connections);

}  // namespace acta::internal::load
