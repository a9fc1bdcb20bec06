// A service behind HTTP as a target.
#pragma once

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "runtime/load/target.hpp"
#include "runtime/net/http_client.hpp"

namespace acta::internal::load {

class http_target final : public target {
public:
  struct settings {
    std::size_t connections = 64;  ///< Kept alive; an operation that finds none free waits.
    /// So many may wait; one more is answered "no_connection" at once. It had no effect.
    std::size_t most_waiting = 65'536;
    std::chrono::milliseconds limit{30'000};  ///< For one request and its answer.
    /// For https: a PEM file with the authorities to trust; empty: those of the system.
    std::string authorities = {};
  };

  /// Aggregates of `type` at a service, which may have several addresses: the connections are
  /// divided among them. Connects to nobody yet.
  http_target(const std::vector<http_url>& servers, std::string type, settings how);
  http_target(const http_target&) = delete;
  http_target& operator=(const http_target&) = delete;
  /// Ends what is under way, which is answered "unreachable".
  ~http_target() override;

  /// Asks every address whether the service is ready there. Blocking. Fails (unavailable) at the
  /// first one that is not, and says why.
  [[nodiscard]] result<void> is_ready();

  void begin(operation what, std::function<void(outcome)> done) override;
  [[nodiscard]] bool is_free() const override { return free_connections_ > 0; }
  [[nodiscard]] result<std::vector<stored_event>> events(const std::string& id, std::uint64_t from,
                                                         std::size_t most) override;
  [[nodiscard]] result<stored_view> view(const std::string& id) override;
  void end_reads() override { reads_are_over_ = true; }

private:
  struct asked {
    http_request what;
    http_client::callback done;
  };
  /// Any thread.
  void ask(http_request what, http_client::callback done);
  result<http_response> ask(http_request what);
  result<http_response> ask(const http_url& server, http_request what);
  /// The body of an answer, which has this member; null: there is no such aggregate. Blocking.
  result<nlohmann::json> read(const std::string& path, const char* member);
  void start(http_client& on, asked one);
  [[nodiscard]] std::string path_of(const std::string& id) const;

  const std::vector<http_url> servers_;
  const std::string type_;
  const settings how_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> open_{
      io_.get_executor()};
  // The following only on the thread of io_.
  std::vector<std::unique_ptr<http_client>> clients_;
  std::vector<http_client*> free_;
  std::deque<asked> waiting_;
  bool over_ = false;
  std::atomic<std::size_t> free_connections_;
  std::atomic<bool> reads_are_over_{false};
  std::thread thread_;
};

}  // namespace acta::internal::load
