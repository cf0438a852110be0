#include "broker/controller_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/logging.h"
#include "broker/not_controller.h"

namespace klamm::broker {
namespace {

using What = ControllerFailure::What;

bool is_same_place(const ControllerNode& a, const ControllerNode& b) {
  return a.id == b.id && a.host == b.host && a.port == b.port;
}

}  // namespace

ControllerClient::ControllerClient(Loop& loop, MakePeer make_peer, Settings settings)
    : loop_(loop), make_peer_(std::move(make_peer)), settings_(std::move(settings)) {
  CHECK(settings_.in_flight_max > 0);
}

ControllerClient::~ControllerClient() {
  disconnect();
  cancel(retry_timer_);
  for (auto& [id, held] : held_) cancel(held.timer);
}

void ControllerClient::on_leader(std::optional<ControllerNode> leader) {
  if (leader == leader_) return;
  leader_ = std::move(leader);
  retry_at_ms_ = kAtOnce;
  cancel(retry_timer_);
  if (is_at_leader()) {
    cancel(leave_timer_);
  } else if (leader_ && in_flight_ > 0 && leave_timer_ == TimerId::kNone) {
    leave_timer_ = loop_.call_at(loop_.now_ms() + settings_.leave_ms, [this] { leave(); });
  }
  pump();
}

void ControllerClient::send(ControllerRequest request, Answered answered) {
  if (is_stopped_) return refuse(std::move(answered), What::kStopped, "this node stops");
  if (held_.size() >= settings_.held_max) {
    return refuse(std::move(answered), What::kTooMany,
                  fmt::format("{} requests wait for the controller already", held_.size()));
  }
  const uint64_t id = next_id_++;
  const int64_t deadline_ms = request.deadline_ms;
  Held& held = held_.emplace(id, Held{std::move(request), std::move(answered)}).first->second;
  if (deadline_ms != ControllerRequest::kNever) {
    held.timer = loop_.call_at(deadline_ms, [this, id] { expire(id); });
  }
  pump();
}

void ControllerClient::stop() {
  is_stopped_ = true;
  disconnect();
  cancel(retry_timer_);
  auto all = std::exchange(held_, {});
  for (auto& [id, held] : all) cancel(held.timer);
  for (auto& [id, held] : all) {
    held.answered(Error{ControllerFailure{What::kStopped, "this node stops"}});
  }
}

bool ControllerClient::is_at_leader() const { return leader_ && at_ && is_same_place(*leader_, *at_); }

// Whether there is somebody to send to. Who leads no more is not left while an answer of his is waited for:
// what is behind it would overtake it.
bool ControllerClient::connect() {
  if (is_at_leader()) return true;
  if (!leader_ || in_flight_ > 0) return false;
  disconnect();
  LOG_INFO("[{}] the controller is node {} at {}:{} from now on", settings_.name, leader_->id.value,
           leader_->host, leader_->port);
  at_ = leader_;
  peer_ = make_peer_(*at_);
  return true;
}

void ControllerClient::pump() {
  if (is_stopped_ || held_.empty() || loop_.now_ms() < retry_at_ms_ || !connect()) return;
  for (auto& [id, held] : held_) {
    if (in_flight_ >= settings_.in_flight_max) return;
    if (!held.is_in_flight && held.request.deadline_ms > loop_.now_ms()) attempt(id, held);
  }
}

void ControllerClient::attempt(uint64_t id, Held& held) {
  held.is_in_flight = true;
  ++in_flight_;
  PeerRequest request;
  request.key = held.request.key;
  request.version_min = held.request.version_min;
  request.version_max = held.request.version_max;
  // A request stays here while a peer has it.
  request.encode = [this, id](int16_t version, Bytes& out) {
    const auto found = held_.find(id);
    CHECK(found != held_.end() && found->second.is_in_flight);
    found->second.request.encode(version, out);
  };
  request.deadline_ms = std::min(held.request.deadline_ms, loop_.now_ms() + settings_.attempt_timeout_ms);
  peer_->send(std::move(request), [this, id](auto result) { on_attempt(id, std::move(result)); });
}

void ControllerClient::on_attempt(uint64_t id, Result<PeerAnswer, PeerFailure> result) {
  const auto found = held_.find(id);
  CHECK(found != held_.end() && found->second.is_in_flight);
  CHECK(in_flight_ > 0);
  --in_flight_;
  found->second.is_in_flight = false;
  const ControllerRequest& request = found->second.request;
  if (!result) {
    if (result.error().what != PeerFailure::What::kUnsupportedVersion) return retry(id, result.error().why);
    return finish(id, Error{ControllerFailure{What::kUnsupportedVersion, result.error().why}});
  }
  if (request.retries && says_not_controller(request.key, result->version, result->body)) {
    return retry(id, "it is not the active controller");
  }
  finish(id, std::move(*result));
}

void ControllerClient::retry(uint64_t id, const std::string& why) {
  Held& held = held_.at(id);
  held.why = fmt::format("node {}: {}", at_->id.value, why);
  if (held.request.deadline_ms <= loop_.now_ms()) return finish(id, Error{late(held)});
  if (!held.request.retries) return finish(id, Error{ControllerFailure{What::kLost, held.why}});
  if (is_at_leader() && retry_timer_ == TimerId::kNone) {
    retry_at_ms_ = loop_.now_ms() + settings_.retry_backoff_ms;
    retry_timer_ = loop_.call_at(retry_at_ms_, [this] {
      retry_timer_ = TimerId::kNone;
      pump();
    });
  }
  pump();
}

void ControllerClient::finish(uint64_t id, Result<PeerAnswer, ControllerFailure> result) {
  auto held = held_.extract(id);
  CHECK(!held.empty());
  cancel(held.mapped().timer);
  pump();
  held.mapped().answered(std::move(result));
}

void ControllerClient::expire(uint64_t id) {
  const auto found = held_.find(id);
  CHECK(found != held_.end());
  found->second.timer = TimerId::kNone;
  // Its peer has been told the same deadline.
  if (!found->second.is_in_flight) finish(id, Error{late(found->second)});
}

ControllerFailure ControllerClient::late(const Held& held) const {
  if (!held.why.empty()) return {What::kTimedOut, held.why};
  if (!leader_) return {What::kTimedOut, "no active controller is known"};
  return {What::kTimedOut, "requests before it wait for the controller"};
}

void ControllerClient::refuse(Answered answered, What what, std::string why) {
  loop_.post([answered = std::move(answered), failure = ControllerFailure{what, std::move(why)}]() mutable {
    answered(Error{std::move(failure)});
  });
}

// Another leads, and at_ has had time to answer: it is not heard any more.
void ControllerClient::leave() {
  leave_timer_ = TimerId::kNone;
  const std::string why = fmt::format("node {}: it leads no more, and does not answer", at_->id.value);
  disconnect();
  std::vector<Held> lost;
  for (auto each = held_.begin(); each != held_.end();) {
    Held& held = each->second;
    const bool was_in_flight = std::exchange(held.is_in_flight, false);
    if (was_in_flight) held.why = why;
    // The timer of one whose deadline comes right now has been already.
    const bool is_over = !held.request.retries || held.request.deadline_ms <= loop_.now_ms();
    if (!was_in_flight || !is_over) {
      ++each;
      continue;
    }
    cancel(held.timer);
    lost.push_back(std::move(held));
    each = held_.erase(each);
  }
  pump();
  for (Held& held : lost) {
    const bool is_late = held.request.deadline_ms <= loop_.now_ms();
    held.answered(Error{ControllerFailure{is_late ? What::kTimedOut : What::kLost, why}});
  }
}

void ControllerClient::disconnect() {
  cancel(leave_timer_);
  peer_.reset();
  at_.reset();
  in_flight_ = 0;
}

void ControllerClient::cancel(TimerId& timer) {
  if (timer != TimerId::kNone) loop_.cancel(std::exchange(timer, TimerId::kNone));
}

}  // namespace klamm::broker
