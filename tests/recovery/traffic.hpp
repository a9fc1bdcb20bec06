// Bookings as HTTP commands over several connections: each account's in their order, each under its
// transaction's number, so that sending one again has no second effect.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/http_client.hpp"
#include "tests/support/pkdd99_file.hpp"

namespace acta::testing {

class traffic {
public:
  /// Every account is opened, without limit, before its first booking.
  traffic(const std::vector<booking>& all, std::size_t connections);
  ~traffic() { join(); }

  /// Sends on where it stopped, until all is answered with 200, or something else, or not at all;
  /// a connection that has that stops. When `after` commands are answered, counted from the first
  /// start, `then` is called once, by the thread that got the answer, before it sends the next.
  void start(std::uint16_t port, std::size_t after = ~std::size_t{0},
             std::function<void()> then = {});
  void join();

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::size_t answered() const { return answered_; }
  /// Of those, how many the server said that they came before.
  [[nodiscard]] std::size_t repeated() const { return repeated_; }
  /// Commands that may be there although they were not answered with 200: no answer came, or one
  /// that leaves the effect open. Each connection has one at most.
  [[nodiscard]] std::size_t left_open() const;
  /// Answers by status, from the first start on; 0 for those that never came.
  [[nodiscard]] std::map<int, std::size_t> statuses() const;
  /// Those answered with 200, as "bank.account/ID COMMAND_ID".
  [[nodiscard]] std::set<std::string> answered_commands() const;
  /// Sends all those again, one after another; returns the ones not answered as repeated.
  [[nodiscard]] std::vector<std::string> not_repeated(std::uint16_t port) const;

private:
  /// What one connection sends.
  struct lane {
    std::vector<http_request> commands;
    std::size_t next = 0;  // all before were answered with 200
    bool open = false;     // the next one may have had its effect
  };
  void drive(lane& one, std::uint16_t port);
  void count(int status);

  std::vector<lane> lanes_;
  std::vector<std::thread> threads_;
  std::size_t after_ = 0;
  std::function<void()> then_;
  std::atomic<std::size_t> answered_{0};
  std::atomic<std::size_t> repeated_{0};
  mutable std::mutex mutex_;
  std::map<int, std::size_t> statuses_;
};

/// Accounts whose balance, as GET tells it, is not what is expected; empty if all is well.
[[nodiscard]] std::vector<std::string> wrong_balances(std::uint16_t port,
                                                      const expected_balances& expected);

/// The command ids of an account's events, as GET tells them, page by page.
[[nodiscard]] std::vector<std::string> event_commands(std::uint16_t port,
                                                      const std::string& account_id);

}  // namespace acta::testing
