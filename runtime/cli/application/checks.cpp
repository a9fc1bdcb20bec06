#include "runtime/cli/application/checks.hpp"

#include "runtime/codec/text.hpp"
#include "runtime/delivery/host_name.hpp"
#include "runtime/delivery/http_server.hpp"
#include "runtime/journal/rocksdb_journal.hpp"

namespace acta::internal {

std::string decimal(const std::string& text) {
  const auto number = whole_number(text);
  return number ? std::to_string(*number) : text;
}

std::string without_partition(const std::string& position) {
  const auto partition = std::to_string(embedded_partition) + "-";
  return decimal(position.starts_with(partition) ? position.substr(partition.size()) : position);
}

std::string no_number(const std::string& text) {
  return whole_number(text) ? "" : "'" + text + "' is no whole number from 0 to 2^64 - 1";
}

std::string no_address(const std::string& text) {
  const auto read = listen_address(text);
  return read ? "" : read.error().detail;
}

std::string no_host(const std::string& text) {
  return names_host(text) ? ""
                          : "'" + text +
                                "' is no host name: letters, digits and '-', in parts of 1 to 63 "
                                "with a '.' between them, 253 in all";
}

constexpr double least_rate = 0.001;
constexpr double most_rate = 1'000'000;

std::string no_rate(const std::string& text) {
  const auto rate = number_in<double>(text);
  if (rate && !text.starts_with('-') && (*rate == 0 || (*rate >= least_rate && *rate <= most_rate)))
    return {};
  return "'" + text + "' is neither 0 nor a number of MiB a second from 0.001 to 1000000";
}

}  // namespace acta::internal
