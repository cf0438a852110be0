// ServiceState: what a service manager is told of this node, and when, in the lines of sd_notify(3). A
// machine without I/O: `notify` drives it.
//
// A start takes as long as it takes, for logs are recovered in it and other nodes waited for: while it goes
// on, more time is asked for than the manager gave (EXTEND_TIMEOUT_USEC). Once the node serves, it is READY,
// and shows that its loops turn (WATCHDOG) as often as that is wanted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace klamm::broker {

class ServiceState {
 public:
  // How much longer a start may take than the manager has been told to allow, from each sign of life on.
  static constexpr int64_t kExtensionMs = 30'000;
  // Between two lines that are said again, or that say how far it has come.
  static constexpr int64_t kPauseMs = 1'000;

  enum class Stage { kStarting, kServing, kStopping };

  // `watchdog_ms`: within which time the manager wants to hear something; 0: it does not.
  explicit ServiceState(int64_t watchdog_ms) : watchdog_ms_(watchdog_ms) {}

  // How far the start has come: logs that are open, of those that were found; and for what it waits.
  void on_recovery(int64_t logs_done, int64_t logs);
  void on_waiting(const std::string& what);
  // It serves; and the cluster counts on this broker, or does not.
  void on_serving();
  void on_fenced(bool fenced);
  void on_stopping();

  Stage stage() const { return stage_; }
  // What is due, a line for each; empty when nothing is. `is_alive`: in the start, whether it has done
  // anything since the last call; then, whether the loops turn.
  std::string take_lines(int64_t now_ms, bool is_alive);
  // How long nothing is due, unless something happens.
  int64_t pause_ms() const;

 private:
  void say(std::string status);

  const int64_t watchdog_ms_;
  Stage stage_ = Stage::kStarting;
  Stage told_stage_ = Stage::kStarting;
  std::string status_ = "Starting";
  std::string told_status_;
  std::optional<int64_t> told_ms_;  // when something was last said
};

}  // namespace klamm::broker
