#include "runtime/delivery/control_socket.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <thread>
#include <utility>
#include <vector>

#include "actors/model/guard.hpp"

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
  explicit session(unix_socket::socket&& with) : socket_{std::move(with)} {}

  /// Calls `take` when the request is there.
  void read(std::function<void(std::shared_ptr<session>)> take) {
    asio::async_read_until(
        socket_, asio::dynamic_buffer(text_, max_request_bytes), end_of_text,
        [me = shared_from_this(), take = std::move(take)](error_code failed, std::size_t size) {
          if (failed) return;
          me->text_.resize(size - 1);
          me->watch();
          take(me);
        });
  }
  [[nodiscard]] const std::string& request() const { return text_; }
  /// Any thread.
  [[nodiscard]] bool left() const { return left_; }
  void answer(const std::string& text) {
    // Here and now: stop() waits for this, and the kernel has room for an answer of this size.
    error_code ignored;
    asio::write(socket_, asio::buffer(text.c_str(), text.size() + 1), ignored);
    socket_.close(ignored);
  }

private:
  /// Nothing follows a request, so what can be read is the connection's end.
  void watch() {
    socket_.async_wait(unix_socket::socket::wait_read,
                       [me = shared_from_this()](error_code failed) {
                         if (!failed) me->left_ = true;
                       });
  }

  unix_socket::socket socket_;
  std::string text_;
  std::atomic<bool> left_{false};
};

error socket_error(const error_code& why) {
  return {errc::storage, std::string{"the control socket: "} + why.message()};
}

}  // namespace

class control_socket::implementation {
public:
  implementation(const std::filesystem::path& data, handler to, refusal busy)
      : directory_{data}, handler_{std::move(to)}, busy_{std::move(busy)} {}
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
  void refuse_new() { refusing_ = true; }
  [[nodiscard]] bool is_busy() const { return is_busy_; }
  void stop() {
    asio::post(context_, [this] {
      stopping_ = true;
      waiting_.clear();
      if (!under_way_) context_.stop();
    });
    if (thread_.joinable()) thread_.join();
    if (std::exchange(bound_, false)) directory_.remove_socket();
  }

private:
  void accept() {
    acceptor_.async_accept([this](error_code failed, unix_socket::socket&& connected) {
      if (failed) return accept_later();
      std::make_shared<session>(std::move(connected))->read([this](auto asking) {
        take(std::move(asking));
      });
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

  void take(std::shared_ptr<session> asking) {
    if (!under_way_) return begin(std::move(asking));
    // One whose client has left is about to end.
    if (under_way_->left() && !stopping_) return waiting_.push_back(std::move(asking));
    asking->answer(busy_(under_way_->request()));
  }
  void begin(std::shared_ptr<session> asking) {
    under_way_ = std::move(asking);
    worker_ = std::thread{[this, carried_out = under_way_] {
      asio::post(context_, [this, text = answer_to(*carried_out)] { finish(text); });
    }};
  }
  /// The answer of the handler, whatever it throws.
  std::string answer_to(const session& asking) {
    is_busy_ = true;
    auto text = catching_all(
        [&] { return handler_(asking.request(), [&] { return refusing_ || asking.left(); }); },
        [] { return thrown_text(); });
    is_busy_ = false;
    return text;
  }
  void finish(const std::string& text) {
    worker_.join();
    std::exchange(under_way_, nullptr)->answer(text);
    if (stopping_) return context_.stop();
    const auto waited = std::exchange(waiting_, {});
    for (const auto& next : waited) take(next);
  }

  open_directory directory_;
  handler handler_;
  refusal busy_;
  asio::io_context context_{1};
  unix_socket::acceptor acceptor_{context_};
  asio::steady_timer pause_{context_};
  std::atomic<bool> refusing_{false};
  std::atomic<bool> is_busy_{false};  // a handler runs
  bool bound_ = false;
  bool stopping_ = false;                          // the thread's own, as are those below
  std::shared_ptr<session> under_way_;             // what the worker carries out
  std::vector<std::shared_ptr<session>> waiting_;  // for the end of one whose client has left
  std::thread worker_;
  std::thread thread_;
};

control_socket::control_socket(std::filesystem::path data, handler to, refusal busy)
    : self_{std::make_unique<implementation>(data, std::move(to), std::move(busy))} {}
control_socket::~control_socket() = default;
result<void> control_socket::start() { return self_->start(); }
void control_socket::refuse_new() { self_->refuse_new(); }
std::size_t control_socket::stop(std::chrono::milliseconds) {
  self_->stop();
  return 0;
}
const char* control_socket::stopping_means() const {
  // Nothing else takes long.
  return self_->is_busy() ? "waiting for a backup" : "closing the control socket";
}

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
