#include "tests/recovery/engine/client.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "runtime/replay/snapshot_check.hpp"

namespace acta::testing {

using namespace internal;

namespace {

/// Nothing: it did not come within a bound that is longer than any deadline.
std::optional<result<answer>> wait_for(std::future<result<answer>>& later) {
  if (later.wait_for(std::chrono::seconds{30}) != std::future_status::ready) return std::nullopt;
  return later.get();
}

std::string text_of(const error& why) {
  return std::string{to_string(why.code)} + ": " + why.detail;
}

}  // namespace

breakable_disk::breakable_disk(std::filesystem::path root) : root_{std::move(root)} {
  std::filesystem::create_directories(root_);
  files_ = std::make_shared<faulty_file_system>(root_);
  environment_ = rocksdb::NewCompositeEnv(files_);
}

rocksdb_options breakable_disk::journal(std::size_t index_run_events) const {
  rocksdb_options how;
  how.directory = root_ / "data" / "journal";
  how.index_run_events = index_run_events;
  how.reader_threads = 1;
  how.environment = environment_.get();
  return how;
}

void client::follow(breakable_disk& disk, const std::function<bool()>& over) {
  const auto start = [&]() -> std::unique_ptr<real_engine> {
    auto started = real_engine::start(disk.journal(script_->index_run_events), script_->engine);
    if (!started) return nullptr;
    return *std::move(started);
  };
  auto engine = start();
  for (const auto& next : script_->steps) {
    if (!engine || over()) return;
    carry_out(*engine, next);
    if (!next.restart) continue;
    engine.reset();
    engine = start();
  }
}

void client::carry_out(real_engine& engine, const step& next) {
  send(engine, next.commands);
  for (const auto& id : next.reads) read(engine, id);
}

void client::send(real_engine& engine, const std::vector<scripted_command>& commands) {
  std::vector<std::pair<history::call_id, std::future<result<answer>>>> sent;
  for (const auto& one : commands) {
    const auto call = told_.sends(counter_stream(one.id), one.command_id, decides(one.what));
    sent.emplace_back(call, engine.send(one.id, one.what, one.command_id));
  }
  for (auto& [call, later] : sent) {
    const auto got = wait_for(later);
    if (!got) continue;  // the history knows that it was not answered
    told_.answered(call, acknowledgement_of(*got));
    ++outcomes_[got->ok() ? "ok" : std::string{to_string(got->error().code)}];
  }
}

seen_view client::read(real_engine& engine, const std::string& id) {
  // An aggregate whose write failed is on its way out, and its successor answers: ask again.
  for (int tries = 0; tries < 10'000; ++tries) {
    const auto call = told_.reads(counter_stream(id));
    auto later = engine.read(id);
    const auto got = wait_for(later);
    if (!got) return {};
    const auto seen = view_of(*got);
    told_.answered(call, seen);
    if (seen) return *seen;
    EXPECT_TRUE(may_retry(seen.error().code)) << text_of(seen.error());
    std::this_thread::yield();
  }
  ADD_FAILURE() << "reads do not go on";
  return {};
}

void client::expect_recovery(breakable_disk& disk) {
  const auto files = disk.journal(script_->index_run_events);
  std::size_t events = 0;
  {
    const auto started = real_engine::start(files, script_->engine);
    ASSERT_TRUE(started.ok()) << text_of(started.error());
    auto& engine = **started;
    expect_right(engine);
    const auto before = outcomes_["ok"];
    std::size_t asked = 0;
    for (const auto& next : script_->steps) {
      carry_out(engine, next);
      asked += next.commands.size();
    }
    EXPECT_EQ(outcomes_["ok"] - before, asked) << engine.read_only_reason();
    const auto log = expect_right(engine);
    expect_balanced(engine, log);
    events = log.size();
  }
  auto reading = files;
  reading.read_only = true;
  const auto verified = verify_rocksdb_journal(reading);
  ASSERT_TRUE(verified.ok()) << text_of(verified.error());
  EXPECT_EQ(*verified, events);
  expect_right_snapshots(reading);
}

void client::expect_right_snapshots(const rocksdb_options& reading) {
  const auto opened = open_rocksdb_journal(reading);
  ASSERT_TRUE(opened.ok()) << text_of(opened.error());
  std::size_t count = 0;
  const auto checked =
      for_each_snapshot(reading, [&](const stream_id& stream, const snapshot& kept) {
        ++count;
        return check_snapshot(**opened, embedded_partition, hosted_counter(), stream, kept);
      });
  EXPECT_TRUE(checked.ok()) << text_of(checked.error());
  EXPECT_EQ(count > 0, script_->engine.snapshot_on_leave_events == 1);
}

bool client::is_refused(breakable_disk& disk) const {
  const auto started = real_engine::start(disk.journal(script_->index_run_events), script_->engine);
  if (started) return false;
  EXPECT_EQ(started.error().code, errc::damaged) << text_of(started.error());
  return true;
}

std::vector<recorded_event> client::expect_right(real_engine& engine) {
  auto log = engine.log();
  if (!log) {
    ADD_FAILURE() << text_of(log.error());
    return {};
  }
  for (const auto& violation : check(told_, log->events, amount_of_added))
    ADD_FAILURE() << violation;
  const auto contracts = engine.contracts();
  EXPECT_TRUE(contracts.ok());
  if (contracts)
    for (const auto& violation : check_contracts_of_events(*contracts, log->events))
      ADD_FAILURE() << violation;
  return std::move(log->events);
}

void client::expect_balanced(real_engine& engine, const std::vector<recorded_event>& log) {
  std::map<stream_id, std::int64_t> views;
  for (const auto& next : script_->steps)
    for (const auto& one : next.commands)
      if (const auto stream = counter_stream(one.id); !views.contains(stream))
        views[stream] = read(engine, one.id).sum;
  for (const auto& violation : check_balances(views, log, amount_of_added))
    ADD_FAILURE() << violation;
}

}  // namespace acta::testing
