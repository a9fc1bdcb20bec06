#include "runtime/load/run.hpp"

#include <memory>
#include <unordered_map>
#include <utility>

#include "runtime/load/open_loop.hpp"

namespace acta::internal::load {

namespace {

constexpr std::size_t page = 1'000;
constexpr std::size_t prepared_at_once = 256;

/// Chooses kinds by their weights.
class mix {
public:
  explicit mix(const std::vector<kind_of_operation>& kinds) {
    for (const auto& one : kinds) until_.push_back(sum_ += one.weight);
  }
  [[nodiscard]] std::size_t choose(random_numbers& chance) const {
    const auto drawn = chance.unit() * sum_;
    std::size_t kind = 0;
    while (kind + 1 < until_.size() && drawn >= until_[kind]) ++kind;
    return kind;
  }

private:
  std::vector<double> until_;
  double sum_ = 0;
};

class whole_run {
public:
  whole_run(const scenario& what, target& on, const run_settings& how)
      : what_{what}, on_{on}, how_{how}, keys_{what.law, what.keys, what.seed}, mix_{what.mix} {}

  result<run_result> operator()() {
    run_result all;
    if (auto good = prepare(); !good) return good.error();
    how_.before_phases();
    for (const auto& one : what_.phases) all.phases.push_back(carry_out(one));
    if (auto good = how_.before_audit(); !good) return good.error();
    how_.tell("audit");
    auto audited = audit();
    if (!audited) return audited.error();
    all.audit = *std::move(audited);
    return all;
  }

private:
  planned operation_on(std::uint64_t key, const kind_of_operation& kind, std::size_t index) {
    planned next;
    next.kind = index;
    next.key = key;
    next.what.id = what_.id_of(key);
    if (kind.command.empty()) return next;
    next.what.command = kind.command;
    next.what.arguments = kind.arguments->make({key, &next.what.id}, chance_);
    next.number = ++number_;
    next.what.command_id = command_id_of(how_.prefix, next.number);
    return next;
  }

  /// Sends each preparation to every aggregate, some at a time.
  result<void> prepare() {
    for (const auto& one : what_.prepare) {
      how_.tell("prepare: " + one.what.command);
      for (std::uint64_t time = 0; time < one.times; ++time)
        if (auto good = prepare_all(one.what); !good) return good;
    }
    return {};
  }
  result<void> prepare_all(const kind_of_operation& kind) {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t under_way = 0;
    std::string failed;
    for (std::uint64_t key = 0; key < what_.keys; ++key) {
      auto one = operation_on(key, kind, 0);
      {
        std::unique_lock lock{mutex};
        changed.wait(lock, [&] { return under_way < prepared_at_once; });
        if (!failed.empty()) break;
        ++under_way;
      }
      on_.begin(std::move(one.what), [&, key, number = one.number](const outcome& answer) {
        answers_.add({key, number, answer.version, answer.events, answer.effect});
        const std::lock_guard lock{mutex};
        if (answer.code != "ok" && failed.empty()) failed = answer.code;
        --under_way;
        changed.notify_all();
      });
    }
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return under_way == 0; });
    if (failed.empty()) return {};
    return error{errc::unavailable, "the preparation " + kind.command + " was answered " + failed};
  }

  phase_result carry_out(const phase& one) {
    how_.tell("phase " + one.name);
    const auto began = std::chrono::steady_clock::now();
    recorder seen{what_.mix.size(), began};
    open_loop loop{on_, answers_, &seen};
    auto begin = began;
    for (const auto& line : one.rates) {
      loop.run(line, what_.arrivals, begin, chance_, [this] {
        const auto kind = mix_.choose(chance_);
        return operation_on(keys_.next(chance_), what_.mix[kind], kind);
      });
      begin += line.length;
    }
    phase_result entry{one.name, one.measured, one.length(), {}, {}, {}, loop.wait(how_.patience)};
    entry.kinds = seen.kinds();
    entry.seconds = seen.seconds();
    entry.lateness = seen.lateness();
    return entry;
  }

  result<audit_result> audit() {
    audit_result all;
    std::optional<error> failed;
    answers_.for_each_key([&](std::uint64_t key, std::span<const ledger_entry> entries) {
      if (failed) return;
      const auto id = what_.id_of(key);
      stream_audit one{what_.aggregate + "/" + id, 0, how_.prefix, entries, all};
      for (std::uint64_t from = 1;;) {
        const auto events = on_.events(id, from, page);
        if (!events) {
          failed = events.error();
          return;
        }
        for (const auto& event : *events) one.event(event.version, event.command_id);
        if (events->empty()) break;
        from = events->back().version + 1;
      }
      one.end();
    });
    if (failed) return *failed;
    return all;
  }

  const scenario& what_;
  target& on_;
  const run_settings& how_;
  random_numbers chance_{what_.seed};
  key_choice keys_;
  mix mix_;
  ledger answers_;
  std::uint64_t number_ = 0;
};

}  // namespace

result<run_result> run(const scenario& what, target& on, const run_settings& how) {
  return whole_run{what, on, how}();
}

}  // namespace acta::internal::load
