// Which names a service answers to, and which pages are its own.
//
// A browser sends requests for every page that its user looks at. A page whose name was made to
// lead to this address (DNS rebinding) is its own site to the browser; what gives it away is the
// name, in Host. A page of another site is given away by Origin.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/error.hpp"
#include "runtime/delivery/http_message.hpp"

namespace acta::internal {

/// Returns the host of an authority as `Host` holds it, NAME or NAME:PORT (RFC 9110, 7.2): in lower
/// case, without the port and without a dot at its end; an IPv6 address keeps its brackets. Nothing
/// if it is no authority, has an empty host, or has a user in it.
[[nodiscard]] std::optional<std::string> host_in(std::string_view authority);

/// Returns the length of the `http://` that a target in absolute form begins with, in whichever
/// case (RFC 3986, 3.1); 0 for any other target.
[[nodiscard]] std::size_t scheme_bytes(std::string_view target);

/// Returns the authority that a request is for: that of a target like http://here:80/v1, else the
/// one in Host (RFC 9112, 3.2.2). Empty if there is neither.
[[nodiscard]] std::string authority_of(std::string_view target, std::string_view host_header);

/// Any thread.
class site {
public:
  /// As a listener on loopback without names.
  site() = default;
  /// `names` are host names without ports; with none of them, a listener at `address` that others
  /// than this machine can reach takes all names.
  site(const std::string& address, const std::vector<std::string>& names);

  /// True if requests for every name are taken.
  [[nodiscard]] bool takes_all() const { return takes_all_; }
  /// Fails (malformed) if the request is for a name that is not taken here. IP addresses and
  /// `localhost` always are, and so is a request without a name.
  [[nodiscard]] result<void> takes(const http_call& call) const;
  /// True if a browser sends this for a page of another site.
  [[nodiscard]] bool is_foreign(const http_call& call) const;

private:
  [[nodiscard]] bool has(const std::string& name) const;

  std::vector<std::string> names_;
  bool takes_all_ = false;
};

}  // namespace acta::internal
