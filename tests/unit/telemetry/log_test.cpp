#include "runtime/telemetry/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/telemetry/process_metrics.hpp"
#include "tests/support/small_pipe.hpp"

namespace acta {

using namespace internal;
namespace {

TEST(log, writes_one_json_object_per_line) {
  const auto line = log::line(1'795'520'485'000'123, log_level::warning, "disk_full",
                              {{"path", "/data"}, {"free", 12}, {"ratio", 0.5}, {"fatal", true}});
  EXPECT_EQ(line, R"({"time":"2026-11-24T11:41:25.000123Z","level":"warning","event":"disk_full",)"
                  R"("path":"/data","free":12,"ratio":0.5,"fatal":true})");
}

TEST(log, stays_one_line_of_json_whatever_it_is_told) {
  const std::string hostile_texts[] = {"a\nb",     "\"}",      "\xff\xfe",    {"\0x", 2},
                                       "\x1b[31m", "\xc2\x9b", "\xe2\x80\xae"};
  for (const auto& hostile : hostile_texts) {
    const auto line = log::line(0, log_level::info, "event", {{"text", hostile}});
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    EXPECT_TRUE(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 0x7f; }))
        << line;
  }
}

TEST(log, shows_a_path_that_is_no_utf8) {
  const auto line = log::line(0, log_level::info, "event", {{"path", "/caf\xe9"}});
  EXPECT_EQ(nlohmann::json::parse(line).at("path"), "/caf\\xe9");
}

TEST(log, writes_what_is_of_its_level_or_above) {
  testing::small_pipe pipe;
  log events{log_level::warning, pipe.writing()};
  events.info("too_little");
  events.warning("enough");
  events.error("more");
  EXPECT_EQ(nlohmann::json::parse(pipe.line()).at("event"), "enough");
  EXPECT_EQ(nlohmann::json::parse(pipe.line()).at("event"), "more");
}

TEST(log, blocks_nobody_while_its_reader_stalls_and_says_what_was_lost) {
  testing::small_pipe pipe;
  log events{log_level::info, pipe.writing()};
  pipe.fill();
  const std::string text(1'000, '.');
  while (events.lost() == 0) events.info("line", {{"text", text}});
  const auto lost = events.lost();
  EXPECT_NE(
      process_metrics(events).find("\nacta_log_lines_lost_total " + std::to_string(lost) + "\n"),
      std::string::npos)
      << process_metrics(events);
  events.info("last");
  std::uint64_t told = 0;
  for (std::string event; event != "last";) {
    const auto text_of_line = pipe.line();  // the first comes after what filled the pipe
    const auto line = nlohmann::json::parse(text_of_line.substr(text_of_line.find('{')));
    event = line.at("event");
    if (event != "log_lines_lost") continue;
    EXPECT_EQ(line.at("level"), "warning");
    told += line.at("count").get<std::uint64_t>();
  }
  EXPECT_EQ(told, events.lost());
}

}  // namespace
}  // namespace acta
