#include "runtime/load/interrupt.hpp"

#include <atomic>
#include <csignal>

#include "runtime/load/run.hpp"

namespace acta::internal::load {

namespace {

std::atomic<load_run*> run_to_stop{nullptr};
std::atomic<pid_t> process_to_kill{-1};

/// The first signal takes the run away from the second.
extern "C" void interrupt(int signal) {
  if (auto* run = run_to_stop.exchange(nullptr)) return run->stop();
  if (const auto process = process_to_kill.load(); process > 0) ::kill(process, SIGKILL);
  ::signal(signal, SIG_DFL);
  ::raise(signal);
}

}  // namespace

void handle_interrupts() {
  struct sigaction how {};
  how.sa_handler = interrupt;
  how.sa_flags = SA_RESTART;
  for (const auto signal : {SIGINT, SIGTERM}) ::sigaction(signal, &how, nullptr);
}

stops_at_interrupt::stops_at_interrupt(load_run& run) { run_to_stop = &run; }
stops_at_interrupt::~stops_at_interrupt() { run_to_stop = nullptr; }

void kill_at_interrupt(pid_t process) { process_to_kill = process; }

}  // namespace acta::internal::load
