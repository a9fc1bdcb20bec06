#include "runtime/cli/amqp_command_line.hpp"

#include <cstdlib>
#include <fstream>
#include <utility>

#include "runtime/cli/commands.hpp"
#include "runtime/codec/duration.hpp"
#include "runtime/delivery/amqp/amqp_url.hpp"

namespace acta::internal {

namespace {

constexpr std::size_t most_url_bytes = 4'096;
constexpr const char* variable = "ACTA_AMQP_URL";
constexpr const char* blanks = " \t\r";
constexpr std::chrono::minutes longest_retry{20};

/// Says why there can be no broker, without repeating a password.
std::string no_broker(const std::string& text) {
  const auto read = read_amqp_url(text);
  return read ? "" : read.error().detail;
}

std::string no_name_of_theirs(const std::string& text) {
  return text.empty() || text.size() > 255 ? "a name has 1 to 255 bytes" : "";
}

/// The first line that is not blank, without the blanks around it.
std::string url_in(const std::string& file) {
  std::ifstream from{file};
  for (std::string line; std::getline(from, line) && line.size() <= most_url_bytes;) {
    const auto first = line.find_first_not_of(blanks);
    if (first != std::string::npos)
      return line.substr(first, line.find_last_not_of(blanks) - first + 1);
  }
  throw command_error{"--amqp-url-file: '" + file + "' has no line that could be a URL"};
}

}  // namespace

void amqp_command_line::add_to(CLI::App& serve) {
  auto* url = serve
                  .add_option("--amqp", chosen_.url,
                              "URL of a RabbitMQ whose messages are commands; others on the "
                              "machine see a password in it here. Without it, and without a file: "
                              "what ACTA_AMQP_URL holds")
                  ->check(no_broker);
  auto* file = serve
                   .add_option("--amqp-url-file", url_file_,
                               "file with that URL: its first line that is not blank")
                   ->check(CLI::ExistingFile)
                   ->type_name("PATH")
                   ->excludes(url);
  auto* queue = serve.add_option("--queue", chosen_.queue, "the queue, which exists already")
                    ->check(no_name_of_theirs);
  auto* dead = serve
                   .add_option("--amqp-dead-letter", chosen_.dead_letter_exchange,
                               "the exchange, which exists already, for messages that are refused, "
                               "unreadable, or retried too long")
                   ->check(no_name_of_theirs);
  for (auto* one : {url, file}) one->needs(queue)->needs(dead);
  auto* retry =
      serve
          .add_option_function<std::string>(
              "--amqp-retry-for",
              [this](const std::string& text) {
                chosen_.retry_for = duration_of(text, longest_retry).value_or(chosen_.retry_for);
              },
              "how long a command is retried, as 90s or 10m; at most 20m (default 10m)")
          ->check([](const std::string& text) { return no_duration(text, longest_retry); });
  auto* prefetch = serve
                       .add_option("--amqp-prefetch", chosen_.prefetch,
                                   "most messages under way, of 1 MiB at most each")
                       ->check(CLI::Range(1, 65'535))
                       ->capture_default_str();
  auto* readiness = serve.add_flag("--amqp-readiness", chosen_.in_readiness,
                                   "/readyz says no while the queue is away");
  all_ = {url, file, queue, dead, retry, prefetch, readiness};
}

amqp_command_line::origin amqp_command_line::find_url() const {
  if (!chosen_.url.empty()) return {"--amqp", chosen_.url};
  if (!url_file_.empty()) return {"--amqp-url-file", url_in(url_file_)};
  const auto* set = std::getenv(variable);
  return {variable, set ? set : ""};
}

way_in_factory amqp_command_line::way_in() const {
  auto how = chosen_;
  const auto from = find_url();
  how.url = from.url;
  if (how.url.empty()) {
    for (const auto* one : all_)
      if (one->count() > 0)
        throw command_error{one->get_name() + ": the URL of a broker is missing; give it by " +
                            "--amqp, --amqp-url-file or " + variable};
    return {};
  }
  if (auto why = no_broker(how.url); !why.empty()) throw command_error{from.name + ": " + why};
  if (how.queue.empty() || how.dead_letter_exchange.empty())
    throw command_error{from.name + " requires --queue and --amqp-dead-letter"};
  return amqp(std::move(how));
}

}  // namespace acta::internal
