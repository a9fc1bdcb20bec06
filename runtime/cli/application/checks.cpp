#include "runtime/cli/application/checks.hpp"

#include <charconv>

#include "runtime/codec/text.hpp"
#include "runtime/delivery/host_name.hpp"
#include "runtime/delivery/http_server.hpp"
#include "runtime/journal/rocksdb_journal.hpp"

namespace acta::internal {

/// A whole number without zeros in front of it, since CLI11 would take it for an octal one; another
/// text as it is.
std::string decimal(const std::string& text) {
  const auto number = whole_number(text);
  return number ? std::to_string(*number) : text;
}

/// A position as it is printed has its partition in front, and a journal in one process has one.
std::string without_partition(const std::string& position) {
  const auto partition = std::to_string(embedded_partition) + "-";
  return decimal(position.starts_with(partition) ? position.substr(partition.size()) : position);
}

/// Says why `text` is no whole number, or nothing: CLI11 would read what is below 0, or too large,
/// as the largest one.
std::string no_number(const std::string& text) {
  return whole_number(text) ? "" : "'" + text + "' is no whole number from 0 to 2^64 - 1";
}

/// Says why nobody can listen there, or nothing.
std::string no_address(const std::string& text) {
  const auto read = listen_address(text);
  return read ? "" : read.error().detail;
}

/// Says why no request can be for that host, or nothing.
std::string no_host(const std::string& text) {
  return names_host(text) ? ""
                          : "'" + text +
                                "' is no host name: letters, digits and '-', in parts of 1 to 63 "
                                "with a '.' between them, 253 in all";
}

constexpr double least_rate = 0.001;
constexpr double most_rate = 1'000'000;

/// Says why nothing can be copied at so many MiB a second, or nothing.
std::string no_rate(const std::string& text) {
  double rate = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, rate);
  const bool known = read.ec == std::errc{} && read.ptr == end && text.front() != '-';
  // What is not a number is in no range.
  if (known && (rate == 0 || (rate >= least_rate && rate <= most_rate))) return {};
  return "'" + text + "' is neither 0 nor a number of MiB a second from 0.001 to 1000000";
}

}  // namespace acta::internal
