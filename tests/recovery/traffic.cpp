#include "tests/recovery/traffic.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "actors/model/error.hpp"

namespace acta::testing {

namespace {

using nlohmann::json;

http_request command(const std::string& account_id, const char* name, const std::string& id,
                     const json& body) {
  return {"POST", "/v1/bank.account/" + account_id + "/" + name, body.dump(), id};
}

http_request opening(const std::string& account_id) {
  return command(account_id, "open", "open-" + account_id,
                 {{"owner", "account " + account_id}, {"overdraft_limit", nullptr}});
}

http_request posting(const booking& one) {
  return command(one.account_id, one.credit ? "deposit" : "withdraw", one.trans_id,
                 {{"minor_units", one.minor_units}, {"reference", "of " + one.trans_id}});
}

std::string name_of(const http_request& one) {
  const auto begin = one.target.find("bank.account/");
  return one.target.substr(begin, one.target.rfind('/') - begin) + " " + one.idempotency_key;
}

bool says_repeated(const http_response& answer) {
  const auto body = json::parse(answer.body, nullptr, false);
  return body.is_object() && body.value("repeated", false);
}

bool had_no_effect(const http_response& answer) {
  const auto body = json::parse(answer.body, nullptr, false);
  return body.is_object() && body.value("effect", "") == to_string(effect::none);
}

}  // namespace

traffic::traffic(const std::vector<booking>& all, std::size_t connections) : lanes_(connections) {
  std::map<std::string, lane*> of_account;
  for (const auto& one : all) {
    auto& taken = of_account[one.account_id];
    if (!taken) {
      taken = &lanes_[of_account.size() % connections];
      taken->commands.push_back(opening(one.account_id));
    }
    taken->commands.push_back(posting(one));
  }
}

void traffic::start(std::uint16_t port, std::size_t after, std::function<void()> then) {
  after_ = after;
  then_ = std::move(then);
  for (auto& one : lanes_) threads_.emplace_back([this, &one, port] { drive(one, port); });
}

void traffic::join() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

void traffic::drive(lane& one, std::uint16_t port) {
  http_client client{port};
  while (one.next < one.commands.size()) {
    const auto answer = client.ask(one.commands[one.next]);
    count(answer ? answer->status : 0);
    const bool good = answer && answer->status == 200;
    one.open = !good && (one.open || !answer || !had_no_effect(*answer));
    if (!good) return;
    if (says_repeated(*answer)) ++repeated_;
    ++one.next;
    if (++answered_ == after_) then_();
  }
}

void traffic::count(int status) {
  const std::lock_guard lock{mutex_};
  ++statuses_[status];
}

std::size_t traffic::size() const {
  std::size_t all = 0;
  for (const auto& one : lanes_) all += one.commands.size();
  return all;
}

std::size_t traffic::left_open() const {
  return static_cast<std::size_t>(
      std::count_if(lanes_.begin(), lanes_.end(), [](const lane& one) { return one.open; }));
}

std::map<int, std::size_t> traffic::statuses() const {
  const std::lock_guard lock{mutex_};
  return statuses_;
}

std::set<std::string> traffic::answered_commands() const {
  std::set<std::string> all;
  for (const auto& one : lanes_)
    for (std::size_t i = 0; i < one.next; ++i) all.insert(name_of(one.commands[i]));
  return all;
}

std::vector<std::string> traffic::not_repeated(std::uint16_t port) const {
  std::vector<std::string> found;
  http_client client{port};
  for (const auto& one : lanes_)
    for (std::size_t i = 0; i < one.next; ++i) {
      const auto answer = client.ask(one.commands[i]);
      if (!answer || answer->status != 200 || !says_repeated(*answer))
        found.push_back(name_of(one.commands[i]));
    }
  return found;
}

std::vector<std::string> wrong_balances(std::uint16_t port, const expected_balances& expected) {
  std::vector<std::string> wrong;
  http_client client{port};
  for (const auto& [id, balance] : expected) {
    const auto answer = client.get("/v1/bank.account/" + std::to_string(id));
    const auto body = answer ? json::parse(answer->body, nullptr, false) : json{};
    // The version counts the opening too.
    const bool right = answer && answer->status == 200 && body.is_object() &&
                       body["view"]["balance"] == balance.minor_units &&
                       body["version"] == balance.transactions + 1;
    if (!right) wrong.push_back(std::to_string(id) + ": " + (answer ? answer->body : "no answer"));
  }
  return wrong;
}

std::vector<std::string> event_commands(std::uint16_t port, const std::string& account_id) {
  std::vector<std::string> all;
  http_client client{port};
  constexpr std::size_t page = 10;  // small, so that there are several
  for (;;) {
    const auto answer = client.get("/v1/bank.account/" + account_id +
                                   "/events?from=" + std::to_string(all.size() + 1) +
                                   "&limit=" + std::to_string(page));
    if (!answer || answer->status != 200) return all;
    const auto events = json::parse(answer->body).at("events");
    for (const auto& event : events) all.push_back(event.at("command_id"));
    if (events.size() < page) return all;
  }
}

}  // namespace acta::testing
