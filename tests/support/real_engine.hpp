// A whole engine on the embedded journal, put together as a node does it, but on files that a test
// may break. Its threads are real.
#pragma once

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <future>
#include <memory>
#include <string>

#include "runtime/codec/cbor.hpp"
#include "runtime/engine/engine.hpp"
#include "runtime/engine/system_clock.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "tests/support/counter.hpp"
#include "tests/support/fakes.hpp"

namespace acta::testing {

using namespace internal;

/// What it hosts.
aggregate_type hosted_counter();

/// Few shards, short pages. The journal is given to the engine, whatever these say.
options small_engine();

/// One life of an engine that hosts the counter: from opening to a clean end.
class real_engine {
public:
  /// Opens the journal, counts the start in it and agrees on contracts; fails as these do.
  static result<std::unique_ptr<real_engine>> start(const rocksdb_options& files,
                                                    const options& how);
  /// Ends when all is answered, and closes the journal.
  ~real_engine();

  std::future<result<answer>> send(std::string_view id, add command, std::string command_id);
  std::future<result<answer>> read(std::string_view id);
  /// What the journal holds, in order.
  result<event_page> log();
  [[nodiscard]] result<std::map<std::string, std::string>> contracts() const {
    return journal_->contracts();
  }
  [[nodiscard]] std::string read_only_reason() const { return journal_->read_only_reason(); }

private:
  real_engine(aggregate_type type, std::unique_ptr<embedded_journal> adapter, const options& how,
              std::uint64_t epoch);
  std::future<result<answer>> submit(std::string_view id, std::optional<std::size_t> index,
                                     any_value command, std::string command_id);

  class configuration : public caf::actor_system_config {
  public:
    configuration();
  };

  const aggregate_type type_;
  cbor_codec codec_;
  system_clock clock_;
  seeded_random chance_{1};
  configuration configuration_;
  std::unique_ptr<embedded_journal> journal_;
  std::unique_ptr<caf::actor_system> system_;
  std::unique_ptr<engine> engine_;
};

}  // namespace acta::testing
