#include "broker/service_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace klamm::broker {
namespace {

constexpr std::string_view kServingText = "Serving";

}  // namespace

void ServiceState::on_recovery(int64_t logs_done, int64_t logs) {
  if (stage_ == Stage::kStarting) say(fmt::format("Recovering logs: {} of {}", logs_done, logs));
}

void ServiceState::on_waiting(const std::string& what) {
  if (stage_ == Stage::kStarting) say(fmt::format("Waiting for {}", what));
}

void ServiceState::on_serving() {
  if (stage_ != Stage::kStarting) return;
  stage_ = Stage::kServing;
  say(std::string(kServingText));
}

void ServiceState::on_fenced(bool fenced) {
  if (stage_ != Stage::kServing) return;
  say(fenced ? "Fenced: the controller does not count on this broker" : std::string(kServingText));
}

void ServiceState::on_stopping() {
  stage_ = Stage::kStopping;
  say("Stopping");
}

void ServiceState::say(std::string status) { status_ = std::move(status); }

std::string ServiceState::take_lines(int64_t now_ms, bool is_alive) {
  const bool is_new_stage = stage_ != told_stage_;
  if (!is_new_stage && told_ms_ && now_ms < *told_ms_ + pause_ms()) return {};
  std::string lines;
  if (is_new_stage) lines += stage_ == Stage::kServing ? "READY=1\n" : "STOPPING=1\n";
  if (status_ != told_status_) lines += fmt::format("STATUS={}\n", status_);
  if (stage_ == Stage::kStarting && is_alive)
    lines += fmt::format("EXTEND_TIMEOUT_USEC={}\n", kExtensionMs * 1000);
  // A stop has a time limit of its own, and loops that end.
  if (watchdog_ms_ > 0 && (stage_ == Stage::kStopping || (stage_ == Stage::kServing && is_alive)))
    lines += "WATCHDOG=1\n";
  if (lines.empty()) return lines;
  told_stage_ = stage_;
  told_status_ = status_;
  told_ms_ = now_ms;
  return lines;
}

// Four signs of life within the time that one is wanted in.
int64_t ServiceState::pause_ms() const {
  if (watchdog_ms_ <= 0) return kPauseMs;
  return std::clamp<int64_t>(watchdog_ms_ / 4, 1, kPauseMs);
}

}  // namespace klamm::broker
