#include "runtime/load/live_view.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "runtime/codec/printable.hpp"
#include "runtime/load/figures.hpp"

namespace acta::internal::load {

namespace {

constexpr std::chrono::seconds between_plain_lines{5};
constexpr std::size_t columns_if_unknown = 80;
constexpr std::size_t most_columns_of_bar = 40;
constexpr auto green = "\x1b[32m";
constexpr auto yellow = "\x1b[33m";
constexpr auto no_colour = "\x1b[0m";

bool wants_colours() {
  const auto* value = std::getenv("NO_COLOR");
  return value == nullptr || *value == '\0';
}

std::string seconds_of(std::chrono::nanoseconds time) {
  return figure(std::floor(std::chrono::duration<double>{time}.count() * 10) / 10) + " s";
}

std::string name_of(const progress& now) {
  const auto number = std::to_string(now.phase_index + 1);
  const auto place = now.phases == 0 ? "step " + number : number + "/" + std::to_string(now.phases);
  return printable(now.phase) + " " + place;
}
std::string time_of(const progress& now) {
  if (now.elapsed > now.length) return seconds_of(now.length) + " over, waits for the last answers";
  return seconds_of(now.elapsed) + " of " + seconds_of(now.length);
}
/// In a closed loop nobody asks for a rate.
std::string rates_of(const progress& now) {
  if (now.rate_asked <= 0) return figure(now.rate_reached) + "/s";
  return figure(now.rate_reached) + "/s of " + figure(now.rate_asked) + "/s";
}
std::string latencies_of(const progress& now) {
  return "p50 " + duration_figure(now.p50_ns) + "  p99 " + duration_figure(now.p99_ns) + "  max " +
         duration_figure(now.max_ns);
}
/// "ok" first, then the most frequent: what is cut off at the end of a line matters least.
std::string outcomes_of(const progress& now) {
  std::vector<std::pair<std::string, std::uint64_t>> all{now.outcomes.begin(), now.outcomes.end()};
  std::stable_sort(all.begin(), all.end(), [](const auto& one, const auto& other) {
    if ((one.first == "ok") != (other.first == "ok")) return one.first == "ok";
    return one.second > other.second;
  });
  std::string text;
  for (const auto& [code, count] : all)
    text += (text.empty() ? "" : "  ") + printable(code) + " " + std::to_string(count);
  return text.empty() ? "none" : text;
}
bool all_well(const progress& now) {
  return std::all_of(now.outcomes.begin(), now.outcomes.end(),
                     [](const auto& one) { return one.first == "ok" || one.second == 0; });
}

}  // namespace

// A terminal may begin a new line as soon as its last column is written: that one stays free.
live_view::live_view(std::ostream& out, bool terminal, unsigned columns)
    : out_{out},
      terminal_{terminal},
      columns_{(columns == 0 ? columns_if_unknown : columns) - 1},
      colours_{wants_colours()} {}

live_view::~live_view() { end(); }

void live_view::show(const progress& now) {
  if (!terminal_) return show_plain(now);
  auto text = erased();
  shown_ = block(now);
  for (const auto& line : shown_) text += line + "\n";
  write(text);
}

void live_view::say(const std::string& line) {
  auto text = (terminal_ ? erased() : "") + printable(line) + "\n";
  for (const auto& one : shown_) text += one + "\n";
  write(text);
}

void live_view::end() {
  if (last_) write_plain(*last_);
  shown_.clear();
  phase_.reset();
}

void live_view::show_plain(const progress& now) {
  if (phase_ != now.phase_index) {
    if (last_) write_plain(*last_);
    phase_ = now.phase_index;
    written_at_ = {};
    phase_over_ = false;
  }
  last_ = now;
  const bool ends = now.elapsed >= now.length && !phase_over_;
  if (ends || now.elapsed - written_at_ >= between_plain_lines) write_plain(now);
  phase_over_ = phase_over_ || ends;
}

void live_view::write_plain(const progress& now) {
  written_at_ = now.elapsed;
  write(name_of(now) + "  " + time_of(now) + "  " + rates_of(now) + "  " + latencies_of(now) +
        "  in flight " + std::to_string(now.in_flight) + "  " + outcomes_of(now) + "\n");
  last_.reset();
}

std::vector<std::string> live_view::block(const progress& now) const {
  const auto name = fitted(name_of(now), columns_);
  const auto time = "  " + time_of(now);
  const auto used = columns_of(name) + columns_of(time) + 2;
  auto first = name;
  // A narrow terminal shows no bar rather than one of a few columns.
  if (used + 10 <= columns_)
    first += "  " + bar(now, std::min(columns_ - used, most_columns_of_bar)) + time;
  else
    first = fitted(name + time, columns_);
  auto outcomes = fitted("  answers    " + outcomes_of(now), columns_);
  if (colours_ && !all_well(now)) outcomes = yellow + outcomes + no_colour;
  return {first, fitted("  rate       " + rates_of(now), columns_),
          fitted("  latency    " + latencies_of(now), columns_), outcomes,
          fitted("  in flight  " + std::to_string(now.in_flight), columns_)};
}

std::string live_view::bar(const progress& now, std::size_t columns) const {
  const auto length = std::chrono::duration<double>{now.length}.count();
  const auto elapsed = std::chrono::duration<double>{now.elapsed}.count();
  const auto share = length > 0 ? std::clamp(elapsed / length, 0.0, 1.0) : 1.0;
  const auto inside = columns - 2;
  const auto full = static_cast<std::size_t>(share * static_cast<double>(inside));
  const std::string done(full, '#');
  return "[" + (colours_ ? green + done + no_colour : done) + std::string(inside - full, '.') + "]";
}

std::string live_view::erased() const {
  if (shown_.empty()) return {};
  return "\x1b[" + std::to_string(shown_.size()) + "A\r\x1b[J";
}

/// At once, so that no other output comes between a control sequence and its end.
void live_view::write(const std::string& text) {
  out_.write(text.data(), static_cast<std::streamsize>(text.size()));
  out_.flush();
}

}  // namespace acta::internal::load
