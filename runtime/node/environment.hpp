// What a node is made of and with: its clock, its chance, its journal, and what it reads of itself
// when it starts. What cannot be had throws startup_error.
#pragma once

#include <caf/actor_system.hpp>
#include <memory>
#include <mutex>
#include <random>

#include "actors/ports/random.hpp"
#include "actors/ports/users_code.hpp"
#include "runtime/engine/actor_configuration.hpp"
#include "runtime/engine/answer_exits.hpp"
#include "runtime/engine/engine.hpp"
#include "runtime/engine/system_clock.hpp"
#include "runtime/journal/rocksdb_journal.hpp"
#include "runtime/node.hpp"
#include "runtime/telemetry/otlp_exporter.hpp"

namespace acta::internal {

class system_random final : public random_source {
public:
  std::uint64_t next() override {
    const std::lock_guard lock{mutex_};
    return generator_();
  }

private:
  std::mutex mutex_;
  std::mt19937_64 generator_{(std::uint64_t{std::random_device{}()} << 32) |
                             std::random_device{}()};
};

/// The value, or its error as startup_error.
template <class T>
T or_throw(result<T> made) {
  if (!made) throw startup_error{made.error()};
  return *std::move(made);
}

/// Checks the options, and has their `tell` on the list of users' code while it runs.
options valid(options&& how, std::shared_ptr<users_code> users);

std::unique_ptr<caf::actor_system> make_system(actor_configuration& how);

/// Callbacks that block should not go unnoticed: there are not threads without end.
completion_threads::told_of_more told_of_threads(const notice_handler& tell,
                                                 const std::shared_ptr<users_code>& users);

/// Null: the journal is to be in memory.
std::unique_ptr<embedded_journal> open_on_disk(const options& how);

/// Null: spans are exported nowhere.
std::unique_ptr<otlp_exporter> start_export(const options& how);

/// Reads what the journal remembers, and counts this start.
engine_identity identify(catalog& adapter, const options& how);

}  // namespace acta::internal
