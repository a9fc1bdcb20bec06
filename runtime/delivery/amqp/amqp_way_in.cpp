#include "runtime/delivery/amqp/amqp_way_in.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include "actors/model/guard.hpp"
#include "runtime/telemetry/log.hpp"

namespace acta {

namespace internal {

namespace {

constexpr std::chrono::milliseconds least_back_off{100};
constexpr std::chrono::milliseconds most_back_off{10'000};
constexpr std::chrono::minutes longest_retry{20};
/// After its deadline, for the goodbye, before the connection is cut.
constexpr std::chrono::milliseconds goodbye{1'500};

error malformed(std::string detail) { return {errc::malformed, std::move(detail), {}, "amqp"}; }

result<amqp_subscription> subscription_of(const amqp_options& how) {
  auto url = read_amqp_url(how.url);
  if (!url) return malformed("the URL of the broker: " + url.error().detail);
  if (how.queue.empty()) return malformed("the queue has no name");
  if (how.dead_letter_exchange.empty())
    return malformed("the exchange of dead letters has no name");
  if (how.queue.size() > 255 || how.dead_letter_exchange.size() > 255)
    return malformed("a queue's or an exchange's name has at most 255 bytes");
  if (how.prefetch < 1 || how.prefetch > 65'535)
    return malformed("the prefetch must be from 1 to 65535");
  if (how.retry_for.count() < 0 || how.retry_for > longest_retry)
    return malformed("a message is retried for 20 minutes at most: the broker waits for 30");
  return amqp_subscription{*std::move(url), how.queue, how.dead_letter_exchange,
                           static_cast<std::uint16_t>(how.prefetch)};
}

}  // namespace

amqp_way_in::amqp_way_in(amqp_options how, const way_in_surroundings& around)
    : how_{std::move(how)}, around_{around} {}

result<void> amqp_way_in::start() {
  auto to = subscription_of(how_);
  if (!to) return to.error();
  to_ = *std::move(to);
  if (inbox_->descriptor() < 0) return error{errc::unavailable, "amqp: no file number is free"};
  try {
    thread_ = std::thread{[this] { run(); }};
  } catch (const std::system_error&) {
    return error{errc::unavailable, "amqp: there can be no thread for it"};
  }
  std::unique_lock lock{mutex_};
  changed_.wait(lock, [this] { return tried_; });
  if (!refused_) return {};
  return error{errc::refused, to_.broker.text() + ": " + refused_->detail};
}

void amqp_way_in::refuse_new() {
  orders_.refuse_new = true;
  inbox_->wake();
}

std::size_t amqp_way_in::stop(std::chrono::milliseconds deadline) {
  orders_.stop = true;
  inbox_->wake();
  std::unique_lock lock{mutex_};
  changed_.notify_all();
  if (thread_.joinable() && !changed_.wait_for(lock, deadline, [this] { return over_; })) {
    orders_.leave = true;
    inbox_->wake();
    if (!changed_.wait_for(lock, goodbye, [this] { return over_; })) cut_.cut();
  }
  lock.unlock();
  if (thread_.joinable()) thread_.join();
  // What is not settled goes back to the queue: nobody misses an answer.
  return 0;
}

std::string amqp_way_in::not_ready_reason() const {
  if (!how_.in_readiness) return {};
  const std::lock_guard lock{mutex_};
  return away_.empty() ? "" : "amqp: " + away_;
}

void amqp_way_in::run() {
  catching_all([this] { keep_connected(); },
               [this] {
                 around_.events.error("amqp_failed", {{"reason", thrown_text()}});
                 set_state("it failed: " + thrown_text());
                 around_.give_up();
               });
  const std::lock_guard lock{mutex_};
  tried_ = over_ = true;
  changed_.notify_all();
}

void amqp_way_in::keep_connected() {
  while (!orders_.stop && !orders_.refuse_new) {
    if (!connect_once()) return;
    {
      const std::lock_guard lock{mutex_};
      tried_ = true;
      changed_.notify_all();
    }
    pause();
  }
}

bool amqp_way_in::connect_once() {
  const auto state = around_.serving.ready();
  if (!state && state.error().code == errc::read_only) {
    set_paused();
    return true;
  }
  auto opened = amqp_connection::open(to_, cut_);
  if (!opened) {
    const auto& why = opened.error();
    if (why.code == errc::refused && !was_connected_) {
      refuse(why);
      return false;
    }
    set_state(why.detail);
    return true;
  }
  amqp_session session{{around_.serving,
                        around_.events,
                        inbox_,
                        orders_,
                        {.retry_for = how_.retry_for},
                        ++sessions_,
                        to_.queue},
                       **opened};
  set_state({});
  was_connected_ = true;
  back_off_ = {};
  return handle(session.run());
}

void amqp_way_in::refuse(const error& why) {
  const std::lock_guard lock{mutex_};
  refused_ = why;
  away_ = why.detail;
  if (!tried_) return;  // start() tells it
  around_.events.error("amqp_refused", {{"url", to_.broker.text()}, {"reason", why.detail}});
  around_.give_up();
}

bool amqp_way_in::handle(const amqp_session::parting& ended) {
  switch (ended.why) {
    case amqp_session::end::lost:
      around_.serving.observe({.what = happening::connection_lost, .subject = "amqp"});
      set_state(ended.detail);
      return true;
    case amqp_session::end::read_only: set_paused(); return true;
    case amqp_session::end::stopped: return false;
    case amqp_session::end::unroutable: break;
  }
  const auto why = "no queue takes dead letters from the exchange '" + to_.dead_letter_exchange +
                   "': " + ended.detail;
  set_state(why);
  around_.events.error("amqp_stopped",
                       {{"url", to_.broker.text()}, {"queue", to_.queue}, {"reason", why}});
  return false;
}

void amqp_way_in::set_state(std::string why_away, const char* event) {
  const bool is_there = why_away.empty();
  if (is_there) {
    around_.events.info("amqp_connected", {{"url", to_.broker.text()}, {"queue", to_.queue}});
  } else if (why_away != told_) {
    around_.events.warning(
        event, {{"url", to_.broker.text()}, {"queue", to_.queue}, {"reason", why_away}});
  }
  told_ = why_away;
  around_.serving.observe(
      {.what = happening::way_in_connected, .subject = "amqp", .amount = is_there ? 1u : 0u});
  const std::lock_guard lock{mutex_};
  away_ = std::move(why_away);
  if (!is_there) return;
  tried_ = true;
  changed_.notify_all();
}

void amqp_way_in::pause() {
  back_off_ = std::clamp(back_off_ * 2, least_back_off, most_back_off);
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, back_off_, [this] { return orders_.stop.load(); });
}

}  // namespace internal

internal::way_in_factory amqp(amqp_options how) {
  return [how = std::move(how)](const internal::way_in_surroundings& around) {
    return std::make_unique<internal::amqp_way_in>(how, around);
  };
}

}  // namespace acta
