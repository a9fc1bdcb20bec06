#include "runtime/telemetry/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

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

}  // namespace

class log::sink {
public:
  sink() : logger_{"acta", std::make_shared<spdlog::sinks::stderr_sink_mt>()} {
    logger_.set_pattern("%v");
    logger_.set_level(spdlog::level::trace);
    logger_.flush_on(spdlog::level::trace);
  }
  void write(const std::string& line) { logger_.info(line); }

private:
  spdlog::logger logger_;
};

log::log(log_level least) : least_{least}, sink_{std::make_unique<sink>()} {}
log::~log() = default;

void log::write(log_level level, std::string_view event, fields with) {
  if (level < least_) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  sink_->write(
      line(std::chrono::duration_cast<std::chrono::microseconds>(now).count(), level, event, with));
}

std::string log::line(std::int64_t unix_us, log_level level, std::string_view event, fields with) {
  nlohmann::ordered_json made;
  made["time"] = to_rfc3339(timestamp{std::chrono::microseconds{unix_us}});
  made["level"] = name_of(level);
  made["event"] = event;
  for (const auto& field : with)
    std::visit([&](const auto& value) { made[std::string{field.name}] = in_json(value); },
               field.value);
  return printable(made.dump());
}

}  // namespace acta::internal
