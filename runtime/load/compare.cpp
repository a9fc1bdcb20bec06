#include "runtime/load/compare.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "runtime/codec/printable.hpp"
#include "runtime/load/figures.hpp"
#include "runtime/load/report_figures.hpp"

namespace acta::internal::load {

namespace {

using nlohmann::ordered_json;
using row = std::array<std::string, 7>;

constexpr std::size_t columns_of_text = 3;  // at the left; the others are figures
constexpr std::size_t longest_value = 60;

/// The figures of the runs on one side.
struct interval {
  explicit interval(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    least = values.front();
    most = values.back();
    const auto middle = values.size() / 2;
    median = values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }
  [[nodiscard]] std::string text(std::size_t runs) const {
    if (runs == 1) return figure(median);
    return figure(median) + " (" + figure(least) + ".." + figure(most) + ")";
  }
  double least = 0;
  double most = 0;
  double median = 0;
};

std::string change_of(double from, double to) {
  if (from == to) return "0 %";
  if (from == 0) return "from 0";
  const auto percent = 100 * (to - from) / from;
  return (percent > 0 ? "+" : "") + figure(percent) + " %";
}

/// Of so many values each. Fewer say nothing about how far a repetition would be off.
std::string verdict_of(const interval& a, std::size_t of_a, const interval& b, std::size_t of_b) {
  if (std::min(of_a, of_b) < runs_that_show_noise) return "noise unknown";
  return a.most < b.least || b.most < a.least ? "beyond noise" : "within noise";
}

void add_rows(std::vector<row>& to, const operation_figures& a, const operation_figures& b) {
  for (std::size_t i = 0; i < figure_names.size(); ++i) {
    const auto of_a = a.values[i].size();
    const auto of_b = b.values[i].size();
    if (of_a == 0 || of_b == 0) continue;
    const interval left{a.values[i]};
    const interval right{b.values[i]};
    to.push_back({printable(a.phase), printable(a.operation), std::string{figure_names[i]},
                  left.text(of_a), right.text(of_b), change_of(left.median, right.median),
                  verdict_of(left, of_a, right, of_b)});
  }
}

std::string table_of(const std::vector<row>& rows) {
  std::array<std::size_t, std::tuple_size_v<row>> widths{};
  for (const auto& one : rows)
    for (std::size_t i = 0; i < one.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(one[i]));
  std::string text;
  for (const auto& one : rows) {
    for (std::size_t i = 0; i + 1 < one.size(); ++i) {
      const std::string blanks(widths[i] - columns_of(one[i]), ' ');
      text += (i < columns_of_text ? one[i] + blanks : blanks + one[i]) + "  ";
    }
    text += one.back() + "\n";
  }
  return text;
}

std::string value_of(const ordered_json* value) {
  if (value == nullptr) return "nothing";
  const auto text = value->dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  return fitted(printable_value(text), longest_value);
}

const ordered_json* member(const ordered_json& of, const std::string& name) {
  if (!of.is_object()) return nullptr;
  const auto found = of.find(name);
  return found == of.end() ? nullptr : &*found;
}

/// A line for each member of the two that differs, and for one of which only one side has any.
std::string differences(const std::string& name, const ordered_json* a, const ordered_json* b) {
  if (a == nullptr && b == nullptr) return {};
  if (a != nullptr && b != nullptr && *a == *b) return {};
  if (a == nullptr || b == nullptr || !a->is_object() || !b->is_object())
    return "other " + name + ": " + value_of(a) + " in A, " + value_of(b) + " in B\n";
  std::string text;
  for (const auto& [key, value] : a->items())
    text += differences(name + "." + printable(key), &value, member(*b, key));
  for (const auto& [key, value] : b->items())
    if (!a->contains(key)) text += differences(name + "." + printable(key), nullptr, &value);
  return text;
}

std::string missing_of(const report_figures& in, const report_figures& from, const char* side) {
  std::string text;
  for (const auto& one : in.operations)
    if (from.find(one) == nullptr)
      text += "only in " + std::string{side} + ": " + printable(one.operation) + " in phase " +
              printable(one.phase) + "\n";
  return text;
}

std::string runs_of(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " run" : " runs");
}

}  // namespace

result<std::string> comparison_of(const ordered_json& a, const ordered_json& b) {
  const auto left = figures_of(a, "A");
  if (!left) return left.error();
  const auto right = figures_of(b, "B");
  if (!right) return right.error();
  std::vector<row> rows{{"phase", "operation", "figure", "A", "B", "change", ""}};
  for (const auto& one : left->operations)
    if (const auto* other = right->find(one)) add_rows(rows, one, *other);
  auto text =
      rows.size() == 1 ? "The reports have no measured operation in common.\n" : table_of(rows);
  text += missing_of(*left, *right, "A") + missing_of(*right, *left, "B");
  if (std::min(left->runs, right->runs) < runs_that_show_noise)
    text += "noise is unknown: A has " + runs_of(left->runs) + ", B " + runs_of(right->runs) +
            "; " + std::to_string(runs_that_show_noise) +
            " of each show how far the same run is apart from itself\n";
  for (const auto* side : {&*left, &*right})
    for (const auto& one : side->ended_otherwise) text += one + "\n";
  for (const auto* name : {"scenario", "target", "machine", "versions"})
    text += differences(name, member(a, name), member(b, name));
  return text;
}

}  // namespace acta::internal::load
