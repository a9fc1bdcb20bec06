#include "runtime/load/knee.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "runtime/load/random.hpp"
#include "runtime/load/rate_ladder.hpp"

namespace acta::internal::load {

namespace {

using reason = trial::reason;
using rung = rate_ladder::rung;

constexpr int most_doubts = 2;

struct tally {
  std::size_t held = 0;
  std::size_t broke = 0;
  std::size_t voided = 0;

  void add(step outcome) {
    ++(outcome == step::held ? held : outcome == step::broke ? broke : voided);
  }
  /// So many steps are no accident: the generator does not reach this rate.
  [[nodiscard]] bool out_of_reach() const { return voided >= held + broke + 3; }
};

class search {
public:
  search(const knee_settings& how, const std::function<step(double)>& run_step)
      : how_{how},
        run_step_{run_step},
        rungs_{how.first_rate, how.most_rate, how.precision, how.growth},
        chance_{how.seed},
        limit_{rungs_.last()} {}

  knee_result whole() {
    climb();
    bisect();
    std::set<rung> batch{below_ - 1, below_, above_, above_ + 1};
    std::erase_if(batch, [&](rung at) { return at < 0 || at > limit_; });
    for (auto why = reason::around; !over_ && !batch.empty(); std::tie(batch, why) = next_batch())
      repeat(batch, why);
    finish();
    return std::move(result_);
  }

private:
  // The outcome `stopped` ends the search: over_ is set, and every loop ends.
  step run(rung at, reason why) {
    if (result_.trials.size() >= how_.most_steps) return end(knee_result::end::too_many_steps);
    const auto rate = rungs_.rate(at);
    const auto outcome = run_step_(rate);
    result_.trials.push_back({rate, outcome, why});
    return outcome == step::stopped ? end(knee_result::end::stopped) : outcome;
  }
  step end(knee_result::end why) {
    over_ = true;
    result_.why = why;
    return step::stopped;
  }

  // A chance stall breaks a step that would hold, and no chance holds one that would break. So one
  // step that holds is believed, and of steps that break it takes two of three.
  step settle(rung at, reason why) {
    tally seen;
    while (seen.broke < 2 && seen.held <= seen.broke && !seen.out_of_reach()) {
      const auto outcome = run(at, why);
      if (outcome == step::stopped) return outcome;
      seen.add(outcome);
    }
    if (!seen.out_of_reach()) return seen.broke < 2 ? step::held : step::broke;
    limit_ = std::min(limit_, at - 1);
    return step::voided;
  }

  void climb() {
    for (rung at = 0;; at = rungs_.leap(at)) {
      const auto outcome = settle(at, reason::climb);
      above_ = at;
      if (outcome != step::held) return;
      below_ = at;
      above_ = at + 1;
      if (at == rungs_.last()) return;
    }
  }

  void bisect() {
    while (!over_ && above_ - below_ > 1) {
      const auto middle = below_ + (above_ - below_) / 2;
      (settle(middle, reason::bisection) == step::held ? below_ : above_) = middle;
    }
  }

  void repeat(const std::set<rung>& batch, reason why) {
    std::vector<rung> order;
    for (const auto at : batch) {
      tallies_.try_emplace(at);
      order.insert(order.end(), how_.repeats, at);
    }
    for (auto left = order.size(); left > 1; --left)
      std::swap(order[left - 1], order[chance_.below(left)]);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto at = order[i];
      if (tallies_[at].out_of_reach()) continue;
      const auto outcome = run(at, why);
      if (outcome == step::stopped) return;
      tallies_[at].add(outcome);
      if (outcome != step::voided) continue;
      order.push_back(at);
      if (tallies_[at].out_of_reach()) limit_ = std::min(limit_, at - 1);
    }
  }

  // 4 of 5 held, or at most 1 of 5 did; of other numbers of repeats the same shares.
  [[nodiscard]] bool holds(const tally& seen) const {
    const auto all = seen.held + seen.broke;
    return all >= how_.repeats && 5 * seen.held >= 4 * all;
  }
  [[nodiscard]] bool breaks(const tally& seen) const {
    const auto all = seen.held + seen.broke;
    return all >= how_.repeats && 5 * seen.held <= all;
  }

