#include "runtime/delivery/control_socket.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace acta::internal {

namespace {

namespace asio = boost::asio;
using unix_socket = asio::local::stream_protocol;
using error_code = boost::system::error_code;

constexpr const char* name = "control";
constexpr std::size_t max_request_bytes = 64 * 1024;
constexpr char end_of_text = '\0';

/// A directory by its number: an address has room for 107 bytes, and a path may be longer.
class open_directory {
public:
  explicit open_directory(const std::filesystem::path& path)
      : number_{::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)} {}
  open_directory(const open_directory&) = delete;
  open_directory& operator=(const open_directory&) = delete;
  ~open_directory() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] std::string address() const {
    return "/proc/self/fd/" + std::to_string(number_) + "/" + name;
  }
  void remove_socket() const { ::unlinkat(number_, name, 0); }

private:
  int number_;
};

/// One connection, until it is answered.
class session : public std::enable_shared_from_this<session> {
public:
  session(unix_socket::socket&& with, const control_socket::handler& to)
      : socket_{std::move(with)}, handler_{&to} {}

  void read() {
    asio::async_read_until(socket_, asio::dynamic_buffer(text_, max_request_bytes), end_of_text,
                           [me = shared_from_this()](error_code failed, std::size_t size) {
                             if (!failed) me->answer(size);
                           });
  }

private:
  void answer(std::size_t size) {
    const auto said = (*handler_)(text_.substr(0, size - 1)) + end_of_text;
    // Here and now: stop() waits for this, and the kernel has room for an answer of this size.
    error_code ignored;
    asio::write(socket_, asio::buffer(said), ignored);
  }

  unix_socket::socket socket_;
  const control_socket::handler* handler_;
  std::string text_;
};

error socket_error(const error_code& why) {
  return {errc::storage, std::string{"the control socket: "} + why.message()};
}

}  // namespace

class control_socket::implementation {
public:
  implementation(const std::filesystem::path& data, handler to)
      : directory_{data}, handler_{std::move(to)} {}
  ~implementation() { stop(); }

  result<void> start() {
    directory_.remove_socket();
    error_code failed;
    acceptor_.open(unix_socket{}, failed);
    if (!failed) acceptor_.bind(unix_socket::endpoint{directory_.address()}, failed);
    if (failed) return socket_error(failed);
    bound_ = true;
    // Nobody can connect before listen(), so nobody got in with other rights.
    if (::chmod(directory_.address().c_str(), S_IRUSR | S_IWUSR) != 0)
      return socket_error({errno, boost::system::generic_category()});
    acceptor_.listen(asio::socket_base::max_listen_connections, failed);
    if (failed) return socket_error(failed);
    accept();
    thread_ = std::thread{[this] { context_.run(); }};
    return {};
  }
  void stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
    if (std::exchange(bound_, false)) directory_.remove_socket();
  }

private:
  void accept() {
    acceptor_.async_accept([this](error_code failed, unix_socket::socket&& connected) {
      if (failed) return accept_later();
      std::make_shared<session>(std::move(connected), handler_)->read();
      accept();
    });
  }
  /// It is out of file numbers, for instance: asking again at once would only keep a core busy.
  void accept_later() {
    pause_.expires_after(std::chrono::milliseconds{200});
    pause_.async_wait([this](error_code failed) {
      if (!failed) accept();
    });
  }

  open_directory directory_;
  handler handler_;
  asio::io_context context_{1};
  unix_socket::acceptor acceptor_{context_};
  asio::steady_timer pause_{context_};
  bool bound_ = false;
  std::thread thread_;
};

control_socket::control_socket(std::filesystem::path data, handler to)
    : self_{std::make_unique<implementation>(data, std::move(to))} {}
control_socket::~control_socket() = default;
result<void> control_socket::start() { return self_->start(); }
void control_socket::stop() { self_->stop(); }

result<std::optional<std::string>> ask_control(const std::filesystem::path& data,
                                               const std::string& request) {
  const open_directory directory{data};
  asio::io_context context;
  unix_socket::socket socket{context};
  error_code failed;
  socket.connect(unix_socket::endpoint{directory.address()}, failed);
  // No directory, no socket, or one that a node left behind when it was killed.
  if (failed == asio::error::not_found || failed == asio::error::connection_refused ||
      failed == boost::system::errc::no_such_file_or_directory)
    return std::optional<std::string>{};
  if (!failed) asio::write(socket, asio::buffer(request.c_str(), request.size() + 1), failed);
  std::string answer;
  std::size_t size = 0;
  if (!failed) size = asio::read_until(socket, asio::dynamic_buffer(answer), end_of_text, failed);
  if (failed) return socket_error(failed);
  return std::optional{answer.substr(0, size - 1)};
}

}  // namespace acta::internal
