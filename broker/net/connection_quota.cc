// What a connection does about its client's quotas (KIP-13, KIP-124, KIP-219).
#include <algorithm>

#include "broker/net/connection.h"

namespace klamm::broker::net {
namespace {

constexpr int16_t kProduceKey = 0;

}  // namespace

// Charges the client with the request that is answered now, and holds it back where that, or what the
// answer says already, was too much. As in Kafka, a replica's Fetch is not charged, nor a Produce that
// wants no answer for its time.
void Connection::heed_quotas(const metrics::ReplyMark& mark, Response& response) {
  const bool is_of_replica = response.mark.kind == metrics::RequestKind::kFetchFollower;
  is_replica_ = is_replica_ || is_of_replica;
  int32_t throttle_ms = response.throttle_ms;
  if (const auto& quota = quota_.last(); quota != nullptr && !is_of_replica) {
    ClientQuota::Use use{.is_produce = mark.key == kProduceKey, .size = mark.request_size};
    if (!response.silent) use.time_us = mark.handled_us - mark.begun_us;
    throttle_ms = std::max(throttle_ms, quota->charge(use, loop_->now_ms()));
  }
  if (throttle_ms <= 0 || response.close) return;
  if (throttle_ms > response.throttle_ms) response.set_throttle(throttle_ms);
  hold_back(throttle_ms);
}

// From now on; several answers that come together hold the client back until the last of their times is over.
void Connection::hold_back(int32_t ms) {
  const int64_t until_ms = loop_->now_ms() + ms;
  if (mute_ != TimerId::kNone && until_ms <= held_back_until_ms_) return;
  loop_->cancel(mute_);
  held_back_until_ms_ = until_ms;
  mute_ = loop_->call_at(until_ms, [this] {
    const auto self = shared_from_this();
    mute_ = TimerId::kNone;
    turn();
  });
}

}  // namespace klamm::broker::net
