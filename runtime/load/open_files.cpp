#include "runtime/load/open_files.hpp"

#include <sys/resource.h>

#include <string>

#include "actors/model/malformed.hpp"

namespace acta::internal::load {

namespace {

constexpr std::size_t other_files = 128;  // the ledger, reports, threads' wake-ups, the journal

}  // namespace

result<void> check_open_files(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return {};
  const auto wanted = connections + other_files;
  if (wanted <= limit.rlim_cur) return {};
  return malformed("connections", "--connections: " + std::to_string(connections) +
                                      " connections need " + std::to_string(wanted) +
                                      " open files, and the limit is " +
                                      std::to_string(limit.rlim_cur) + " (ulimit -n)");
}

}  // namespace acta::internal::load
