#include "runtime/delivery/host_name.hpp"

#include <algorithm>
#include <boost/asio/ip/address_v4.hpp>
#include <string>

#include "runtime/delivery/site.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t most_bytes = 253;
constexpr std::size_t most_bytes_of_label = 63;
constexpr std::string_view digits = "0123456789";
constexpr std::string_view of_labels = "0123456789abcdefghijklmnopqrstuvwxyz-";

bool is_address(const std::string& text) {
  boost::system::error_code failed;
  boost::asio::ip::make_address_v4(text, failed);
  return !failed;
}

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= most_bytes_of_label && text.front() != '-' &&
         text.back() != '-' && text.find_first_not_of(of_labels) == text.npos;
}

/// `name` is in lower case.
bool is_host_name(std::string_view name) {
  if (name.size() > most_bytes) return false;
  for (;;) {
    const auto dot = std::min(name.find('.'), name.size());
    const auto label = name.substr(0, dot);
    if (!is_label(label)) return false;
    // A client takes a name that ends in a number for an address, or for nothing.
    if (dot == name.size()) return label.find_first_not_of(digits) != label.npos;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace

bool names_host(std::string_view text) {
  if (is_address(std::string{text})) return true;
  if (text.find(':') != text.npos) return false;  // a port, or an IPv6 address
  const auto host = host_in(text);
  return host && is_host_name(*host);
}

}  // namespace acta::internal
