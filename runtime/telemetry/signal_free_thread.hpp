// Threads that no signal of the process reaches.
#pragma once

#include <functional>
#include <thread>

namespace acta::internal {

/// Starts a thread that takes no signal: those of the process are for whoever blocks them later,
/// and a reader that left is told by the call that writes. Throws as std::thread does.
[[nodiscard]] std::thread start_without_signals(std::function<void()> run);

}  // namespace acta::internal
