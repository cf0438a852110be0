#include "broker/controller_registration.h"

#include <fmt/core.h>

#include <utility>

#include "broker/metadata/cluster_image.h"
#include "broker/registration_parts.h"
#include "security/log_text.h"

namespace klamm::broker {
namespace {

using protocol::ControllerRegistrationRequest;
using protocol::ControllerRegistrationResponse;
using protocol::ErrorCode;

// Kafka's backoff.
constexpr RequestTurns::Timing kTiming{ControllerRegistrar::kPatienceMs, 100, 120'000, 2};
constexpr int64_t kReplacedMs = 1'000;

}  // namespace

ControllerRegistrar::ControllerRegistrar(ControllerIdentity identity, Random& random)
    : identity_(std::move(identity)), turns_(kTiming, random) {}

RegistrarOutput ControllerRegistrar::on_metadata(const ClusterImage& image, int64_t now_ms) {
  const Place place = place_in(image);
  const Place before = std::exchange(place_, place);
  if (place == before) return finish(now_ms);
  if (place == Place::kRegistered) say(LogLevel::kInfo, "The metadata log has the registration.");
  if (place == Place::kUnsupported) {
    say(LogLevel::kInfo, "It is registered when metadata.version is at least 3.7-IV0.");
  }
  if (place != Place::kMissing) return finish(now_ms);
  if (before == Place::kRegistered) {
    say(LogLevel::kWarn, "The registration was replaced by another one: two processes have this node.id.");
    turns_.speak(now_ms + kReplacedMs);
  } else {
    turns_.speak(now_ms);
  }
  return finish(now_ms);
}

RegistrarOutput ControllerRegistrar::on_controller_found(int64_t now_ms) {
  turns_.controller_found(now_ms);
  return finish(now_ms);
}

RegistrarOutput ControllerRegistrar::on_answer(uint64_t number, const Answer& answer, int64_t now_ms) {
  if (!turns_.end(number)) return finish(now_ms);
  std::visit([&](const auto& told) { after(told, now_ms); }, answer);
  return finish(now_ms);
}

RegistrarOutput ControllerRegistrar::tick(int64_t now_ms) { return finish(now_ms); }

std::optional<int64_t> ControllerRegistrar::next_deadline_ms() const { return turns_.next_deadline_ms(); }

ControllerRegistrar::Place ControllerRegistrar::place_in(const ClusterImage& image) const {
  const auto version = image.features().metadata_version();
  if (!version || !version->has_controller_registration()) return Place::kUnsupported;
  const ControllerImage* known = image.brokers().find_controller(identity_.id);
  const bool is_ours = known != nullptr && known->incarnation_id == identity_.incarnation_id;
  return is_ours ? Place::kRegistered : Place::kMissing;
}

RegistrarOutput ControllerRegistrar::finish(int64_t now_ms) {
  if (turns_.give_up(now_ms)) after(NoAnswer{"it has not come in time"}, now_ms);
  if (place_ != Place::kMissing) turns_.rest();
  if (turns_.is_due(now_ms)) {
    RegistrarRequest& request = output_.request.emplace();
    request.number = turns_.begin(now_ms);
    request.deadline_ms = turns_.deadline_ms();
    request.message = registration();
  }
  return std::exchange(output_, {});
}

void ControllerRegistrar::after(const ControllerRegistrationResponse& response, int64_t now_ms) {
  const auto code = static_cast<ErrorCode>(response.error_code);
  if (code == ErrorCode::kNone) {
    complaint_.clear();
    return turns_.after_success(now_ms, kPatienceMs);
  }
  complain(LogLevel::kWarn,
           fmt::format("The controller does not register it: {} ({}) {}", name_of(code), response.error_code,
                       security::quoted(response.error_message.value_or(""))));
  turns_.after_silence(now_ms);  // the backoff grows with refusals, too
}

void ControllerRegistrar::after(const NoAnswer& none, int64_t now_ms) {
  // A quorum that has only begun has no controller yet.
  complain(LogLevel::kInfo, fmt::format("There is no answer of a controller: {}", none.why));
  turns_.after_silence(now_ms);
}

ControllerRegistrationRequest ControllerRegistrar::registration() const {
  ControllerRegistrationRequest request;
  request.controller_id = identity_.id.value;
  request.incarnation_id = identity_.incarnation_id;
  add_listeners_and_features(identity_.endpoints, request);
  return request;
}

void ControllerRegistrar::say(LogLevel level, std::string text) {
  output_.log.push_back({level, fmt::format("[ControllerRegistrationManager id={} incarnation={}] {}",
                                            identity_.id.value, identity_.incarnation_id.to_string(), text)});
}

// Once, however often it happens in a row.
void ControllerRegistrar::complain(LogLevel level, std::string text) {
  if (text == complaint_) return;
  complaint_ = std::move(text);
  say(level, complaint_);
}

}  // namespace klamm::broker
