#include "cli/ending_signals.h"

#include <unistd.h>

namespace klamm::cli {
namespace {

constexpr unsigned kOrderlySeconds = 3;

// The one thing that a handler may touch.
volatile sig_atomic_t g_ending_signal = 0;

// It has taken too long: as if nobody had listened to the signal.
void end_by_signal(int) {
  signal(static_cast<int>(g_ending_signal), SIG_DFL);
  raise(static_cast<int>(g_ending_signal));
}

// The alarm is taken only now: until then it may be that of who has called the tool.
void note_signal(int number) {
  g_ending_signal = number;
  struct sigaction action {};
  action.sa_handler = end_by_signal;
  sigaction(SIGALRM, &action, nullptr);
  alarm(kOrderlySeconds);
}

}  // namespace

EndingSignals::EndingSignals() {
  g_ending_signal = 0;
  sigaction(SIGALRM, nullptr, &of_alarm_);
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESETHAND;
  sigaction(SIGINT, &action, &of_interrupt_);
  sigaction(SIGTERM, &action, &of_terminate_);
  action.sa_flags = 0;
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &of_pipe_);
}

EndingSignals::~EndingSignals() {
  sigaction(SIGINT, &of_interrupt_, nullptr);
  sigaction(SIGTERM, &of_terminate_, nullptr);
  sigaction(SIGPIPE, &of_pipe_, nullptr);
  if (g_ending_signal == 0) return;
  alarm(0);
  sigaction(SIGALRM, &of_alarm_, nullptr);
}

int EndingSignals::pending() { return static_cast<int>(g_ending_signal); }

}  // namespace klamm::cli
