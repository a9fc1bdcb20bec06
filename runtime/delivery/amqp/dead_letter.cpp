#include "runtime/delivery/amqp/dead_letter.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "runtime/delivery/amqp/amqp_words.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t pool_page_bytes = 1024;

/// Ours, of an earlier time as a dead letter; and those by which a broker would send copies.
constexpr std::array<std::string_view, 6> left_out{"acta-code",    "acta-detail", "acta-field",
                                                   "acta-user-id", "CC",          "BCC"};

using properties = amqp_basic_properties_t;
constexpr std::array<std::pair<amqp_flags_t, amqp_bytes_t properties::*>, 10> texts{{
    {AMQP_BASIC_CONTENT_TYPE_FLAG, &properties::content_type},
    {AMQP_BASIC_CONTENT_ENCODING_FLAG, &properties::content_encoding},
    {AMQP_BASIC_CORRELATION_ID_FLAG, &properties::correlation_id},
    {AMQP_BASIC_REPLY_TO_FLAG, &properties::reply_to},
    {AMQP_BASIC_EXPIRATION_FLAG, &properties::expiration},
    {AMQP_BASIC_MESSAGE_ID_FLAG, &properties::message_id},
    {AMQP_BASIC_TYPE_FLAG, &properties::type},
    {AMQP_BASIC_USER_ID_FLAG, &properties::user_id},
    {AMQP_BASIC_APP_ID_FLAG, &properties::app_id},
    {AMQP_BASIC_CLUSTER_ID_FLAG, &properties::cluster_id},
}};

bool is_left_out(amqp_bytes_t name, const dead_letter_reason& why) {
  const std::string_view text{static_cast<const char*>(name.bytes), name.len};
  return std::find(left_out.begin(), left_out.end(), text) != left_out.end() ||
         (text == "traceparent" && !why.traceparent.empty());
}

}  // namespace

kept_properties::kept_properties(const amqp_basic_properties_t& from) : kept_{from} {
  init_amqp_pool(&pool_, pool_page_bytes);
  for (const auto& [flag, text] : texts)
    // The others are not filled in.
    kept_.*text = (from._flags & flag) != 0 ? copy(from.*text) : amqp_empty_bytes;
  kept_.headers = amqp_empty_table;
  if ((from._flags & AMQP_BASIC_HEADERS_FLAG) != 0 &&
      amqp_table_clone(&from.headers, &kept_.headers, &pool_) != AMQP_STATUS_OK) {
    empty_amqp_pool(&pool_);
    throw std::bad_alloc{};
  }
}

amqp_bytes_t kept_properties::copy(amqp_bytes_t text) {
  if (text.len == 0 || !text.bytes) return amqp_empty_bytes;
  amqp_bytes_t made{};
  amqp_pool_alloc_bytes(&pool_, text.len, &made);
  if (!made.bytes) throw std::bad_alloc{};
  std::memcpy(made.bytes, text.bytes, text.len);
  return made;
}

dead_letter_properties::dead_letter_properties(const amqp_basic_properties_t& of,
                                               const dead_letter_reason& why, bool with_theirs)
    : made_{of} {
  if (with_theirs && (of._flags & AMQP_BASIC_HEADERS_FLAG) != 0)
    std::copy_if(of.headers.entries, of.headers.entries + of.headers.num_entries,
                 std::back_inserter(headers_),
                 [&why](const amqp_table_entry_t& one) { return !is_left_out(one.key, why); });
  add("acta-code", bytes_of(why.code));
  add("acta-detail", bytes_of(why.detail));
  if (!why.field.empty()) add("acta-field", bytes_of(why.field));
  if (!why.traceparent.empty()) add("traceparent", bytes_of(why.traceparent));
  if ((of._flags & AMQP_BASIC_USER_ID_FLAG) != 0) add("acta-user-id", of.user_id);
  made_.headers = {static_cast<int>(headers_.size()), headers_.data()};
  made_.delivery_mode = AMQP_DELIVERY_PERSISTENT;
  made_._flags |= AMQP_BASIC_HEADERS_FLAG | AMQP_BASIC_DELIVERY_MODE_FLAG;
  made_._flags &= ~static_cast<amqp_flags_t>(AMQP_BASIC_USER_ID_FLAG | AMQP_BASIC_EXPIRATION_FLAG);
}

void dead_letter_properties::add(const char* name, amqp_bytes_t value) {
  amqp_table_entry_t one{};
  one.key = amqp_cstring_bytes(name);
  one.value.kind = AMQP_FIELD_KIND_UTF8;
  one.value.value.bytes = value;
  headers_.push_back(one);
}

}  // namespace acta::internal
