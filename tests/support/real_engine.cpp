#include "tests/support/real_engine.hpp"

#include <thread>

#include "runtime/codec/schema.hpp"
#include "runtime/contracts/stored_contracts.hpp"
#include "tests/support/journal_calls.hpp"

namespace acta::testing {

using namespace internal;

aggregate_type hosted_counter() {
  auto made = describe<counter>();
  made.state_fingerprint = state_fingerprint(made);
  return made;
}

options small_engine() {
  auto how = in_memory();  // the journal is ours
  how.shard_count = 2;
  how.recovery_page_events = 4;
  return how;
}

real_engine::configuration::configuration() {
  register_messages();
  set("caf.scheduler.max-threads", 2);
  // Workers that steal look for work every 10 ms when they were idle; these are woken.
  set("caf.scheduler.policy", "sharing");
  set("caf.logger.console.verbosity", "quiet");
  set("caf.logger.file.verbosity", "quiet");
}

result<std::unique_ptr<real_engine>> real_engine::start(const rocksdb_options& files,
                                                        const options& how) {
  auto opened = open_rocksdb_journal(files);
  if (!opened) return opened.error();
  auto adapter = *std::move(opened);
  const auto known = *adapter->properties();
  const auto before = known.find("epoch");
  const auto epoch = before == known.end() ? 1 : std::stoull(before->second) + 1;
  if (auto stored = adapter->set_properties({{"epoch", std::to_string(epoch)}}); !stored)
    return stored.error();
  auto type = hosted_counter();
  if (auto agreed = agree_on_contracts(*adapter, type); !agreed) return agreed.error();
  return std::unique_ptr<real_engine>{
      new real_engine{std::move(type), std::move(adapter), how, epoch}};
}

real_engine::real_engine(aggregate_type type, std::unique_ptr<embedded_journal> adapter,
                         const options& how, std::uint64_t epoch)
    : type_{std::move(type)},
      journal_{std::move(adapter)},
      system_{std::make_unique<caf::actor_system>(configuration_)},
      engine_{std::make_unique<engine>(
          *system_, how, engine_ports{journal_.get(), journal_.get(), &codec_, &clock_, &chance_},
          engine_identity{how.shard_count, epoch})} {
  engine_->wait_until_started();
}

real_engine::~real_engine() {
  engine_->entrance().close();
  // The last credit comes home on whichever thread held it, just after its answer.
  while (engine_->entrance().counts().outstanding > 0) std::this_thread::yield();
  engine_->end();
  system_->registry().await_running_count_equal(0);
  journal_.reset();
}

std::future<result<answer>> real_engine::submit(std::string_view id,
                                                std::optional<std::size_t> index, any_value command,
                                                std::string command_id) {
  auto got = std::make_shared<std::promise<result<answer>>>();
  auto later = got->get_future();
  call_options how;
  how.command_id = std::move(command_id);
  const auto sent =
      engine_->entrance().submit(type_, id, index, std::move(command), std::move(how),
                                 [got](result<answer> what) { got->set_value(std::move(what)); });
  if (!sent) got->set_value(sent.error());
  return later;
}

std::future<result<answer>> real_engine::send(std::string_view id, add command,
                                              std::string command_id) {
  return submit(id, command_index<counter, add>(), any_value::of(command), std::move(command_id));
}

std::future<result<answer>> real_engine::read(std::string_view id) {
  return submit(id, std::nullopt, {}, {});
}

result<event_page> real_engine::log() { return read_all(*journal_); }

}  // namespace acta::testing
