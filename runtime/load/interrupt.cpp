#include "runtime/load/interrupt.hpp"

#include <array>
#include <atomic>
#include <csignal>

#include "runtime/load/run.hpp"

namespace acta::internal::load {

namespace {

constexpr std::array signals{SIGINT, SIGTERM};
std::atomic<load_run*> stopped_by_signal{nullptr};

extern "C" void stop_run(int) {
  if (auto* run = stopped_by_signal.load()) run->stop();
}

void handle(void (*by)(int), int flags) {
  struct sigaction how {};
  how.sa_handler = by;
  how.sa_flags = flags;
  for (const auto signal : signals) ::sigaction(signal, &how, nullptr);
}

}  // namespace

stops_at_interrupt::stops_at_interrupt(load_run& run) {
  stopped_by_signal = &run;
  handle(stop_run, static_cast<int>(SA_RESETHAND) | SA_RESTART);
}

stops_at_interrupt::~stops_at_interrupt() {
  handle(SIG_DFL, 0);
  stopped_by_signal = nullptr;
}

}  // namespace acta::internal::load
