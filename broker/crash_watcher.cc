#include "broker/crash_watcher.h"

#include <utility>

#include "protocol/messages/api_versions_request.h"

namespace klamm::broker {
namespace {

// For an answer to come, be it over a connection that is only being made.
constexpr int64_t kPatienceMs = 10'000;

// What every broker answers to everybody. In its oldest version, which says nothing.
PeerRequest question(int64_t now_ms) {
  return {.key = protocol::ApiVersionsRequest::kKey,
          .version_min = 0,
          .version_max = 0,
          .encode = [](int16_t, Bytes&) {},
          .deadline_ms = now_ms + kPatienceMs};
}

}  // namespace

CrashWatcher::CrashWatcher(Uses uses, CrashWatch::Brokers brokers)
    : uses_(std::move(uses)), watch_(std::move(brokers), uses_.loop.now_ms()) {
  go_on();
}

CrashWatcher::~CrashWatcher() {
  if (timer_ != TimerId::kNone) uses_.loop.cancel(timer_);
}

void CrashWatcher::follow(const CrashWatch::Brokers& brokers) {
  for (const NodeId id : watch_.follow(brokers, uses_.loop.now_ms())) peers_.erase(id);
  go_on();
}

void CrashWatcher::go_on() {
  for (const NodeId id : watch_.take_due(uses_.loop.now_ms())) attempt(id);
  if (timer_ != TimerId::kNone) uses_.loop.cancel(std::exchange(timer_, TimerId::kNone));
  const auto deadline_ms = watch_.next_deadline_ms();
  if (!deadline_ms) return;
  timer_ = uses_.loop.call_at(*deadline_ms, [this] {
    timer_ = TimerId::kNone;
    go_on();
  });
}

void CrashWatcher::attempt(NodeId id) {
  std::unique_ptr<Peer>& peer = peers_[id];
  if (peer == nullptr) {
    peer = uses_.connect(id, watch_.find(id)->address);
    peer->on_disconnect([this, id] { on_closed(id); });
  }
  peer->send(question(uses_.loop.now_ms()),
             [this, id](Result<PeerAnswer, PeerFailure> answer) { on_answer(id, answer); });
}

void CrashWatcher::on_answer(NodeId id, const Result<PeerAnswer, PeerFailure>& answer) {
  using What = PeerFailure::What;
  const int64_t now_ms = uses_.loop.now_ms();
  // It has told its versions before, as a connection was made.
  if (answer || answer.error().what == What::kUnsupportedVersion) return watch_.on_connected(id, now_ms);
  switch (answer.error().what) {
    case What::kClosed:
      return on_closed(id);
    case What::kRefused:
      if (const auto crash = watch_.on_refused(id, now_ms)) {
        go_on();
        return uses_.on_crash(*crash);
      }
      break;
    case What::kTimedOut:
      // Whatever there is of a connection, nothing was heard over it.
      peers_.erase(id);
      watch_.on_failed(id, now_ms);
      break;
    default:
      watch_.on_failed(id, now_ms);
  }
  go_on();
}

// The next attempt is another peer's: the one that was connected would wait for its backoff first.
void CrashWatcher::on_closed(NodeId id) {
  peers_.erase(id);
  watch_.on_closed(id, uses_.loop.now_ms());
  go_on();
}

CrashWatch::Brokers brokers_to_watch(const BrokersImage& brokers, const BrokerSessions& sessions, NodeId self,
                                     std::string_view listener,
                                     const std::function<bool(const EndpointImage&)>& can_enter) {
  CrashWatch::Brokers watched;
  for (const auto& [id, broker] : brokers.brokers()) {
    if (id == self || broker.fenced || broker.in_controlled_shutdown) continue;
    if (sessions.controlled_shutdown_offset(id, broker.epoch)) continue;
    const EndpointImage* endpoint = broker.endpoint(listener);
    if (endpoint == nullptr || !can_enter(*endpoint)) continue;
    watched[id] = {broker.epoch, {endpoint->host, endpoint->port}};
  }
  return watched;
}

}  // namespace klamm::broker
