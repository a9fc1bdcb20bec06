#include "runtime/delivery/amqp/amqp_connection.hpp"

#include <amqp.h>
#include <sys/time.h>

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "runtime/delivery/amqp/amqp_login.hpp"
#include "runtime/delivery/amqp/amqp_words.hpp"
#include "runtime/delivery/amqp/dead_letter.hpp"

namespace acta::internal {

namespace {

constexpr timeval to_part{1, 0};
/// Between two looks at what else there is to do.
constexpr int frames_per_read = 1'000;

/// The headers that are looked at.
std::map<std::string, std::optional<std::string>> our_headers(const amqp_table_t& all) {
  std::map<std::string, std::optional<std::string>> made;
  for (int i = 0; i < all.num_entries; ++i) {
    const auto& one = all.entries[i];
    auto name = text_of(one.key);
    if (!name.starts_with("acta-") && name != "traceparent" && name != "tracestate") continue;
    made[std::move(name)] = one.value.kind == AMQP_FIELD_KIND_UTF8
                                ? std::optional{text_of(one.value.value.bytes)}
                                : std::nullopt;
  }
  return made;
}

void take_properties(amqp_message& into, const amqp_basic_properties_t& from) {
  const auto has = [&](int flag) { return (from._flags & static_cast<amqp_flags_t>(flag)) != 0; };
  if (has(AMQP_BASIC_HEADERS_FLAG)) into.headers = our_headers(from.headers);
  if (has(AMQP_BASIC_MESSAGE_ID_FLAG)) into.message_id = text_of(from.message_id);
  if (has(AMQP_BASIC_CORRELATION_ID_FLAG)) into.correlation_id = text_of(from.correlation_id);
  if (has(AMQP_BASIC_USER_ID_FLAG)) into.user_id = text_of(from.user_id);
  if (has(AMQP_BASIC_CONTENT_ENCODING_FLAG)) into.content_encoding = text_of(from.content_encoding);
  if (has(AMQP_BASIC_TIMESTAMP_FLAG)) into.timestamp_s = from.timestamp;
  into.properties = std::make_shared<kept_properties>(from);
}

}  // namespace

class amqp_connection::implementation {
public:
  implementation(const amqp_subscription& to, amqp_cut& ending)
      : to_{to}, ending_{ending}, state_{amqp_new_connection()} {}
  implementation(const implementation&) = delete;
  implementation& operator=(const implementation&) = delete;
  ~implementation() {
    // Before its number is another file's.
    ending_.watch(-1);
    if (state_) amqp_destroy_connection(state_);
  }

  result<void> open() {
    if (!state_) return error{errc::unavailable, "no memory for a connection"};
    return begin_consuming(state_, to_, ending_);
  }
  [[nodiscard]] int descriptor() const { return amqp_get_sockfd(state_); }

  result<bool> read(amqp_listener& to) {
    for (int i = 0; i < frames_per_read && !lost_; ++i) {
      const timeval nothing{0, 0};
      amqp_frame_t frame{};
      // It asks the socket itself, so that what TLS has read already, and poll() does not see, is
      // found; and it sends the heartbeats that are due.
      const int status = amqp_simple_wait_frame_noblock(state_, &frame, &nothing);
      if (status == AMQP_STATUS_TIMEOUT) return false;
      if (status != AMQP_STATUS_OK)
        lose(amqp_failure("reading", status));
      else
        handle(frame, to);
    }
    if (lost_) return *lost_;
    return true;
  }

  void acknowledge(std::uint64_t tag) {
    check("acknowledging", amqp_basic_ack(state_, consuming, tag, 0));
  }
  void give_back(std::uint64_t tag) {
    check("giving back", amqp_basic_nack(state_, consuming, tag, 0, 1));
  }
  void publish(const amqp_message& message, const dead_letter_reason& why) {
    if (message.body_bytes > most_body_bytes) return pass_on(message, why);
    if (passing_on_) return put_off_.emplace_back(message, why), void();
    publish_now(message, why);
  }
  void close() {
    if (lost_) return;
    amqp_set_rpc_timeout(state_, const_cast<timeval*>(&to_part));
    (void)amqp_connection_close(state_, AMQP_REPLY_SUCCESS);
  }

private:
  void lose(error why) {
    // Once a connection worked, nothing that its broker says is for ever.
    why.code = errc::unavailable;
    if (!lost_) lost_ = std::move(why);
  }
  void check(const char* doing, int status) {
    if (status != AMQP_STATUS_OK) lose(amqp_failure(doing, status));
  }

