#include "broker/controller/broker_sessions.h"

#include <algorithm>

#include "base/check.h"

namespace klamm::broker {

void BrokerSessions::take_over(const BrokersImage& brokers, int64_t now_ms) {
  sessions_.clear();
  follow(brokers, now_ms);
}

void BrokerSessions::follow(const BrokersImage& brokers, int64_t now_ms) {
  std::erase_if(sessions_, [&](const auto& entry) {
    const BrokerImage* broker = brokers.find(entry.first);
    return broker == nullptr || broker->epoch != entry.second.epoch;
  });
  for (const auto& [id, broker] : brokers.brokers()) {
    if (!broker.fenced && !sessions_.contains(id)) sessions_[id] = {broker.epoch, now_ms};
  }
}

void BrokerSessions::contact(const BrokersImage& brokers, NodeId id, int64_t epoch, int64_t now_ms) {
  const BrokerImage* broker = brokers.find(id);
  if (broker == nullptr || broker->epoch != epoch) return;
  if (find(id, epoch) == nullptr) sessions_[id] = {epoch, now_ms};
  Session& session = *find(id, epoch);
  session.contact_ms = std::max(session.contact_ms, now_ms);
}

void BrokerSessions::reached(NodeId id, int64_t epoch, Offset metadata_offset) {
  if (Session* session = find(id, epoch)) session->metadata_offset = metadata_offset;
}

void BrokerSessions::shut_down_at(NodeId id, int64_t epoch, Offset offset) {
  CHECK(offset >= Offset{0});
  Session* session = find(id, epoch);
  if (session == nullptr || session->controlled_shutdown_offset != kNoOffset) return;
  session->controlled_shutdown_offset = offset;
}

void BrokerSessions::end(NodeId id, int64_t epoch) {
  if (find(id, epoch) != nullptr) sessions_.erase(id);
}

void BrokerSessions::fenced(NodeId id, int64_t epoch) {
  if (Session* session = find(id, epoch)) session->controlled_shutdown_offset = kNoOffset;
}

bool BrokerSessions::is_alive(NodeId id, int64_t epoch, int64_t now_ms) const {
  const Session* session = find(id, epoch);
  return session != nullptr && !is_over(*session, now_ms);
}

std::optional<Offset> BrokerSessions::controlled_shutdown_offset(NodeId id, int64_t epoch) const {
  const Session* session = find(id, epoch);
  if (session == nullptr || session->controlled_shutdown_offset == kNoOffset) return std::nullopt;
  return session->controlled_shutdown_offset;
}

std::optional<Offset> BrokerSessions::lowest_active_offset(const BrokersImage& brokers) const {
  std::optional<Offset> lowest;
  for (const auto& [id, broker] : brokers.brokers()) {
    if (broker.fenced || controlled_shutdown_offset(id, broker.epoch)) continue;
    const Session* session = find(id, broker.epoch);
    const Offset reached = session == nullptr ? kNoOffset : session->metadata_offset;
    lowest = std::min(lowest.value_or(reached), reached);
  }
  return lowest;
}

std::optional<NodeId> BrokerSessions::expired(const BrokersImage& brokers, int64_t now_ms) const {
  std::optional<NodeId> longest;
  int64_t longest_contact_ms = INT64_MAX;
  for (const auto& [id, broker] : brokers.brokers()) {
    const Session* session = broker.fenced ? nullptr : find(id, broker.epoch);
    if (session == nullptr || !is_over(*session, now_ms)) continue;
    if (session->contact_ms >= longest_contact_ms) continue;
    longest_contact_ms = session->contact_ms;
    longest = id;
  }
  return longest;
}

std::optional<int64_t> BrokerSessions::next_deadline_ms(const BrokersImage& brokers) const {
  std::optional<int64_t> next;
  for (const auto& [id, broker] : brokers.brokers()) {
    const Session* session = broker.fenced ? nullptr : find(id, broker.epoch);
    if (session == nullptr) continue;
    const int64_t over_at_ms = session->contact_ms + session_timeout_ms_ + 1;
    next = std::min(next.value_or(over_at_ms), over_at_ms);
  }
  return next;
}

const BrokerSessions::Session* BrokerSessions::find(NodeId id, int64_t epoch) const {
  auto at = sessions_.find(id);
  return at == sessions_.end() || at->second.epoch != epoch ? nullptr : &at->second;
}

BrokerSessions::Session* BrokerSessions::find(NodeId id, int64_t epoch) {
  auto at = sessions_.find(id);
  return at == sessions_.end() || at->second.epoch != epoch ? nullptr : &at->second;
}

// A session lasts its whole timeout: it is over in the millisecond behind.
bool BrokerSessions::is_over(const Session& session, int64_t now_ms) const {
  return now_ms - session.contact_ms > session_timeout_ms_;
}

}  // namespace klamm::broker
