#include "runtime/load/run.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "runtime/load/phase_watch.hpp"
#include "runtime/load/prompt_thread.hpp"

namespace acta::internal::load {

namespace {

constexpr std::size_t prepared_at_once = 256;
constexpr std::chrono::hours no_limit{24 * 7};

}  // namespace

load_run::load_run(const scenario& what, target& on, run_settings how)
    : what_{what},
      on_{on},
      how_{std::move(how)},
      chance_{what.seed},
      keys_{what.law, what.keys, what.seed},
      seen_{what.keys},
      since_(what.keys) {
  double sum = 0;
  for (const auto& one : what.mix) weights_.push_back(sum += one.weight);
}

planned load_run::operation_on(std::uint64_t key, const kind_of_operation& kind,
                               std::size_t index) {
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

result<void> load_run::prepare() {
  if (auto good = read_versions(); !good) return good;
  for (const auto& one : what_.prepare)
    if (auto good = send_preparation(one); !good) return good;
  return {};
}

result<void> load_run::send_each(const plan& next, const std::string& what,
                                 const std::string& taken, const load_loop::hearing& heard) {
  how_.tell(what);
  std::string failed;
  load_loop loop{
      {on_, answers_, seen_}, what_.retry, [&](const planned& one, const outcome& answer) {
        if (answer.code == "ok" || answer.code == taken) return heard(one, answer);
        if (failed.empty()) failed = answer.code;
      }};
  const auto while_well = [&]() -> std::optional<planned> {
    if (!failed.empty() || stopped_) return std::nullopt;
    return next();
  };
  loop.run_closed(prepared_at_once, {}, std::chrono::steady_clock::now() + no_limit, while_well);
  loop.settle(how_.patience);
  if (failed.empty()) return {};
  return error{errc::unavailable, what + ": answered " + failed};
}

result<void> load_run::read_versions() {
  std::uint64_t key = 0;
  return send_each(
      [&]() -> std::optional<planned> {
        if (key == what_.keys) return std::nullopt;
        return operation_on(key++, {}, 0);
      },
      "versions at the start", "not_found",
      [this](const planned& one, const outcome& answer) {
        since_[one.key] = answer.version;
        seen_.shown(one.key, answer.version);
      });
}

result<void> load_run::send_preparation(const preparation& one) {
  std::uint64_t sent = 0;
  return send_each(
      [&]() -> std::optional<planned> {
        while (sent < what_.keys * one.times) {
          const auto key = sent++ % what_.keys;
          if (!one.if_new || since_[key] == 0) return operation_on(key, one.what, 0);
        }
        return std::nullopt;
      },
      "preparation: " + one.what.command, {},
      [this](const planned& each, const outcome& answer) { hear(each, answer); });
}

void load_run::hear(const planned& one, const outcome& answer) {
  // An aggregate that is not found has version 0.
  if (answer.code != "ok" && (one.is_command() || answer.code != "not_found")) return;
  if (!one.is_command() && answer.version < one.least_version)
    found_.note(wrong::stale_read, what_.aggregate + "/" + what_.id_of(one.key) +
                                       ": a read showed version " + std::to_string(answer.version) +
                                       " after an answer had shown " +
                                       std::to_string(one.least_version));
  seen_.shown(one.key, answer.version);
}

void load_run::send_all(load_loop& through, const phase& one, load_loop::time_point begin) {
  const auto next = [this] {
    const auto drawn = chance_.unit() * weights_.back();
    const auto at = std::upper_bound(weights_.begin(), weights_.end() - 1, drawn);
    const auto kind = static_cast<std::size_t>(at - weights_.begin());
    return operation_on(keys_.next(chance_), what_.mix[kind], kind);
  };
  if (const auto* closed = std::get_if<client_loop>(&one.load))
    return through.run_closed(closed->clients, closed->think, begin + closed->length, next);
  for (const auto& line : std::get<std::vector<rate_line>>(one.load)) {
    through.run_open(line, what_.arrivals, begin, chance_, next);
    begin += line.length;
  }
}

phase_result load_run::carry_out(const phase& one) {
  const auto began = std::chrono::steady_clock::now();
  recorder seen{what_.mix.size(), began};
  load_loop loop{{on_, answers_, seen_, &seen},
                 what_.retry,
                 [this](const planned& sent, const outcome& answer) { hear(sent, answer); }};
  phase_result entry{one.name, one.measured, began, one.length(), {}, {}, 0, false};
  {
    const phase_watch watch{{one, seen, loop, began, how_, stopped_}};
    {
      const prompt_thread generator;
      send_all(loop, one, began);
    }
    entry.was_ended = watch.has_ended_it();
    if (entry.was_ended) entry.length = std::chrono::steady_clock::now() - began;
    entry.unanswered = loop.settle(how_.patience);
    entry.until_last_answer =
        std::max<std::chrono::nanoseconds>(entry.length, std::chrono::steady_clock::now() - began);
  }
  entry.seen = seen.so_far();
  return entry;
}

result<audit_result> load_run::audit(const load_invariant* invariant,
                                     const std::filesystem::path& journal) {
  is_auditing_ = true;
  how_.tell("audit");
  run_audit judge{{what_, on_, how_.prefix, since_, audit_is_over_, invariant}, found_};
  try {
    auto read = judge.read_streams(answers_);
    if (read && !journal.empty()) read = judge.read_log(journal);
    if (!read) return audit_is_over_ ? judge.unfinished() : read.error();
  } catch (const std::exception& why) {
    return error{errc::storage, why.what()};  // the ledger's disk, or the domain's invariant
  }
  return judge.found();
}

}  // namespace acta::internal::load
