// The properties of a message, kept beyond the frame that it came in, and those of its dead letter.
#pragma once

#include <amqp.h>

#include <memory>
#include <string>
#include <vector>

#include "runtime/delivery/amqp/amqp_connection.hpp"

namespace acta::internal {

/// Owns what its properties point to.
class kept_properties {
public:
  explicit kept_properties(const amqp_basic_properties_t& from);
  kept_properties(const kept_properties&) = delete;
  kept_properties& operator=(const kept_properties&) = delete;
  ~kept_properties() { empty_amqp_pool(&pool_); }
  [[nodiscard]] const amqp_basic_properties_t& get() const { return kept_; }

private:
  [[nodiscard]] amqp_bytes_t copy(amqp_bytes_t text);

  amqp_pool_t pool_;
  amqp_basic_properties_t kept_;
};

/// The properties of a dead letter. Points into what it was made of.
class dead_letter_properties {
public:
  /// With the headers that the message came with, or with ours alone: they may be too large for a
  /// frame together.
  dead_letter_properties(const amqp_basic_properties_t& of, const dead_letter_reason& why,
                         bool with_theirs);
  [[nodiscard]] amqp_basic_properties_t& get() { return made_; }

private:
  void add(const char* name, amqp_bytes_t value);

  amqp_basic_properties_t made_;
  std::vector<amqp_table_entry_t> headers_;
};

}  // namespace acta::internal
