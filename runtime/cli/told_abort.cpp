#include "runtime/cli/told_abort.hpp"

#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace acta::internal {

namespace {

/// Only calls that are safe in a signal handler.
void write_all(int to, const std::string& text) {
  for (std::size_t done = 0; done < text.size();) {
    const auto written = ::write(to, text.data() + done, text.size() - done);
    if (written <= 0) return;
    done += static_cast<std::size_t>(written);
  }
}

}  // namespace

const told_abort* told_abort::newest = nullptr;

told_abort::told_abort(std::string complaint, std::string output)
    : complaint_{std::move(complaint)}, output_{std::move(output)}, before_{newest} {
  newest = this;
  struct sigaction action {};
  action.sa_handler = tell;
  sigaction(SIGABRT, &action, &action_before_);
}

told_abort::~told_abort() {
  sigaction(SIGABRT, &action_before_, nullptr);
  newest = before_;
}

void told_abort::tell(int) {
  if (newest) {
    write_all(STDERR_FILENO, newest->complaint_);
    write_all(STDOUT_FILENO, newest->output_);
  }
  ::_exit(EXIT_FAILURE);
}

plain_abort::plain_abort() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigaction(SIGABRT, &action, &action_before_);
}

plain_abort::~plain_abort() { sigaction(SIGABRT, &action_before_, nullptr); }

}  // namespace acta::internal
