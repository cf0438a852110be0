#include "broker/broker_lifecycle.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "broker/metadata/cluster_image.h"
#include "broker/refused_broker.h"

namespace klamm::broker {
namespace {

using State = BrokerState;

// Kafka takes the interval alone. With one that is shorter than a commit takes, no answer would ever count.
constexpr int64_t kRequestTimeoutMinMs = 1'000;
constexpr int64_t kBackoffFirstMs = 100;
constexpr int32_t kBackoffJitterPercent = 20;

LifecycleTimes with_sane(LifecycleTimes times) {
  times.heartbeat_interval_ms = std::max<int64_t>(times.heartbeat_interval_ms, 1);
  return times;
}

RequestTurns::Timing timing_of(const LifecycleTimes& times) {
  return {std::max(times.heartbeat_interval_ms, kRequestTimeoutMinMs), kBackoffFirstMs,
          times.heartbeat_interval_ms, kBackoffJitterPercent};
}

}  // namespace

std::string_view name_of(BrokerState state) {
  switch (state) {
    case State::kNotRunning:
      return "NOT_RUNNING";
    case State::kStarting:
      return "STARTING";
    case State::kRecovery:
      return "RECOVERY";
    case State::kRunning:
      return "RUNNING";
    case State::kPendingControlledShutdown:
      return "PENDING_CONTROLLED_SHUTDOWN";
    case State::kShuttingDown:
      return "SHUTTING_DOWN";
  }
  return "UNKNOWN";
}

BrokerLifecycle::BrokerLifecycle(BrokerIdentity identity, const LifecycleTimes& times, Random& random)
    : identity_(std::move(identity)), times_(with_sane(times)), turns_(timing_of(times_), random) {
  std::sort(identity_.directories.begin(), identity_.directories.end());
}

// --- what happens ---

LifecycleOutput BrokerLifecycle::start(int64_t now_ms) {
  if (state_ == State::kShuttingDown) return finish(now_ms);  // a signal was sooner
  CHECK(state_ == State::kNotRunning);
  state_ = State::kStarting;
  registration_deadline_ms_ = now_ms + times_.initial_registration_timeout_ms;
  say(LogLevel::kInfo,
      fmt::format("Incarnation {} of broker {} in cluster {} is now STARTING.",
                  identity_.incarnation_id.to_string(), identity_.id.value, identity_.cluster_id));
  turns_.speak(now_ms);
  return finish(now_ms);
}

LifecycleOutput BrokerLifecycle::tick(int64_t now_ms) { return finish(now_ms); }

LifecycleOutput BrokerLifecycle::on_answer(uint64_t number, const LifecycleAnswer& answer, int64_t now_ms) {
  if (!turns_.end(number)) return finish(now_ms);
  std::visit([&](const auto& told) { after(told, now_ms); }, answer);
  return finish(now_ms);
}

LifecycleOutput BrokerLifecycle::on_controller_found(int64_t now_ms) {
  turns_.controller_found(now_ms);
  if (registered_ && state_ == State::kRunning) turns_.speak(now_ms);
  return finish(now_ms);
}

LifecycleOutput BrokerLifecycle::on_metadata(const ClusterImage& image, int64_t now_ms) {
  const Offset before = applied_;
  applied_ = std::max(applied_, image.last_applied().offset);
  const auto version = image.features().metadata_version();
  cordons_directories_ = version && version->has_cordoned_directories();
  if (!ever_registered_) return finish(now_ms);
  if (before.value < epoch_ && applied_.value >= epoch_) turns_.speak(now_ms);
  const BrokerImage* broker = image.brokers().find(identity_.id);
  if (broker != nullptr && broker->epoch == epoch_) {
    follow_registration(*broker, version && version->has_directory_assignment(), now_ms);
    follow_fencing(broker->fenced, now_ms);
  }
  return finish(now_ms);
}

LifecycleOutput BrokerLifecycle::ready_to_unfence(int64_t now_ms) {
  CHECK(!ready_);
  ready_ = true;
  if (state_ == State::kRecovery) turns_.speak(now_ms);
  return finish(now_ms);
}

LifecycleOutput BrokerLifecycle::on_directory_failed(const Uuid& directory, int64_t now_ms) {
  const auto deadline_ms = now_ms + times_.directory_failure_timeout_ms;
  const bool is_new = failed_directories_.try_emplace(directory, deadline_ms).second;
  if (is_new && registered_) turns_.speak(now_ms);
  return finish(now_ms);
}

LifecycleOutput BrokerLifecycle::on_cordoned(std::vector<Uuid> directories, int64_t now_ms) {
  std::sort(directories.begin(), directories.end());
  if (directories == cordoned_) return finish(now_ms);
  cordoned_ = std::move(directories);
  if (registered_ && tells_of_cordoned()) turns_.speak(now_ms);
  return finish(now_ms);
}

LifecycleOutput BrokerLifecycle::begin_controlled_shutdown(int64_t now_ms) {
  if (state_ == State::kPendingControlledShutdown) {
    say(LogLevel::kInfo, "The controlled shutdown is already under way.");
  } else if (state_ == State::kRunning || (state_ == State::kRecovery && asked_to_be_unfenced_)) {
    enter(State::kPendingControlledShutdown);
    shutdown_deadline_ms_ = now_ms + times_.controlled_shutdown_timeout_ms;
    heard_ms_ = now_ms;
    registered_ = true;  // a registration that was to be amended does not matter any more
    turns_.speak(now_ms);
  } else if (state_ != State::kShuttingDown) {
    say(LogLevel::kInfo,
        fmt::format("There is no controlled shutdown because the broker is in state {}.", name_of(state_)));
    end();
  }
  return finish(now_ms);
}

LifecycleOutput BrokerLifecycle::shut_down(int64_t now_ms) {
  if (state_ != State::kShuttingDown) end();
  return finish(now_ms);
}

// --- time ---

LifecycleOutput BrokerLifecycle::finish(int64_t now_ms) {
  check_deadlines(now_ms);
  if (turns_.is_due(now_ms)) send(now_ms);
  CHECK(state_ != State::kShuttingDown || !output_.request);
  return std::exchange(output_, {});
}

std::optional<int64_t> BrokerLifecycle::next_deadline_ms() const {
  std::optional<int64_t> next = turns_.next_deadline_ms();
  auto consider = [&](int64_t deadline_ms) { next = std::min(next.value_or(deadline_ms), deadline_ms); };
  if (waits_for_first_registration()) consider(registration_deadline_ms_);
  if (is_alive()) {
    for (const auto& [directory, deadline_ms] : failed_directories_) {
      if (deadline_ms) consider(*deadline_ms);
    }
  }
  if (state_ == State::kPendingControlledShutdown) {
    consider(shutdown_deadline_ms_);
    consider(heard_ms_ + times_.session_timeout_ms);
  }
  return next;
}

void BrokerLifecycle::check_deadlines(int64_t now_ms) {
  if (turns_.give_up(now_ms)) after(NoAnswer{"it has not come in time"}, now_ms);
  if (waits_for_first_registration() && now_ms >= registration_deadline_ms_) {
    output_.fatal = fmt::format(
        "broker {} could not register with the controller quorum within {} ms "
        "(initial.broker.registration.timeout.ms). {}{}{}",
        identity_.id.value, times_.initial_registration_timeout_ms,
        complaint_.empty() ? "There is no answer of a controller" : complaint_, is_answered_ ? "" : ". ",
        is_answered_ ? "" : kNoControllerRemedy);
    end();
  }
  check_directories(now_ms);
  check_shutdown(now_ms);
}

void BrokerLifecycle::check_directories(int64_t now_ms) {
  if (!is_alive()) return;
  for (auto& [directory, deadline_ms] : failed_directories_) {
    if (!deadline_ms || now_ms < *deadline_ms) continue;
    deadline_ms.reset();
    output_.fatal = fmt::format(
        "log directory {} has failed, and no controller could be told within {} ms "
        "(log.dir.failure.timeout.ms), so that this broker may still count as the leader of what is there. "
        "Look at the disk, and at whether the controllers can be reached",
        directory.to_string(), times_.directory_failure_timeout_ms);
    return;
  }
}

void BrokerLifecycle::check_shutdown(int64_t now_ms) {
  if (state_ != State::kPendingControlledShutdown) return;
  if (now_ms >= shutdown_deadline_ms_) {
    say(LogLevel::kError,
        fmt::format("The controller has not let the broker go within {} ms; it goes anyway.",
                    times_.controlled_shutdown_timeout_ms));
    end();
  } else if (now_ms >= heard_ms_ + times_.session_timeout_ms) {
    say(LogLevel::kWarn,
        fmt::format("There was no controller to let the broker go for {} ms (broker.session.timeout.ms); it "
                    "goes anyway. What it leads has no leader until a controller notices.",
                    times_.session_timeout_ms));
    end();
  }
}

// --- the metadata log ---

void BrokerLifecycle::follow_registration(const BrokerImage& broker, bool has_directories, int64_t now_ms) {
  const bool lacked = std::exchange(lacks_directories_, has_directories && broker.directories.empty());
  if (lacked || !lacks_directories_ || !is_alive()) return;
  say(LogLevel::kInfo,
      "The registration has no directories, which this metadata.version has: it is sent again.");
  registered_ = false;
  turns_.speak(now_ms);
}

void BrokerLifecycle::follow_fencing(bool fenced, int64_t now_ms) {
  if (std::exchange(fenced_in_image_, fenced) == fenced) return;
  if (state_ != State::kRunning || fenced_ == fenced) return;
  fenced_ = fenced;
  output_.fenced = fenced;
  if (!fenced) return say(LogLevel::kInfo, "The controller has unfenced the broker.");
  say(LogLevel::kWarn,
      "The controller has fenced the broker, which it took for dead (broker.session.timeout.ms): others lead "
      "what it led. It asks to be unfenced.");
  turns_.speak(now_ms);
}

// --- states and lines ---

void BrokerLifecycle::enter(State state) {
  CHECK(state > state_);
  say(LogLevel::kInfo, fmt::format("Transitioning from {} to {}.", name_of(state_), name_of(state)));
  state_ = state;
}

void BrokerLifecycle::end() {
  enter(State::kShuttingDown);
  turns_.stop();
  output_.may_stop = true;
}

void BrokerLifecycle::say(LogLevel level, std::string text) {
  output_.log.push_back({level, fmt::format("[BrokerLifecycleManager id={}] {}", identity_.id.value, text)});
}

// Once, however often it happens in a row.
void BrokerLifecycle::complain(LogLevel level, std::string text) {
  if (text == complaint_) return;
  complaint_ = std::move(text);
  say(level, complaint_);
}

void BrokerLifecycle::clear_complaint() {
  if (complaint_.empty()) return;
  complaint_.clear();
  if (ever_registered_) say(LogLevel::kInfo, "The controller answers again.");
}

}  // namespace klamm::broker