  void handle(const amqp_frame_t& frame, amqp_listener& to) {
    if (frame.frame_type == AMQP_FRAME_METHOD) {
      take_method(frame, to);
    } else if (frame.channel == consuming && frame.frame_type == AMQP_FRAME_HEADER) {
      take_header(frame, to);
    } else if (frame.channel == consuming && frame.frame_type == AMQP_FRAME_BODY) {
      take_body(frame.payload.body_fragment, to);
    }
    // All that is needed was copied.
    amqp_maybe_release_buffers_on_channel(state_, frame.channel);
  }

  void take_method(const amqp_frame_t& frame, amqp_listener& to) {
    const auto& method = frame.payload.method;
    switch (method.id) {
      case AMQP_BASIC_DELIVER_METHOD: {
        const auto& told = *static_cast<const amqp_basic_deliver_t*>(method.decoded);
        coming_ = {};
        coming_.tag = told.delivery_tag;
        coming_.redelivered = told.redelivered != 0;
        coming_.routing_key = text_of(told.routing_key);
        return;
      }
      case AMQP_BASIC_ACK_METHOD: {
        const auto& told = *static_cast<const amqp_basic_ack_t*>(method.decoded);
        return take_confirm(told.delivery_tag, told.multiple != 0, to);
      }
      case AMQP_BASIC_NACK_METHOD:
        return lose({errc::unavailable, "the broker could not take a dead letter"});
      case AMQP_BASIC_RETURN_METHOD: {
        const auto& told = *static_cast<const amqp_basic_return_t*>(method.decoded);
        return to.returned(std::to_string(told.reply_code) + " " + text_of(told.reply_text));
      }
      case AMQP_CONNECTION_BLOCKED_METHOD: {
        const auto& told = *static_cast<const amqp_connection_blocked_t*>(method.decoded);
        return to.blocked(text_of(told.reason));
      }
      case AMQP_CONNECTION_UNBLOCKED_METHOD: return to.unblocked();
      case AMQP_BASIC_CANCEL_METHOD:
        return lose(
            {errc::unavailable, "the broker ended the consumer: the queue was deleted, or moves"});
      case AMQP_CONNECTION_CLOSE_METHOD:
      case AMQP_CHANNEL_CLOSE_METHOD: return lose(amqp_closed(method));
      default: return;
    }
  }

  void take_header(const amqp_frame_t& frame, amqp_listener& to) {
    const auto& header = frame.payload.properties;
    coming_.body_bytes = header.body_size;
    still_to_come_ = header.body_size;
    take_properties(coming_, *static_cast<const amqp_basic_properties_t*>(header.decoded));
    is_held_ = header.body_size <= most_body_bytes;
    if (is_held_) coming_.body.reserve(header.body_size);
    if (!is_held_ || header.body_size == 0) to.delivered(std::move(coming_));
  }

  void take_body(amqp_bytes_t part, amqp_listener& to) {
    still_to_come_ -= std::min<std::uint64_t>(still_to_come_, part.len);
    if (passing_on_) return pass_on(part);
    if (!is_held_) return;
    coming_.body.append(static_cast<const char*>(part.bytes), part.len);
    if (still_to_come_ == 0) to.delivered(std::move(coming_));
  }

  void take_confirm(std::uint64_t number, bool and_before, amqp_listener& to) {
    const auto first = and_before ? unconfirmed_.begin() : unconfirmed_.find(number);
    auto end = and_before ? unconfirmed_.upper_bound(number) : first;
    if (!and_before && first != unconfirmed_.end()) ++end;
    std::vector<std::uint64_t> tags;
    for (auto one = first; one != end; ++one) tags.push_back(one->second);
    unconfirmed_.erase(first, end);
    for (const auto tag : tags) to.confirmed(tag);
  }

