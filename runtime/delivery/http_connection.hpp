// One connection of the HTTP server: its requests, one after another, and their answers.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <memory>
#include <set>

#include "runtime/delivery/body_room.hpp"
#include "runtime/delivery/http_date.hpp"
#include "runtime/delivery/http_server.hpp"
#include "runtime/delivery/job_thread.hpp"
#include "runtime/delivery/reply.hpp"

namespace acta::internal {

/// What all connections of a server share. The server's thread's own.
struct http_traffic {
  using streams = std::set<boost::beast::tcp_stream*>;
  const http_options how;
  const http_server::handler handler;
  streams open = {};
  streams reading = {};  ///< Those that wait for a request, or a part of it.
  http_date date = {};
  bool stopping = false;  ///< No more connections, no second requests.
  bool ending = false;    ///< No more requests.
  body_room bodies{how.max_receiving_bytes};
  job_thread large{how.max_large_waiting};  ///< Handles requests with large bodies.
};

/// Serves a connection until one of both sides ends it. `all` outlives it; answers come over `way`.
boost::asio::awaitable<void> serve_connection(http_traffic& all, std::shared_ptr<way_back> way,
                                              boost::beast::tcp_stream stream);

}  // namespace acta::internal
