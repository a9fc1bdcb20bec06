// What a generator and its target cost the machine: a target on the same cores competes with its
// generator, and a report must show by how much.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <optional>

namespace acta::internal::load {

/// Processor time, user and system together, from the start of the process or thread on.
[[nodiscard]] std::chrono::nanoseconds own_processor_time();
[[nodiscard]] std::chrono::nanoseconds thread_processor_time();
/// The same of another process, without its children, in steps of a tick (10 ms). A process that
/// ended still has its time until its parent waits for it. Nothing: there is no such process.
[[nodiscard]] std::optional<std::chrono::nanoseconds> processor_time_of(pid_t process);

/// Of all children that ended and were waited for.
[[nodiscard]] std::chrono::nanoseconds processor_time_of_ended_children();

/// The most memory in bytes that was resident at once. Nothing: there is no such process, or it
/// has ended.
[[nodiscard]] std::optional<std::uint64_t> peak_memory_of(pid_t process);
[[nodiscard]] std::uint64_t own_peak_memory();

}  // namespace acta::internal::load
