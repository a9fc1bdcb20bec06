// What tests of the HTTP server share: a client that knows no library of the server's, a server
// that has started, and handlers to give it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/delivery/http_server.hpp"

namespace acta::testing {

using namespace internal;

/// Long enough for any machine; a test that waits so long has failed.
inline constexpr auto patience = std::chrono::seconds{30};

struct received {
  int status = 0;  // 0: there was no answer
  std::string version;
  std::map<std::string, std::string> headers;  // as they were sent
  std::string body;
};

/// A client that sends just what it is told, and reads by its own rules, not by the server's
/// library.
class client {
public:
  explicit client(std::uint16_t port) {
    stream_.expires_after(patience);
    stream_.connect(boost::asio::ip::tcp::endpoint{boost::asio::ip::address_v4::loopback(), port});
  }
  [[nodiscard]] bool connected() const { return stream_.good(); }

  client& send(std::string_view text) {
    stream_ << text << std::flush;
    return *this;
  }
  client& get(const std::string& target) {
    return send("GET " + target + " HTTP/1.1\r\nHost: here\r\n\r\n");
  }
  client& post(const std::string& target, const std::string& body) {
    return send("POST " + target + " HTTP/1.1\r\nHost: here\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  /// Ends what is sent, not what is received.
  client& end_input() {
    stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send);
    return *this;
  }

  received receive(bool with_body = true) {
    received got;
    stream_ >> got.version >> got.status;
    line();
    for (auto text = line(); !text.empty(); text = line()) {
      const auto colon = text.find(": ");
      got.headers[text.substr(0, colon)] = text.substr(colon + 2);
    }
    if (!with_body || !got.headers.contains("Content-Length")) return got;
    got.body.resize(std::stoul(got.headers.at("Content-Length")));
    stream_.read(got.body.data(), static_cast<std::streamsize>(got.body.size()));
    return got;
  }
  /// Whether the server closed the connection, with nothing left to read.
  bool closed() {
    return stream_.get() == std::char_traits<char>::eof() &&
           stream_.error() != boost::asio::error::timed_out &&
           stream_.error() != boost::asio::error::operation_aborted;
  }

private:
  std::string line() {
    std::string text;
    std::getline(stream_, text);
    if (!text.empty() && text.back() == '\r') text.pop_back();
    return text;
  }

  boost::asio::ip::tcp::iostream stream_;
};

inline http_options quiet() {
  http_options how;
  how.port = 0;
  how.idle_timeout = patience;
  how.header_timeout = patience;
  how.body_timeout = patience;
  how.write_timeout = patience;
  return how;
}

/// Answers with what it was asked.
inline void echo(const http_call& call, const http_done& done) {
  http_answer made;
  made.content_type = "text/plain";
  made.body = call.method + " " + call.target + " " + call.body;
  done(std::move(made));
}

/// A server that has started.
class running {
public:
  explicit running(http_server::handler to = echo, http_options how = quiet())
      : server_{std::in_place, std::move(how), std::move(to)}, port_{started(*server_)} {}

  [[nodiscard]] std::uint16_t port() const { return port_; }
  http_server& server() { return *server_; }
  void destroy() { server_.reset(); }

private:
  static std::uint16_t started(http_server& one) {
    const auto listens = one.start();
    return listens ? one.port() : throw std::runtime_error{listens.error().detail};
  }

  std::optional<http_server> server_;
  std::uint16_t port_;
};

/// A handler that keeps its calls until it is told to answer them.
class held {
public:
  http_server::handler handler() {
    return [this](const http_call&, http_done done) {
      const std::lock_guard lock{mutex_};
      waiting_.push_back(std::move(done));
      arrived_.notify_all();
    };
  }
  http_done take() {
    std::unique_lock lock{mutex_};
    if (!arrived_.wait_for(lock, patience, [this] { return !waiting_.empty(); })) return {};
    auto first = std::move(waiting_.front());
    waiting_.erase(waiting_.begin());
    return first;
  }

private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<http_done> waiting_;
};

inline http_answer text(std::string body) { return {200, "text/plain", std::move(body)}; }

/// What a server complained of.
class complaints {
public:
  std::function<void(const std::string&)> listener() {
    return [this](const std::string& why) {
      const std::lock_guard lock{mutex_};
      all_.push_back(why);
      heard_.notify_all();
    };
  }
  std::string first() {
    std::unique_lock lock{mutex_};
    heard_.wait_for(lock, patience, [this] { return !all_.empty(); });
    return all_.empty() ? "nothing" : all_.front();
  }
  std::size_t count() {
    const std::lock_guard lock{mutex_};
    return all_.size();
  }

private:
  std::mutex mutex_;
  std::condition_variable heard_;
  std::vector<std::string> all_;
};

}  // namespace acta::testing
