#include "runtime/load/machine.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <sstream>

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;

std::string text_of(const char* path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Returns what stands behind the first line's `name :`; empty: there is no such line.
std::string_view value_of(std::string_view name, std::string_view cpuinfo) {
  while (!cpuinfo.empty()) {
    const auto line = cpuinfo.substr(0, cpuinfo.find('\n'));
    cpuinfo.remove_prefix(std::min(cpuinfo.size(), line.size() + 1));
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && trimmed(line.substr(0, colon)) == name)
      return trimmed(line.substr(colon + 1));
  }
  return {};
}

constexpr std::string_view compiler() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

/// A program with a sanitizer or without optimisation is several times slower: its figures are not
/// those of a release.
std::string build() {
  std::string kind = ACTA_BUILD_TYPE;
  if (kind.empty()) kind = "no build type";
  if (const std::string_view sanitizers = ACTA_SANITIZERS; !sanitizers.empty())
    kind += ", sanitizers: " + std::string{sanitizers};
#ifdef ACTA_DELIBERATE_FAULTS
  kind += ", deliberate faults";
#endif
  return kind;
}

}  // namespace

std::string processor_in(std::string_view cpuinfo) {
  // x86 has the first, some of ARM and RISC-V the others.
  constexpr std::array<std::string_view, 4> names{"model name", "Hardware", "Model", "uarch"};
  for (const auto name : names)
    if (const auto value = value_of(name, cpuinfo); !value.empty()) return std::string{value};
  return {};
}

ordered_json machine() {
  auto told = ordered_json::object();
  ::utsname system{};
  const bool has_name = ::uname(&system) == 0;
  auto processor = processor_in(text_of("/proc/cpuinfo"));
  if (processor.empty() && has_name) processor = system.machine;
  if (!processor.empty()) told["processor"] = std::move(processor);
  if (const auto cores = ::sysconf(_SC_NPROCESSORS_ONLN); cores > 0) told["cores"] = cores;
  const auto pages = ::sysconf(_SC_PHYS_PAGES);
  const auto page_bytes = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && page_bytes > 0)
    told["memory_bytes"] =
        static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
  if (has_name)
    told["system"] =
        std::string{system.sysname} + " " + system.release + " " + std::string{system.machine};
  return told;
}

ordered_json versions() {
  return {{"acta", ACTA_VERSION},
          {"caf", ACTA_CAF_VERSION},
          {"rocksdb", ACTA_ROCKSDB_VERSION},
          {"compiler", compiler()},
          {"build", build()}};
}

}  // namespace acta::internal::load
