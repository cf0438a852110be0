// The end in order of a tool that runs until somebody stops it: what it holds is sent, what it has read is
// committed, and a group hears that it goes.
#pragma once

#include <signal.h>

namespace klamm::cli {

// While one lives, the first SIGINT or SIGTERM is only noted, for the tool to end by itself; it is given a
// few seconds for that, since a broker that does not answer must not keep it. The next signal ends it at
// once. And output that nobody reads is an error of its writing. There is one at a time.
//
// Who has ended because of a signal passes it on, with raise(), so that callers see what has ended the tool.
class EndingSignals {
 public:
  EndingSignals();
  ~EndingSignals();
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;

  // The signal that has come since the last one was made; 0: none.
  static int pending();

 private:
  struct sigaction of_interrupt_ {};
  struct sigaction of_terminate_ {};
  struct sigaction of_alarm_ {};
  struct sigaction of_pipe_ {};
};

}  // namespace klamm::cli
