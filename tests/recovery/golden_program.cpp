// Writes the journals of tests/recovery/golden, and is what reads them: a small domain of every
// kind of value, with the command line that each application gets. golden/README.md says which
// commit of acta it was built with to write which journal. It uses nothing that was added to acta
// since then.
#include <signal.h>
#include <unistd.h>

#include <iostream>
#include <limits>

#include "runtime/cli/application.hpp"
#include "runtime/node.hpp"

namespace golden {

struct measured {
  double value = 0;
  acta::timestamp at{};
  acta::bytes raw;
  std::optional<std::string> note;
  std::string unit;
};
template <class Inspector>
bool inspect(Inspector& f, measured& e) {
  return f.object(e).fields(f.field("value", e.value), f.field("at", e.at), f.field("raw", e.raw),
                            f.field("note", e.note), f.field("unit", e.unit));
}

/// Published, and stored in none of the journals.
struct calibrated {
  double offset = 0;
};
template <class Inspector>
bool inspect(Inspector& f, calibrated& e) {
  return f.object(e).fields(f.field("offset", e.offset));
}

struct measure {
  double value = 0;
  acta::timestamp at{};
  acta::bytes raw;
  std::optional<std::string> note;
  std::string unit;
};
template <class Inspector>
bool inspect(Inspector& f, measure& c) {
  return f.object(c).fields(f.field("value", c.value), f.field("at", c.at),
                            f.field("raw", c.raw).fallback(acta::bytes{}), f.field("note", c.note),
                            f.field("unit", c.unit).fallback(std::string{"m"}));
}

struct calibrate {
  double offset = 0;
};
template <class Inspector>
bool inspect(Inspector& f, calibrate& c) {
  return f.object(c).fields(f.field("offset", c.offset));
}

struct gauge {
  static constexpr std::string_view type = "golden.gauge";
  static constexpr int state_version = 1;
  using events = acta::events<acta::event<measured, "golden.gauge.measured", 1>,
                              acta::event<calibrated, "golden.gauge.calibrated", 1>>;
  using commands = acta::commands<measure, calibrate>;

  acta::decision<gauge> decide(const measure& c, const acta::context&) const {
    return measured{c.value, c.at, c.raw, c.note, c.unit};
  }
  acta::decision<gauge> decide(const calibrate& c, const acta::context&) const {
    return calibrated{c.offset};
  }
  void apply(const measured& event) {
    ++count;
    last = event;
  }
  void apply(const calibrated&) {}
  gauge view() const { return *this; }

  std::uint64_t count = 0;
  measured last;
};
template <class Inspector>
bool inspect(Inspector& f, gauge& g) {
  return f.object(g).fields(f.field("count", g.count), f.field("last", g.last));
}

using gauges = acta::aggregates<gauge>;

void send(const gauges& to, const std::string& id, measure command, acta::call_options how) {
  const auto got = to.send(id, std::move(command), std::move(how)).get();
  if (!got) throw std::runtime_error{got.error().detail};
}

void send_many(const gauges& to, const std::string& id, int count) {
  for (int i = 1; i <= count; ++i) {
    measure one{i / 2.0, acta::timestamp{std::chrono::microseconds{i}}, {}, std::nullopt, "m"};
    if (i % 3 == 0) one.note = "third";
    acta::call_options how;
    how.command_id = id + "-" + std::to_string(i);
    send(to, id, one, how);
  }
}

/// What the ways out of 096b4f7 could not show, or did not bound.
void send_odd(const gauges& to) {
  using limits = std::numeric_limits<double>;
  const acta::timestamp year_10000{std::chrono::sys_days{std::chrono::year{10'000} / 1 / 1}};
  const acta::timestamp year_minus_1{std::chrono::sys_days{std::chrono::year{-1} / 1 / 1}};
  const auto odd = [&](const std::string& id, double value, acta::timestamp at) {
    acta::call_options how;
    how.command_id = "odd-" + id;
    send(to, "odd", {value, at, {std::byte{0}, std::byte{255}}, "odd", "s"}, how);
  };
  odd("1", limits::quiet_NaN(), {});
  odd("2", limits::infinity(), year_10000);
  odd("3", -limits::infinity(), year_minus_1);
  odd("4", 1, {});
  odd("5", limits::quiet_NaN(), year_10000);  // so its view is odd too
  const std::string long_text(8 * 1024, 'x');
  acta::call_options talkative;
  talkative.command_id = "talkative-1";
  talkative.principal = talkative.correlation_id = talkative.causation_id = long_text;
  talkative.trace_context = long_text;
  send(to, "talkative", {1, {}, {}, std::nullopt, "m"}, talkative);
  acta::call_options next_line;
  next_line.command_id = "key \xc2\x85 1";
  send(to, "next\xc2\x85line", {1, {}, {}, std::nullopt, "m"}, next_line);
}

int write(const std::filesystem::path& data, const std::string& kind) {
  auto how = acta::embedded(data);
  how.shard_count = 2;
  how.deduplication_window = 16;
  how.snapshot_every_events = kind == "snapshots" ? 20 : 0;
  acta::node node{how};
  const auto to = node.host<gauge>();
  if (kind == "clean" || kind == "killed") {
    send_many(to, "a", 5);
    send_many(to, "b", 3);
  } else if (kind == "snapshots") {
    send_many(to, "a", 50);
    send_many(to, "b", 20);
  } else if (kind == "odd") {
    send_odd(to);
  } else if (kind != "unused") {
    std::cerr << "nobody knows '" << kind << "'\n";
    return 1;
  }
  // Past the destructors: what is in the write-ahead log stays there.
  if (kind == "killed") ::kill(::getpid(), SIGKILL);
  return 0;
}

}  // namespace golden

int main(int argc, char** argv) {
  acta::application app{"golden", "Writes and reads the golden journals."};
  app.host<golden::gauge>();
  std::string kind;
  app.command("write", "Writes a journal", [&] { return golden::write(app.data(), kind); })
      .argument("KIND", kind, "clean, killed, snapshots, odd or unused");
  return app.run(argc, argv);
}
