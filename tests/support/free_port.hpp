// A port of the loopback interface for a server that cannot say which one it took.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>

namespace acta::testing {

/// A port that nobody has now.
inline std::uint16_t free_port() {
  const int one = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof at;
  auto* address = reinterpret_cast<sockaddr*>(&at);
  const bool bound = ::bind(one, address, size) == 0 && ::getsockname(one, address, &size) == 0;
  ::close(one);
  if (!bound) throw std::runtime_error{"no port is free"};
  return ntohs(at.sin_port);
}

}  // namespace acta::testing
