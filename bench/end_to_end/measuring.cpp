#include "bench/end_to_end/measuring.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <iostream>
#include <map>

namespace acta::bench {

namespace {

const std::map<std::string, scheduler_policy> policies{{"sharing", scheduler_policy::sharing},
                                                       {"stealing", scheduler_policy::stealing}};

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

}  // namespace

void scheduling::add_to(CLI::App& app) {
  app.add_option("--threads", threads, "threads that run actors; 0: as many as cores")
      ->capture_default_str();
  app.add_option("--scheduler", policy, "how they find the next actor")
      ->transform(CLI::CheckedTransformer{policies});
}

void scheduling::apply_to(options& how) const {
  how.worker_threads = threads;
  how.scheduler = policy;
}

std::string scheduling::name() const {
  for (const auto& [name, known] : policies)
    if (known == policy) return name;
  return {};
}

round_result timed(std::size_t calls, const std::function<void()>& run) {
  const auto processor = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const auto count = static_cast<double>(calls);
  return {count / took.count(), (processor_seconds() - processor) / count * 1e6};
}

int print(const char* bench, const std::function<nlohmann::ordered_json()>& measure) {
  try {
    std::cout << measure().dump(2) << '\n';
    return 0;
  } catch (const std::exception& failed) {
    std::cerr << bench << ": " << failed.what() << '\n';
    return 1;
  }
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string metrics_of(node& of) {
  std::promise<std::string> text;
  of.metrics([&](std::string all) { text.set_value(std::move(all)); });
  return text.get_future().get();
}

double value_in(const std::string& text, const std::string& series) {
  const auto at = text.find("\n" + series + " ");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + series.size() + 2));
}

}  // namespace acta::bench
