// Structured log: one JSON object on one line, for programs first and people second.
//
//   acta::log log{acta::log_level::info};
//   log.info("node_started", {{"data", "./data"}, {"shards", 16}});
//
// {"time":"2026-11-24T11:41:25.000123Z","level":"info","event":"node_started","data":"./data",...}
#pragma once

#include <unistd.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "runtime/telemetry/line_writer.hpp"

namespace acta::internal {

enum class log_level { debug, info, warning, error };

/// One named value of a line. One without a name is left out of it.
struct log_field {
  std::string_view name;
  std::variant<std::string, std::int64_t, double, bool> value;

  log_field(std::string_view n, std::string_view text) : name{n}, value{std::string{text}} {}
  log_field(std::string_view n, const char* text) : name{n}, value{std::string{text}} {}
  log_field(std::string_view n, const std::string& text) : name{n}, value{text} {}
  log_field(std::string_view n, bool flag) : name{n}, value{flag} {}
  log_field(std::string_view n, double number) : name{n}, value{number} {}
  template <std::integral T>
  log_field(std::string_view n, T number) : name{n}, value{static_cast<std::int64_t>(number)} {}
};

/// A text that a line has only if there is one.
[[nodiscard]] inline log_field if_any(std::string_view name, const std::string& text) {
  return {text.empty() ? std::string_view{} : name, text};
}

/// Any thread, and none of them waits for the reader of the log: lines are written by a thread of
/// the log's own, and lost if their reader stalls for long. Then the next line to be written comes
/// after a warning `log_lines_lost` with their `count`. Made by main and handed on; there is no
/// global one.
class log {
public:
  using fields = std::initializer_list<log_field>;

  /// Writes lines of this level and above to standard error, or to another descriptor, which stays
  /// open for as long as the process lives.
  explicit log(log_level least, int descriptor = STDERR_FILENO);

  void debug(std::string_view event, fields with = {}) { write(log_level::debug, event, with); }
  void info(std::string_view event, fields with = {}) { write(log_level::info, event, with); }
  void warning(std::string_view event, fields with = {}) { write(log_level::warning, event, with); }
  void error(std::string_view event, fields with = {}) { write(log_level::error, event, with); }
  void write(log_level level, std::string_view event, fields with);

  /// Waits until all lines are written, at most `most`; returns true if they are. The destructor
  /// does so for half a second.
  bool flush(std::chrono::milliseconds most) { return writer_.flush(most); }
  /// How many lines were lost, since their reader stalled or they could not be written.
  [[nodiscard]] std::uint64_t lost() const { return writer_.lost(); }

  /// The line that write() would write, without its end. No control character is in it, and bytes
  /// that are not UTF-8 are shown as printable() does.
  [[nodiscard]] static std::string line(std::int64_t unix_us, log_level level,
                                        std::string_view event, fields with);

private:
  log_level least_;
  line_writer writer_;
};

}  // namespace acta::internal
