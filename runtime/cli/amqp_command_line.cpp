#include "runtime/cli/amqp_command_line.hpp"

#include <cstdint>
#include <fstream>
#include <map>

#include "runtime/cli/commands.hpp"
#include "runtime/delivery/amqp/amqp_url.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t most_url_bytes = 4'096;

/// Says why there can be no broker, without repeating a password.
std::string no_broker(const std::string& text) {
  const auto read = read_amqp_url(text);
  return read ? "" : read.error().detail;
}

std::string no_name_of_theirs(const std::string& text) {
  return text.empty() || text.size() > 255 ? "a name has 1 to 255 bytes" : "";
}

std::string first_line_of(const std::string& file) {
  std::ifstream from{file};
  std::string line;
  if (!from || !std::getline(from, line) || line.size() > most_url_bytes)
    throw command_error{"--amqp-url-file: '" + file + "' has no line that could be a URL"};
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
  return line;
}

}  // namespace

void amqp_command_line::add_to(CLI::App& serve) {
  auto* url = serve
                  .add_option("--amqp", chosen_.url,
                              "URL of a RabbitMQ whose messages are commands; others on the "
                              "machine see a password in it here")
                  ->envname("ACTA_AMQP_URL")
                  ->check(no_broker);
  auto* file = serve.add_option("--amqp-url-file", url_file_, "file whose first line is that URL")
                   ->check(CLI::ExistingFile)
                   ->excludes(url);
  auto* queue = serve.add_option("--queue", chosen_.queue, "the queue, which exists already")
                    ->check(no_name_of_theirs);
  auto* dead = serve
                   .add_option("--amqp-dead-letter", chosen_.dead_letter_exchange,
                               "the exchange, which exists already, for messages that are refused, "
                               "unreadable, or retried too long")
                   ->check(no_name_of_theirs);
  for (auto* one : {url, file}) one->needs(queue)->needs(dead);
  const std::map<std::string, std::uint64_t> units{{"ms", 1}, {"s", 1'000}, {"m", 60'000}};
  serve
      .add_option("--amqp-retry-for", retry_ms_,
                  "how long a command is retried, as 90s or 10m; at most 20m")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::UNIT_REQUIRED, "TIME"))
      ->check(CLI::Range(0, 1'200'000))
      ->default_str("10m");
  serve
      .add_option("--amqp-prefetch", chosen_.prefetch,
                  "most messages under way, of 1 MiB at most each")
      ->check(CLI::Range(1, 65'535))
      ->capture_default_str();
  serve.add_flag("--amqp-readiness", chosen_.in_readiness,
                 "/readyz says no while the queue is away");
}

way_in_factory amqp_command_line::way_in() const {
  auto how = chosen_;
  if (!url_file_.empty()) how.url = first_line_of(url_file_);
  if (how.url.empty()) return {};
  how.retry_for = std::chrono::milliseconds{retry_ms_};
  return amqp(std::move(how));
}

}  // namespace acta::internal