  /// Calls `send` with the properties of the dead letter; without the headers that came with the
  /// message if all of them do not fit into a frame.
  template <class Send>
  void publish_with(const amqp_message& message, const dead_letter_reason& why, Send send) {
    const auto& kept = static_cast<const kept_properties*>(message.properties.get())->get();
    int status = send(dead_letter_properties{kept, why, true}.get());
    if (status == AMQP_STATUS_TABLE_TOO_BIG || status == AMQP_STATUS_BAD_AMQP_DATA)
      status = send(dead_letter_properties{kept, why, false}.get());
    check("publishing a dead letter", status);
    unconfirmed_.emplace(++published_, message.tag);
  }

  void publish_now(const amqp_message& message, const dead_letter_reason& why) {
    publish_with(message, why, [&](const amqp_basic_properties_t& with) {
      return amqp_basic_publish(state_, publishing, bytes_of(to_.dead_letter_exchange),
                                bytes_of(message.routing_key), 1, 0, &with, bytes_of(message.body));
    });
  }

  /// Begins to publish what is still coming in.
  void pass_on(const amqp_message& message, const dead_letter_reason& why) {
    amqp_basic_publish_t asked{};
    asked.exchange = bytes_of(to_.dead_letter_exchange);
    asked.routing_key = bytes_of(message.routing_key);
    asked.mandatory = 1;
    check("publishing a dead letter",
          amqp_send_method(state_, publishing, AMQP_BASIC_PUBLISH_METHOD, &asked));
    publish_with(message, why, [&](amqp_basic_properties_t& with) {
      amqp_frame_t header{};
      header.frame_type = AMQP_FRAME_HEADER;
      header.channel = publishing;
      header.payload.properties.class_id = AMQP_BASIC_CLASS;
      header.payload.properties.body_size = message.body_bytes;
      header.payload.properties.decoded = &with;
      return amqp_send_frame(state_, &header);
    });
    passing_on_ = true;
  }
  void pass_on(amqp_bytes_t part) {
    amqp_frame_t body{};
    body.frame_type = AMQP_FRAME_BODY;
    body.channel = publishing;
    body.payload.body_fragment = part;
    check("publishing a dead letter", amqp_send_frame(state_, &body));
    if (still_to_come_ > 0) return;
    passing_on_ = false;
    for (const auto& [message, why] : std::exchange(put_off_, {})) publish_now(message, why);
  }

  const amqp_subscription& to_;
  amqp_cut& ending_;
  amqp_connection_state_t state_;
  std::optional<error> lost_;
  amqp_message coming_;
  std::uint64_t still_to_come_ = 0;  // bytes of its body
  bool is_held_ = true;              // its body
  bool passing_on_ = false;          // its body, to the dead letters
  std::uint64_t published_ = 0;
  std::map<std::uint64_t, std::uint64_t> unconfirmed_;  // their deliveries, by the order of them
  std::deque<std::pair<amqp_message, dead_letter_reason>> put_off_;
};

amqp_connection::amqp_connection(std::unique_ptr<implementation> self) : self_{std::move(self)} {}
amqp_connection::~amqp_connection() = default;

result<std::unique_ptr<amqp_connection>> amqp_connection::open(const amqp_subscription& to,
                                                               amqp_cut& ending) {
  auto made = std::make_unique<implementation>(to, ending);
  if (auto done = made->open(); !done) return done.error();
  return std::unique_ptr<amqp_connection>{new amqp_connection{std::move(made)}};
}

int amqp_connection::descriptor() const { return self_->descriptor(); }
result<bool> amqp_connection::read(amqp_listener& to) { return self_->read(to); }
void amqp_connection::acknowledge(std::uint64_t tag) { self_->acknowledge(tag); }
void amqp_connection::give_back(std::uint64_t tag) { self_->give_back(tag); }
void amqp_connection::publish(const amqp_message& message, const dead_letter_reason& why) {
  self_->publish(message, why);
}
void amqp_connection::close() { self_->close(); }

}  // namespace acta::internal
