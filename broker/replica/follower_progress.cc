#include "broker/replica/follower_progress.h"

#include <algorithm>

#include "base/mutants.h"
#include "broker/metadata/brokers_image.h"

namespace klamm::broker {

void FollowerProgress::follow(const BrokersImage& brokers) {
  const BrokerImage* broker = brokers.find(id_);
  registered_epoch_ = broker == nullptr ? -1 : broker->epoch;
  fenced_ = broker == nullptr || broker->fenced;
  shuts_down_ = broker != nullptr && broker->in_controlled_shutdown;
}

void FollowerProgress::set_lost(bool lost) {
  if (lost && !lost_) {
    position_ = {kNoOffset};
    last_leader_end_ = kNoOffset;
    last_fetch_ms_ = last_caught_up_ms_ = kNever;
    was_given_ = false;
  }
  lost_ = lost;
}

// Who begins a fetch at the leader's end has all of the log at that time. Who begins it where the leader's
// end was at the fetch before had all of it then: otherwise nobody could be in sync with a leader that is
// written to all the time.
void FollowerProgress::on_fetch(const FollowerFetch& fetch) {
  int64_t caught_up_ms = kNever;
  if (fetch.position.offset >= fetch.leader_end) {
    caught_up_ms = fetch.time_ms;
  } else if (fetch.position.offset >= last_leader_end_) {
    caught_up_ms = last_fetch_ms_;
  }
  last_caught_up_ms_ = std::max(last_caught_up_ms_, caught_up_ms);
  last_leader_end_ = std::max(last_leader_end_, fetch.leader_end);
  last_fetch_ms_ = fetch.time_ms;
  const bool is_again = was_given_ && fetch.given && fetch.position.offset == position_.offset;
  asked_again_ = is_again ? asked_again_ + 1 : 0;
  was_given_ = fetch.given;
  position_ = fetch.position;
  log_start_ = fetch.log_start;
  broker_epoch_ = fetch.broker_epoch;
}

bool FollowerProgress::is_earlier_life(int64_t broker_epoch) const {
  if constexpr (mutant::kStaleEpochJoins) return false;
  return broker_epoch != -1 && broker_epoch < std::max(registered_epoch_, this->broker_epoch());
}

bool FollowerProgress::is_caught_up(Offset leader_end, int64_t now_ms, int64_t lag_time_max_ms) const {
  return end() == leader_end || now_ms - last_caught_up_ms_ <= lag_time_max_ms;
}

bool FollowerProgress::is_eligible() const {
  if (!mutant::kFencedJoins && (fenced_ || shuts_down_)) return false;
  if (lost_ || !broker_epoch_) return false;
  if constexpr (mutant::kStaleEpochJoins) return true;
  return *broker_epoch_ == -1 || *broker_epoch_ == registered_epoch_;
}

}  // namespace klamm::broker