  using place = std::map<rung, tally>::const_iterator;
  [[nodiscard]] place lowest_broke() const {
    return std::find_if(tallies_.begin(), tallies_.end(),
                        [&](const auto& one) { return breaks(one.second); });
  }
  [[nodiscard]] place highest_held(place before) const {
    const auto found = std::find_if(std::make_reverse_iterator(before), tallies_.rend(),
                                    [&](const auto& one) { return holds(one.second); });
    return found == tallies_.rend() ? tallies_.end() : std::prev(found.base());
  }
  [[nodiscard]] bool contradicted() const {
    const auto held = highest_held(tallies_.end());
    const auto broke = lowest_broke();
    return held != tallies_.end() && broke != tallies_.end() && held->first > broke->first;
  }

  std::pair<std::set<rung>, reason> next_batch() {
    if (contradicted() && doubts_++ < most_doubts) return {doubtful(), reason::doubt};
    const auto broke = lowest_broke();
    const auto held = highest_held(broke);
    std::set<rung> batch;
    if (held != tallies_.end()) add_middle(batch, held);
    if (broke != tallies_.end() && broke != tallies_.begin()) add_middle(batch, std::prev(broke));
    if (!batch.empty()) return {batch, reason::gap};
    return {outward(held == tallies_.end(), broke == tallies_.end()), reason::outward};
  }
  // Each time twice as far: a climb that chance ended early may have ended far from the knee.
  std::set<rung> outward(bool down, bool up) {
    const auto lowest = tallies_.begin()->first;
    const auto highest = tallies_.rbegin()->first;
    std::set<rung> batch;
    if (down && lowest > 0) batch.insert(std::max<rung>(0, lowest - stride_));
    if (up && highest < limit_) batch.insert(std::min(limit_, highest + stride_));
    stride_ *= 2;
    return batch;
  }
  // Between a rate and the next one that was repeated.
  void add_middle(std::set<rung>& batch, place from) const {
    const auto next = std::next(from);
    if (next != tallies_.end() && next->first - from->first > 1)
      batch.insert(from->first + (next->first - from->first) / 2);
  }
  [[nodiscard]] std::set<rung> doubtful() const {
    const auto last = highest_held(tallies_.end());
    std::set<rung> batch;
    for (auto at = lowest_broke(); at != std::next(last); ++at) batch.insert(at->first);
    return batch;
  }

  void finish() {
    const auto broke = lowest_broke();
    const auto held = highest_held(broke);
    if (broke != tallies_.end()) result_.broke = rungs_.rate(broke->first);
    if (held != tallies_.end()) result_.held = rungs_.rate(held->first);
    result_.contradiction = contradicted();
    for (const auto& [at, seen] : tallies_)
      result_.candidates.push_back({rungs_.rate(at), seen.held, seen.broke, seen.voided});
    if (!over_) result_.why = why_it_ended();
  }
  [[nodiscard]] knee_result::end why_it_ended() const {
    if (result_.held && result_.broke) return knee_result::end::found;
    if (limit_ < (result_.broke ? 0 : rungs_.last())) return knee_result::end::generator_late;
    return result_.held ? knee_result::end::none_breaks : knee_result::end::none_holds;
  }

  const knee_settings& how_;
  const std::function<step(double)>& run_step_;
  const rate_ladder rungs_;
  random_numbers chance_;
  knee_result result_;
  bool over_ = false;
  rung limit_;       // the highest rung that the generator may be able to reach
  rung below_ = -1;  // held in climb and bisection
  rung above_ = 0;   // did not
  std::map<rung, tally> tallies_;
  rung stride_ = 1;
  int doubts_ = 0;
};

}  // namespace

std::string_view to_string(step outcome) {
  switch (outcome) {
    case step::held: return "held";
    case step::broke: return "broke";
    case step::voided: return "voided";
    case step::stopped: return "stopped";
  }
  return "invalid";
}

std::string_view to_string(trial::reason why) {
  switch (why) {
    case reason::climb: return "climb";
    case reason::bisection: return "bisection";
    case reason::around: return "around";
    case reason::outward: return "outward";
    case reason::gap: return "gap";
    case reason::doubt: return "doubt";
  }
  return "invalid";
}

std::string_view to_string(knee_result::end why) {
  switch (why) {
    case knee_result::end::found: return "found";
    case knee_result::end::none_holds: return "none_holds";
    case knee_result::end::none_breaks: return "none_breaks";
    case knee_result::end::generator_late: return "generator_late";
    case knee_result::end::too_many_steps: return "too_many_steps";
    case knee_result::end::stopped: return "stopped";
  }
  return "invalid";
}

knee_result find_knee(const knee_settings& how, const std::function<step(double rate)>& run_step) {
  return search{how, run_step}.whole();
}

}  // namespace acta::internal::load
