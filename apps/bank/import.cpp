#include "apps/bank/import.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "apps/bank/pkdd99.hpp"

namespace bank {

namespace {

constexpr int max_tries = 50;
constexpr std::chrono::milliseconds retry_pause{20};

/// A journal that takes no writes takes none until it is opened again, which is after this import.
bool may_succeed_soon(acta::errc code) { return may_retry(code) && code != acta::errc::read_only; }

/// What is to be done for one account, one after another: the next is sent when the one before is
/// answered, so that a retry never comes after what follows it in the file.
struct step {
  std::uint64_t line = 0;
  std::string command_id;
  std::variant<open, deposit, withdraw> command;
  int tries = 0;
};

class importer {
public:
  importer(const acta::aggregates<account>& accounts, const import_options& how)
      : accounts_{accounts}, how_{how} {}

  void take(std::uint64_t line, pkdd99::transaction&& found) {
    // What was put off takes room too: without sending it again there might never be any.
    while (!wait_for_room()) send_again();
    std::unique_lock lock{mutex_};
    auto& account = queues_[found.account_id];
    const bool idle = account.empty();
    const bool is_new = known_.emplace(found.account_id, true).second;
    if (is_new)
      account.push_back({line, "open-" + found.account_id,
                         open{"PKDD'99 account " + found.account_id, std::nullopt}});
    if (found.credit)
      account.push_back({line, found.trans_id, deposit{found.minor_units, found.reference}});
    else
      account.push_back({line, found.trans_id, withdraw{found.minor_units, found.reference}});
    under_way_ += is_new ? 2 : 1;
    if (!idle) return;
    const auto first = account.front();
    lock.unlock();
    send(found.account_id, first);
  }

  void leave_out(std::uint64_t line, std::string reason) {
    const std::lock_guard lock{mutex_};
    summary_.malformed.push_back({line, std::move(reason)});
  }

  void fail(std::uint64_t line, std::string reason) {
    const std::lock_guard lock{mutex_};
    summary_.failed.push_back({line, std::move(reason)});
  }

  /// Sends again what was put off, and waits a little for answers. False: all is done.
  bool wait_a_little() {
    {
      std::unique_lock lock{mutex_};
      if (room_.wait_for(lock, retry_pause, [this] { return under_way_ == 0; })) return false;
    }
    send_again();
    return true;
  }

  import_summary summary() {
    const std::lock_guard lock{mutex_};
    return summary_;
  }

private:
  bool wait_for_room() {
    std::unique_lock lock{mutex_};
    return room_.wait_for(lock, retry_pause, [this] { return under_way_ < how_.outstanding; });
  }

  void send_again() {
    std::unique_lock lock{mutex_};
    const auto again = std::exchange(put_off_, {});
    std::vector<step> steps;
    for (const auto& account_id : again) steps.push_back(queues_[account_id].front());
    lock.unlock();
    for (std::size_t i = 0; i < again.size(); ++i) send(again[i], steps[i]);
  }

  void send(const std::string& account_id, const step& next) {
    acta::call_options how;
    how.command_id = next.command_id;
    how.repeats_since = acta::whole_history;
    how.principal = "import";
    const auto sent = std::visit(
        [&](const auto& command) {
          return accounts_.send(account_id, command, std::move(how),
                                [this, account_id](const acta::result<acta::receipt>& got) {
                                  answered(account_id, got);
                                });
        },
        next.command);
    if (!sent) answered(account_id, sent.error());
  }

  void answered(const std::string& account_id, const acta::result<acta::receipt>& got) {
    std::unique_lock lock{mutex_};
    auto& account = queues_[account_id];
    auto& done = account.front();
    if (!got && may_succeed_soon(got.error().code) && ++done.tries < max_tries) {
      put_off_.push_back(account_id);
      return;
    }
    count(done, got);
    account.pop_front();
    --under_way_;
    room_.notify_all();
    if (account.empty()) return;
    const auto next = account.front();
    lock.unlock();
    send(account_id, next);
  }

  void count(const step& done, const acta::result<acta::receipt>& got) {
    const bool opening = std::holds_alternative<open>(done.command);
    if (got)
      ++(opening ? (got->repeated ? summary_.accounts_known : summary_.accounts_opened)
                 : (got->repeated ? summary_.repeated : summary_.applied));
    else if (got.error().code == acta::errc::malformed)
      summary_.malformed.push_back({done.line, got.error().field + " " + got.error().detail});
    else if (!opening || got.error().refusal_code != "already_open")
      summary_.failed.push_back(
          {done.line, std::string{to_string(got.error().code)} + ": " + got.error().detail});
    else
      ++summary_.accounts_known;  // somebody opened it by hand
  }

  const acta::aggregates<account>& accounts_;
  const import_options& how_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::unordered_map<std::string, std::deque<step>> queues_;
  std::unordered_map<std::string, bool> known_;
  std::vector<std::string> put_off_;
  std::size_t under_way_ = 0;
  import_summary summary_;
};

}  // namespace

import_summary import_transactions(std::istream& input, const acta::aggregates<account>& accounts,
                                   const import_options& how, const progress& tell) {
  const auto began = std::chrono::steady_clock::now();
  importer bringing{accounts, how};
  std::uint64_t lines = 0;
  const auto summary = [&] {
    auto made = bringing.summary();
    made.lines = lines;
    made.seconds = std::chrono::duration<double>{std::chrono::steady_clock::now() - began}.count();
    return made;
  };
  std::string line;
  const bool is_empty = !pkdd99::next_line(input, line);
  if (input.bad()) {
    bringing.fail(1, "cannot be read");
    return summary();
  }
  if (is_empty) {
    bringing.leave_out(1, "the file is empty; its first line must name the columns");
    return summary();
  }
  const auto header = pkdd99::reader::from_header(line);
  if (const auto* bad = std::get_if<pkdd99::malformed>(&header)) {
    bringing.leave_out(1, bad->reason);
    return summary();
  }
  auto told = began;
  while (pkdd99::next_line(input, line)) {
    ++lines;
    auto found = std::get<pkdd99::reader>(header).read(line);
    if (auto* good = std::get_if<pkdd99::transaction>(&found))
      bringing.take(lines + 1, std::move(*good));
    else
      bringing.leave_out(lines + 1, std::get<pkdd99::malformed>(found).reason);
    if (std::chrono::steady_clock::now() - told > std::chrono::milliseconds{250}) {
      tell(summary());
      told = std::chrono::steady_clock::now();
    }
  }
  if (input.bad()) bringing.fail(lines + 2, "cannot be read, nor what comes after it");
  while (bringing.wait_a_little()) tell(summary());
  return summary();
}

}  // namespace bank
