// A place in the log that says which log it is in: what a subscriber keeps, and comes back with.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "actors/model/error.hpp"
#include "actors/model/identifiers.hpp"

namespace acta {

/// Names a journal, and all copies of it: 128 random bits. All zeros name none.
struct journal_id {
  std::array<std::uint64_t, 2> value{};
  auto operator<=>(const journal_id&) const = default;
};

/// One life of a journal between two forks. A copy that is written to is a fork: from there on its
/// events are not those of the original.
struct history {
  /// Never that of another copy: each is greater than the one before it by a random amount.
  std::uint64_t number = 0;
  /// The last offset that this history shares with the one before it.
  std::uint64_t begins_after = 0;
  auto operator<=>(const history&) const = default;
};

/// Which journal this is, and the histories that led to its events, the oldest first.
struct journal_identity {
  journal_id id;
  std::vector<acta::history> histories;
  /// The number of the history that is written now; 0 if there is none.
  [[nodiscard]] std::uint64_t current() const {
    return histories.empty() ? 0 : histories.back().number;
  }
  bool operator==(const journal_identity&) const = default;
};

/// The last event that a reader of the log is done with, and in which journal and history that was.
/// An offset alone cannot tell: after a restored backup it may name another event, or none.
struct cursor {
  journal_id journal;
  std::uint64_t history = 0;
  acta::position position{};
  auto operator<=>(const cursor&) const = default;
};

namespace detail {

inline std::string as_hex(std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  const auto size = static_cast<std::size_t>(end - digits.data());
  return std::string(digits.size() - size, '0') + std::string(digits.data(), size);
}

template <class Number>
bool read_number(std::string_view text, Number& into, int base = 10) {
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, into, base);
  return read.ec == std::errc{} && read.ptr == end;
}

}  // namespace detail

/// Returns 32 hexadecimal digits.
[[nodiscard]] inline std::string to_string(const journal_id& id) {
  return detail::as_hex(id.value[0]) + detail::as_hex(id.value[1]);
}

/// Reads what to_string() returns. Fails (malformed).
[[nodiscard]] inline result<journal_id> journal_id_from(std::string_view text) {
  journal_id id;
  if (text.size() != 32 || !detail::read_number(text.substr(0, 16), id.value[0], 16) ||
      !detail::read_number(text.substr(16), id.value[1], 16))
    return error{errc::malformed, "'" + std::string{text} + "' is no journal's id"};
  return id;
}

/// Returns a text without blanks, of at most 95 bytes, to be kept and given back: its parts may
/// change, and every text that was ever returned is read.
[[nodiscard]] inline std::string to_string(const cursor& at) {
  return to_string(at.journal) + "." + std::to_string(at.history) + "." +
         std::to_string(at.position.partition) + "." + std::to_string(at.position.offset);
}

/// Reads what to_string() returns. Fails (malformed).
[[nodiscard]] inline result<cursor> cursor_from(std::string_view text) {
  std::array<std::string_view, 4> parts;
  std::size_t count = 0;
  for (auto rest = text; count < parts.size(); ++count) {
    const auto dot = rest.find('.');
    parts[count] = count + 1 == parts.size() ? rest : rest.substr(0, dot);
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  cursor at;
  const auto id = journal_id_from(parts[0]);
  if (!id || !detail::read_number(parts[1], at.history) ||
      !detail::read_number(parts[2], at.position.partition) ||
      !detail::read_number(parts[3], at.position.offset))
    return error{errc::malformed, "'" + std::string{text} + "' is no cursor"};
  at.journal = *id;
  return at;
}

/// Fails (beyond_the_end) if a log that ends at `last` has no event at `from`, and its next event
/// will not come there either.
[[nodiscard]] inline result<void> check_beginning(position from, position last) {
  if (from <= last.next()) return {};
  return error{errc::beyond_the_end, "there is no position " + std::to_string(from.offset) +
                                         " yet: the journal ends at " +
                                         std::to_string(last.offset)};
}

/// Fails unless the events up to `at` are those of the journal `here`, which ends at `last`:
/// (wrong_history) if the cursor is of another journal, or was taken after the fork in a history
/// that this journal did not take; (beyond_the_end) if the journal does not reach it.
[[nodiscard]] inline result<void> check_cursor(const cursor& at, const journal_identity& here,
                                               position last) {
  const auto refusal = [&](const std::string& why) {
    return error{errc::wrong_history, "the cursor " + to_string(at) + " " + why};
  };
  if (at.journal != here.id || at.journal == journal_id{})
    return refusal("is of another journal; this is " + to_string(here.id));
  const auto& all = here.histories;
  auto next = std::find_if(all.begin(), all.end(),
                           [&](const history& one) { return one.number == at.history; });
  if (next == all.end()) return refusal("is of a history that this copy of the journal never had");
  while (++next != all.end())
    if (at.position.offset > next->begins_after)
      return refusal("is of an earlier history, which was left after position " +
                     std::to_string(next->begins_after));
  if (at.position <= last) return {};
  return error{errc::beyond_the_end, "the cursor " + to_string(at) +
                                         " is beyond the journal, which ends at " +
                                         std::to_string(last.offset)};
}

}  // namespace acta
