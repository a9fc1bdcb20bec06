#include "runtime/load/processor_time.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>

namespace acta::internal::load {

namespace {

std::chrono::nanoseconds read_clock(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

std::string text_of(pid_t process, const char* file) {
  std::ifstream from{"/proc/" + std::to_string(process) + "/" + file};
  return {std::istreambuf_iterator<char>{from}, {}};
}

std::chrono::nanoseconds from_ticks(std::uint64_t ticks) {
  const auto in_a_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return std::chrono::nanoseconds{ticks * (1'000'000'000 / in_a_second)};
}

}  // namespace

std::chrono::nanoseconds own_processor_time() { return read_clock(CLOCK_PROCESS_CPUTIME_ID); }

std::chrono::nanoseconds thread_processor_time() { return read_clock(CLOCK_THREAD_CPUTIME_ID); }

std::optional<std::chrono::nanoseconds> processor_time_of(pid_t process) {
  const auto text = text_of(process, "stat");
  // The second field is the program's name in brackets, and may hold blanks and brackets itself.
  const auto name_end = text.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest{text.substr(name_end + 1)};
  std::string skipped;
  for (int field = 3; field < 14; ++field) rest >> skipped;
  std::uint64_t user = 0, system = 0;
  if (!(rest >> user >> system)) return std::nullopt;
  return from_ticks(user + system);
}

std::chrono::nanoseconds processor_time_of_ended_children() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  const auto of = [](const timeval& time) {
    return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec};
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

std::optional<std::uint64_t> peak_memory_of(pid_t process) {
  std::istringstream lines{text_of(process, "status")};
  for (std::string name; lines >> name;) {
    std::uint64_t kibibytes = 0;
    if (name == "VmHWM:" && lines >> kibibytes) return kibibytes * 1'024;
    lines.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return std::nullopt;
}

std::uint64_t own_peak_memory() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_maxrss) * 1'024;
}

}  // namespace acta::internal::load
