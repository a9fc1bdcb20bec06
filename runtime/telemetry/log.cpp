#include "runtime/telemetry/log.hpp"

#include <chrono>
#include <nlohmann/json.hpp>

#include "runtime/codec/printable.hpp"
#include "runtime/codec/text.hpp"

namespace acta::internal {

namespace {

constexpr const char* name_of(log_level level) {
  switch (level) {
    case log_level::debug: return "debug";
    case log_level::info: return "info";
    case log_level::warning: return "warning";
    case log_level::error: return "error";
  }
  return "invalid";
}

std::string in_json(const std::string& text) { return as_utf8(text); }
template <class T>
T in_json(T value) {
  return value;
}

std::int64_t now_us() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

std::string lost_line(std::uint64_t count) {
  return log::line(now_us(), log_level::warning, "log_lines_lost", {{"count", count}});
}

}  // namespace

log::log(log_level least, int descriptor) : least_{least}, writer_{descriptor, lost_line} {}

void log::write(log_level level, std::string_view event, fields with) {
  if (level >= least_) writer_.write(line(now_us(), level, event, with));
}

std::string log::line(std::int64_t unix_us, log_level level, std::string_view event, fields with) {
  nlohmann::ordered_json made;
  made["time"] = to_rfc3339(timestamp{std::chrono::microseconds{unix_us}});
  made["level"] = name_of(level);
  made["event"] = event;
  for (const auto& field : with)
    if (!field.name.empty())
      std::visit([&](const auto& value) { made[std::string{field.name}] = in_json(value); },
                 field.value);
  return printable(made.dump());
}

}  // namespace acta::internal
