// Which commands a stream has seen: the memory behind "effectively once" (invariant 5).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/model/identifiers.hpp"

namespace acta {

/// The last N commands that left events in a stream. One thread.
class command_window {
public:
  struct remembered {
    std::uint64_t hash = 0;
    version last{};          ///< The stream's version with the command's events.
    std::size_t events = 0;  ///< How many they were.
  };

  /// `capacity` is N, at least 1; nothing: every command of the history.
  explicit command_window(std::optional<std::size_t> capacity) : capacity_{capacity} {}

  [[nodiscard]] const remembered* find(const std::string& command_id) const;
  /// Takes note of one more event, of version `at`. Events of one command follow one another.
  void add(const std::string& command_id, std::uint64_t hash, version at);

  /// Whether no command was ever forgotten, so that find() speaks for the whole history.
  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] std::size_t size() const { return by_id_.size(); }

private:
  using table = std::unordered_map<std::string, remembered>;
  std::optional<std::size_t> capacity_;
  table by_id_;
  // The oldest first, once the ring is full: nodes of an unordered_map stay where they are.
  std::vector<table::value_type*> ring_;
  std::size_t oldest_ = 0;
  table::value_type* newest_ = nullptr;
  bool complete_ = true;
};

}  // namespace acta
