// The commands that every application gets, and the options of those that take few.
#include "runtime/cli/application/checks.hpp"
#include "runtime/cli/application/implementation.hpp"
#include "runtime/codec/duration.hpp"

namespace acta {

using namespace internal;

namespace {

/// Of MiB.
std::uint64_t in_bytes(double mib) { return static_cast<std::uint64_t>(mib * 1024 * 1024); }

}  // namespace

void application::implementation::add_serve() {
  const auto start = [this] {
    serves_ = true;
    if (auto way = amqp_.way_in()) serving_.ways_in.push_back(std::move(way));
    return serve(serving_, types_);
  };
  auto* serving = command("serve", "Serves HTTP until it is told to stop", start);
  serving->add_option("--listen", serving_.listen, "HOST:PORT; port 0: any that is free")
      ->check(no_address)
      ->capture_default_str();
  serving
      ->add_option("--host", serving_.hosts,
                   "name that clients may ask for beside IP addresses and localhost; may be given "
                   "again")
      ->check(no_host)
      ->take_all()
      ->allow_extra_args(false);
  serving->add_option("--log-level", serving_.log_level, "least level of the log on standard error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  serving
      ->add_option_function<std::string>(
          "--trace-slower-than",
          [this](const std::string& text) { serving_.trace_slower_than = duration_of(text); },
          "a request that takes longer is traced, sampled or not: 250ms, 2s or 1m (default 1s)")
      ->check([](const std::string& text) { return no_duration(text); });
  amqp_.add_to(*serving);
  serving->footer(std::string{"Traces are exported if OTEL_EXPORTER_OTLP_ENDPOINT names a "
                              "collector: see docs/traces.md.\n\n"} +
                  cli_.get_footer());
  chosen_ = start;
}

void application::implementation::add_log() {
  auto* logging = command("log", "Prints events as JSON, one a line",
                          [this] { return print_log(data_, types_, logging_); });
  logging->add_option("--from", logging_.from, "first position: 17, or 0-17 as it is printed")
      ->transform(without_partition)
      ->check(no_number)
      ->capture_default_str();
  logging->add_option("--limit", logging_.limit, "most events to print; 0: all")
      ->transform(decimal)
      ->check(no_number)
      ->capture_default_str();
  logging->add_option("--stream", logging_.stream, "only this one, as TYPE/ID")->check(no_name);
}

void application::implementation::add_backup() {
  auto* copying =
      command("backup", "Copies the journal, of a running node too, into a directory", [this] {
        backing_up_.bytes_per_second = in_bytes(backup_rate_);
        return backup(data_, backup_, backing_up_);
      });
  copying->add_option("DIR", backup_, "does not exist yet, is empty, or an unfinished backup")
      ->check(no_name)
      ->type_name("PATH")
      ->required();
  copying
      ->add_option("--rate", backup_rate_,
                   "most MiB to copy in a second, from 0.001 to 1000000; 0: no bound")
      ->check(no_rate)
      ->capture_default_str();
  copying->add_flag("--link", backing_up_.link,
                    "share the tables with the journal, on one file system: damage strikes both");
}

void application::implementation::add_standard_commands() {
  add_serve();
  add_log();
  auto* verifying = command("verify", "Reads the whole journal and checks it",
                            [this] { return verify(data_, types_, json_); });
  verifying->add_flag("--json", json_, "print the result as JSON");
  add_backup();
  auto* repairing = command(
      "repair", "Drops the last write of a journal, if it is there in part; nobody may serve it",
      [this] { return repair(data_, types_, dry_run_); });
  repairing->add_flag("--dry-run", dry_run_, "say what would be dropped, and change nothing");
  add_schedule_commands();
  add_schema_commands();
}

}  // namespace acta
