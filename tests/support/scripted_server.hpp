// An HTTP server that answers with just the bytes that it is told, and does what servers should
// not: closes, holds an answer back, speaks something else. It knows no HTTP but where a request
// ends.
#pragma once

#include <sys/socket.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace acta::testing {

/// What it does with one request.
struct scripted {
  enum class then { keep_open, close, hold };
  std::string bytes;
  /// hold: sends no more, and waits until the client leaves.
  then next = then::keep_open;
};

/// Returns an answer with this status, body and further header lines, each with its CRLF.
inline scripted answer(int status, const std::string& body = {}, const std::string& lines = {}) {
  return {"HTTP/1.1 " + std::to_string(status) + " Said\r\n" + lines +
          "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body};
}

class scripted_server {
public:
  /// The last of `script` is for all requests that come after. With `certificate` and `key`, PEM
  /// files, by TLS.
  explicit scripted_server(std::vector<scripted> script, const std::string& certificate = {},
                           const std::string& key = {})
      : script_{std::move(script)}, acceptor_{io_, {boost::asio::ip::address_v4::loopback(), 0}} {
    if (!certificate.empty()) {
      tls_.emplace(boost::asio::ssl::context::tls_server);
      tls_->use_certificate_chain_file(certificate);
      tls_->use_private_key_file(key, boost::asio::ssl::context::pem);
    }
    port_ = acceptor_.local_endpoint().port();
    thread_ = std::thread{[this] { serve(); }};
  }
  scripted_server(const scripted_server&) = delete;
  scripted_server& operator=(const scripted_server&) = delete;
  ~scripted_server() {
    {
      const std::lock_guard lock{mutex_};
      over_ = true;
      // Wakes the thread, wherever it waits.
      ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
      if (open_ >= 0) ::shutdown(open_, SHUT_RDWR);
    }
    thread_.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url(const std::string& target = "/") const {
    return (tls_ ? "https://localhost:" : "http://127.0.0.1:") + std::to_string(port_) + target;
  }

  /// Waits for so many requests, and returns all there are: head and body, as they came.
  std::vector<std::string> requests(std::size_t count = 0) {
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return requests_.size() >= count; });
    return requests_;
  }
  /// Waits until so many connections have ended on this side.
  bool ended(std::size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{30}, [&] { return ended_ >= count; });
  }

private:
  void serve() {
    for (;;) {
      boost::system::error_code why;
      boost::asio::ip::tcp::socket socket{io_};
      acceptor_.accept(socket, why);
      {
        const std::lock_guard lock{mutex_};
        if (over_ || why) return;
        open_ = socket.native_handle();
      }
      if (tls_) {
        boost::asio::ssl::stream<boost::asio::ip::tcp::socket&> stream{socket, *tls_};
        stream.handshake(boost::asio::ssl::stream_base::server, why);
        if (!why) answer_all(stream);
      } else {
        answer_all(socket);
      }
      const std::lock_guard lock{mutex_};
      open_ = -1;
      socket.close(why);
      ++ended_;
      changed_.notify_all();
    }
  }

  template <class Stream>
  void answer_all(Stream& stream) {
    std::string unread;
    for (;;) {
      boost::system::error_code why;
      const auto head =
          boost::asio::read_until(stream, boost::asio::dynamic_buffer(unread), "\r\n\r\n", why);
      if (why) return;
      const auto whole = head + length_of_body(unread.substr(0, head));
      if (unread.size() < whole)
        boost::asio::read(stream, boost::asio::dynamic_buffer(unread),
                          boost::asio::transfer_exactly(whole - unread.size()), why);
      if (why) return;
      const auto next = record(unread.substr(0, whole));
      unread.erase(0, whole);
      boost::asio::write(stream, boost::asio::buffer(next.bytes), why);
      if (why || next.next == scripted::then::close) return;
      if (next.next == scripted::then::hold) {
        char byte = 0;
        boost::asio::read(stream, boost::asio::buffer(&byte, 1), why);
        return;
      }
    }
  }

  static std::size_t length_of_body(const std::string& head) {
    const std::string name = "Content-Length: ";
    const auto at = head.find(name);
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + name.size()));
  }

  scripted record(std::string request) {
    const std::lock_guard lock{mutex_};
    const auto next = script_[std::min(requests_.size(), script_.size() - 1)];
    requests_.push_back(std::move(request));
    changed_.notify_all();
    return next;
  }

  const std::vector<scripted> script_;
  boost::asio::io_context io_;
  std::optional<boost::asio::ssl::context> tls_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Under the lock:
  std::vector<std::string> requests_;
  std::size_t ended_ = 0;
  int open_ = -1;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace acta::testing
