// ShardRounds: walks what the groups' shards of this node hold, a bounded number of things of each in a
// round, so that no turn of a shard takes long, whatever there is. What a round has gathered is taken before
// the next one begins, so that no more of it is held.
#pragma once

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "broker/group_coordinator.h"

namespace klamm::broker::scrape {

// `Thing` is copied out of the shards. `Place` says from where on a shard is still to be walked.
template <class Thing, class Place>
class ShardRounds {
 public:
  // In the shard's turn: adds to `things` what stands behind `place`, and moves that on; false when that is
  // all.
  using Step = std::function<bool(group::GroupShard& shard, Place& place, std::vector<Thing>& things)>;

  // The coordinator outlives it.
  ShardRounds(GroupCoordinator& coordinator, const Clock& clock, Step step)
      : coordinator_(coordinator), clock_(clock), walk_(std::make_shared<Walk>(std::move(step))) {}

  enum class State { kMore, kWait, kDone };
  // kMore: `things` are of the round that is over, and the next one has begun.
  State take(std::vector<Thing>& things) {
    things.clear();
    if (is_over_) return State::kDone;
    if (!has_begun_) {
      begin_round();
      return State::kWait;
    }
    bool has_more = false;
    {
      absl::MutexLock lock(&walk_->mutex);
      if (!walk_->is_done) return give_up_late();
      things.swap(walk_->things);
      has_more = walk_->has_more;
    }
    if (has_more) {
      begin_round();
    } else {
      is_over_ = true;
    }
    return State::kMore;
  }

 private:
  // A shard that is busy for so long is not waited for.
  static constexpr int64_t kPatienceMs = 5'000;

  struct Walk {
    explicit Walk(Step step_) : step(std::move(step_)) {}

    // Of the round that is under way, which visits one shard after the other.
    const Step step;
    std::map<const group::GroupShard*, std::pair<Place, bool>> places;  // and whether there is more

    absl::Mutex mutex;
    std::vector<Thing> things ABSL_GUARDED_BY(mutex);
    bool has_more ABSL_GUARDED_BY(mutex) = false;
    bool is_done ABSL_GUARDED_BY(mutex) = false;

    void visit(group::GroupShard& shard) {
      auto& [place, has_more_here] = places.try_emplace(&shard, Place(), true).first->second;
      if (!has_more_here) return;
      std::vector<Thing> found;
      has_more_here = step(shard, place, found);
      absl::MutexLock lock(&mutex);
      for (Thing& thing : found) things.push_back(std::move(thing));
      has_more = has_more || has_more_here;
    }
    void end() {
      absl::MutexLock lock(&mutex);
      is_done = true;
    }
  };

  State give_up_late() {
    if (clock_.monotonic_ms() - round_ms_ > kPatienceMs) is_over_ = true;
    return is_over_ ? State::kDone : State::kWait;
  }

  void begin_round() {
    has_begun_ = true;
    round_ms_ = clock_.monotonic_ms();
    {
      absl::MutexLock lock(&walk_->mutex);
      walk_->is_done = false;
      walk_->has_more = false;
    }
    coordinator_.with_each_shard([walk = walk_](GroupCoordinator::Turn turn) { walk->visit(turn.shard); },
                                 [walk = walk_](protocol::ErrorCode) { walk->end(); });
  }

  GroupCoordinator& coordinator_;
  const Clock& clock_;
  const std::shared_ptr<Walk> walk_;
  bool has_begun_ = false;
  bool is_over_ = false;
  int64_t round_ms_ = 0;
};

}  // namespace klamm::broker::scrape
