// What BrokerLifecycle says to the controller, and what it makes of the answers.
#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "broker/broker_lifecycle.h"
#include "broker/refused_broker.h"
#include "broker/registration_parts.h"

namespace klamm::broker {
namespace {

using protocol::BrokerHeartbeatRequest;
using protocol::BrokerHeartbeatResponse;
using protocol::BrokerRegistrationRequest;
using protocol::BrokerRegistrationResponse;
using protocol::ErrorCode;
using State = BrokerState;

// Kafka's: where there is nothing to recover, a broker starts that much sooner; and a shutdown that the
// controller has only just heard of may be over soon.
constexpr int64_t kSoonMs = 10;
constexpr int64_t kFirstShutdownHeartbeatMs = 50;

}  // namespace

// --- requests ---

void BrokerLifecycle::send(int64_t now_ms) {
  LifecycleRequest request;
  request.number = turns_.begin(now_ms);
  request.deadline_ms = turns_.deadline_ms();
  asked_ = {};
  if (registered_) {
    BrokerHeartbeatRequest beat = heartbeat();
    asked_ = {true, beat.want_shut_down, beat.offline_log_dirs};
    asked_to_be_unfenced_ = asked_to_be_unfenced_ || !beat.want_fence;
    request.message = std::move(beat);
  } else {
    request.message = registration();
  }
  output_.request = std::move(request);
}

// All directories, the failed ones too: if the controller found one missing here, it would not look for its
// partitions when a heartbeat says that it has failed.
BrokerRegistrationRequest BrokerLifecycle::registration() const {
  BrokerRegistrationRequest request;
  request.broker_id = identity_.id.value;
  request.cluster_id = identity_.cluster_id;
  request.incarnation_id = identity_.incarnation_id;
  add_listeners_and_features(identity_.endpoints, request);
  request.rack.reset();
  if (identity_.rack) request.rack = *identity_.rack;
  request.log_dirs = identity_.directories;
  request.previous_broker_epoch = identity_.previous_epoch;
  return request;
}

BrokerHeartbeatRequest BrokerLifecycle::heartbeat() const {
  BrokerHeartbeatRequest request;
  request.broker_id = identity_.id.value;
  request.broker_epoch = epoch_;
  request.current_metadata_offset = applied_.value;
  request.want_fence = !ready_ || state_ == State::kStarting;
  request.want_shut_down = state_ == State::kPendingControlledShutdown;
  for (const auto& [directory, deadline_ms] : failed_directories_) {
    request.offline_log_dirs.push_back(directory);
  }
  if (tells_of_cordoned()) request.cordoned_log_dirs = cordoned_;
  return request;
}

// Before it has caught up, the settings may be old ones.
bool BrokerLifecycle::tells_of_cordoned() const { return cordons_directories_ && state_ > State::kStarting; }

// --- answers ---

void BrokerLifecycle::after(const BrokerRegistrationResponse& response, int64_t now_ms) {
  CHECK(!asked_.is_heartbeat);
  const auto code = static_cast<ErrorCode>(response.error_code);
  if (!is_heard(code, now_ms)) return;
  if (code != ErrorCode::kNone) {
    complain(LogLevel::kWarn, fmt::format("The controller does not register broker {}: {}",
                                          identity_.id.value, describe_refusal(code)));
    return turns_.after_refusal(now_ms, times_.heartbeat_interval_ms);
  }
  clear_complaint();
  epoch_ = response.broker_epoch;
  registered_ = ever_registered_ = true;
  output_.registered = epoch_;
  say(LogLevel::kInfo,
      fmt::format("Successfully registered broker {} with broker epoch {}", identity_.id.value, epoch_));
  turns_.after_success(now_ms, 0);
}

void BrokerLifecycle::after(const BrokerHeartbeatResponse& response, int64_t now_ms) {
  CHECK(asked_.is_heartbeat);
  const auto code = static_cast<ErrorCode>(response.error_code);
  if (!is_heard(code, now_ms)) return;
  if (code != ErrorCode::kNone) return after_refused_heartbeat(code, now_ms);
  clear_complaint();
  for (const Uuid& directory : asked_.failed_directories) failed_directories_[directory].reset();
  after_good_heartbeat(response, now_ms);
}

// Nothing is known of a controller, or of what it has done.
void BrokerLifecycle::after(const NoAnswer& none, int64_t now_ms) {
  complain(waits_for_first_registration() ? LogLevel::kInfo : LogLevel::kWarn,
           fmt::format("There is no answer of a controller: {}", none.why));
  is_answered_ = false;
  turns_.after_silence(now_ms);
}

bool BrokerLifecycle::is_heard(ErrorCode code, int64_t now_ms) {
  if (code == ErrorCode::kNotController) {
    after(NoAnswer{"the node that was asked is not the active one"}, now_ms);
    return false;
  }
  heard_ms_ = now_ms;
  is_answered_ = true;
  return true;
}

void BrokerLifecycle::after_good_heartbeat(const BrokerHeartbeatResponse& response, int64_t now_ms) {
  int64_t delay_ms = times_.heartbeat_interval_ms;
  if (state_ == State::kStarting && response.is_caught_up) {
    enter(State::kRecovery);
    output_.caught_up = true;
    delay_ms = kSoonMs;
  } else if (state_ == State::kStarting && applied_.value >= epoch_) {
    // Kafka's controller waits for the record of a registration that was sent twice, whose offset nobody is
    // told.
    delay_ms = kSoonMs;
  } else if (state_ == State::kRecovery && ready_ && !response.is_fenced) {
    enter(State::kRunning);
    fenced_ = false;
    output_.fenced = false;
  } else if (state_ == State::kPendingControlledShutdown && response.should_shut_down) {
    say(LogLevel::kInfo, "The controller lets the broker go.");
    return end();
  } else if (asked_.want_shut_down && !std::exchange(shutdown_answered_, true)) {
    delay_ms = std::min(kFirstShutdownHeartbeatMs, delay_ms);
  }
  turns_.after_success(now_ms, delay_ms);
}

void BrokerLifecycle::after_refused_heartbeat(ErrorCode code, int64_t now_ms) {
  complain(LogLevel::kWarn,
           fmt::format("The controller refuses a heartbeat of broker {} in broker epoch {}: {}",
                       identity_.id.value, epoch_, describe_refusal(code)));
  const bool is_stranger = code == ErrorCode::kStaleBrokerEpoch || code == ErrorCode::kBrokerIdNotRegistered;
  // It leads nothing that the controller knows of.
  if (is_stranger && state_ == State::kPendingControlledShutdown) return end();
  turns_.after_refusal(now_ms, times_.heartbeat_interval_ms);
}

}  // namespace klamm::broker
