#include "broker/replica/fetch_read.h"

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace klamm::broker {

// What one fetch may read. A topic is asked for once, if its partitions stand together, as clients have them.
class FetchRead::Permission {
 public:
  Permission(const Access& access, bool from_replica)
      : access_(access),
        from_replica_(from_replica),
        replica_allowed_(from_replica && access.allows_cluster(security::AclOperation::kClusterAction)) {}

  // For replicas, which are refused whatever they ask for.
  bool refuses_all() const { return from_replica_ && !replica_allowed_; }
  // `topic` stays where it is until the next call.
  bool reads(std::string_view topic) {
    if (from_replica_) return replica_allowed_;
    if (!asked_ || topic != topic_) {
      asked_ = true;
      topic_ = topic;
      allowed_ = access_.allows(security::AclOperation::kRead, security::ResourceType::kTopic, topic);
    }
    return allowed_;
  }

 private:
  const Access& access_;
  const bool from_replica_;
  const bool replica_allowed_;
  bool asked_ = false;
  std::string_view topic_;
  bool allowed_ = false;
};

void FetchRead::begin(const Terms& terms, std::vector<FetchTarget> targets, const ClusterImage& image,
                      const Access& access) {
  CHECK(slots_.empty());
  terms_ = terms;
  Permission permission(access, terms.from_replica.has_value());
  for (FetchTarget& target : targets) find(slots_.emplace_back(this, std::move(target)), image, permission);
  count(nullptr);
}

// A topic's partitions mostly stand together: they are counted at once.
void FetchRead::count(metrics::TopicStats* topic) {
  if (topic != counted_) {
    if (counted_ != nullptr)
      counted_->add(metrics::TopicCounter::kTotalFetchRequests, counted_partitions_);
    counted_ = topic;
    counted_partitions_ = 0;
  }
  ++counted_partitions_;
}

void FetchRead::clear() {
  slots_.clear();
  size_ = 0;
}

void FetchRead::find(Slot& slot, const ClusterImage& image, Permission& permission) {
  const FetchTarget& target = slot.target;
  const TopicImage* topic =
      target.topic_id.is_zero() ? image.topics().find(target.topic) : image.topics().find(target.topic_id);
  // To consumers it is no secret that there is no topic of some id, but it is of a name.
  if (topic == nullptr && terms_.by_topic_id && !permission.refuses_all()) {
    slot.result.error = ErrorCode::kUnknownTopicId;
    return;
  }
  if (!permission.reads(topic == nullptr ? target.topic : topic->name)) {
    slot.result.error = ErrorCode::kTopicAuthorizationFailed;
    return;
  }
  if (topic == nullptr) {
    slot.result.error = ErrorCode::kUnknownTopicOrPartition;
    return;
  }
  slot.partition = partitions_.find(topic->id, target.partition);
  if (slot.partition == nullptr) {
    bool elsewhere = topic->partition(target.partition) != nullptr;
    slot.result.error = elsewhere ? ErrorCode::kNotLeaderOrFollower : ErrorCode::kUnknownTopicOrPartition;
    return;
  }
  count(slot.partition->topic_stats());
  read(slot);
  send_elsewhere(slot, image);
}

// RackAwareReplicaSelector (KIP-392): whoever is in the leader's rack, or in none where a replica is, stays.
void FetchRead::send_elsewhere(Slot& slot, const ClusterImage& image) {
  if (terms_.rack.empty() || slot.result.error != ErrorCode::kNone || slot.result.diverging) return;
  const auto is_near = [&](NodeId id) {
    const BrokerImage* broker = image.brokers().find(id);
    return broker != nullptr && !broker->fenced && broker->rack == terms_.rack &&
           broker->endpoint(terms_.listener) != nullptr;
  };
  const auto state = slot.partition->state();
  if (!state.leads || is_near(slot.partition->self())) return;
  auto readers = slot.partition->readers_at(slot.target.offset);
  std::erase_if(readers, [&](const auto& reader) { return !is_near(reader.id); });
  if (readers.empty()) return;
  const auto nearest = std::ranges::max_element(readers, {}, [](const Partition::Reader& reader) {
    return std::tuple(reader.end, -reader.behind_ms, reader.id);
  });
  slot.result.preferred_replica = nearest->id;
  slot.result.slice.reset();
  slot.result.aborted.reset();
  size_ -= std::exchange(slot.size, 0);
}

// The limit is Kafka's: shared by all partitions in their order, except that the first one with records gives
// at least one whole batch.
void FetchRead::read(Slot& slot) {
  const FetchTarget& target = slot.target;
  size_ -= slot.size;
  const size_t left = terms_.size_max - std::min(size_, terms_.size_max);
  const auto size_max = static_cast<size_t>(std::max(target.size_max, 0));
  ReadRequest request{.offset = target.offset,
                      .size_max = static_cast<uint32_t>(std::min(size_max, left)),
                      .at_least_one = size_ == 0,
                      .committed_only = terms_.committed_only,
                      .any_replica = terms_.any_replica};
  if (target.current_leader_epoch != kNoEpoch) request.current_leader_epoch = target.current_leader_epoch;
  if (target.last_fetched_epoch != kNoEpoch) request.last_fetched_epoch = target.last_fetched_epoch;
  slot.result = terms_.from_replica ? read_as_follower(slot, request) : slot.partition->read(request);
  if (slot.segment == kNoOffset) slot.segment = slot.result.reach.segment;
  slot.size = slot.result.size();
  size_ += slot.size;
}

// The first read tells how far the follower has come; those that follow while its fetch waits do not.
ReadResult FetchRead::read_as_follower(Slot& slot, const ReadRequest& request) {
  if (std::exchange(slot.noted, true)) return slot.partition->read_to_end(request);
  return slot.partition->read_for_follower(request,
                                           {.replica = terms_.from_replica->id,
                                            .broker_epoch = terms_.from_replica->broker_epoch,
                                            .names_leader_epoch = request.current_leader_epoch.has_value(),
                                            .log_start = slot.target.follower_log_start});
}

// Kafka asks first for what a read gives, and then for what there is: it counts what does not fit behind
// other partitions, and nothing of a segment that has another behind it, for then it does not wait. What it
// does not do is to ask for what a read gives again when something has changed: a first batch that is larger
// than its partition's limit makes us answer sooner.
bool FetchRead::is_due(size_t size_min) const {
  if (size_ >= size_min) return true;
  uint64_t there = 0;
  for (const Slot& slot : slots_) {
    const auto& [bytes, segment, limit_segment, beyond] = slot.result.reach;
    if (slot.result.error != ErrorCode::kNone || slot.result.diverging || beyond) return true;
    if (slot.result.preferred_replica != kNoNode) return true;
    if (bytes > 0 && slot.segment < limit_segment) return true;
    there += std::min<uint64_t>(bytes, static_cast<uint64_t>(std::max(slot.target.size_max, 0)));
  }
  return there >= size_min;
}

void FetchRead::listen(const std::shared_ptr<void>& life) {
  for (Slot& slot : slots_) listen(slot, life);
}

void FetchRead::listen(Slot& slot, const std::shared_ptr<void>& life) {
  if (slot.size > 0) {
    let_go_ = true;
    slot.result.slice.reset();
    slot.result.aborted.reset();
  }
  slot.listens = true;
  const std::shared_ptr<DataListener> listener(life, &slot);
  if (slot.result.exams_seen) return slot.partition->listen_for_exam(*slot.result.exams_seen, listener);
  if (terms_.from_replica) return slot.partition->listen_for_end(slot.result.end, listener);
  slot.partition->listen(slot.result.high_watermark, listener);
}

void FetchRead::Slot::on_data() {
  changed.store(true, std::memory_order_release);
  // However many partitions change, the owner is told once.
  if (!read->told_.exchange(true, std::memory_order_acq_rel)) read->owner_.on_change();
}

void FetchRead::look_again() {
  // An exchange, since a store would not read: whoever came before it in `told_`, and so told nobody, has its
  // `changed` seen below; whoever comes behind it tells the owner.
  told_.exchange(false, std::memory_order_acq_rel);
  for (Slot& slot : slots_) {
    if (!slot.changed.exchange(false, std::memory_order_acq_rel)) continue;
    read(slot);
    looked_at_.push_back(&slot);
  }
}

// A listener is told once; those that were told listen again.
void FetchRead::listen_on(const std::shared_ptr<void>& life) {
  for (Slot* slot : looked_at_) listen(*slot, life);
  looked_at_.clear();
}

// Kafka too reads again when waiting is over. What held nothing holds nothing still, or we had been told.
void FetchRead::finish() {
  stop_listening();
  look_again();
  if (terms_.from_replica) renew_high_watermarks();
  if (!let_go_) return;
  std::vector<Slot*> full;
  for (Slot& slot : slots_) {
    if (slot.size > 0) full.push_back(&slot);
    size_ -= std::exchange(slot.size, 0);
  }
  for (Slot* slot : full) read(*slot);
}

// Of these a follower is not told while it waits. What is committed in its own leader's term is so for it,
// too; in another one its log may have to be cut first (KAFKA-14704).
void FetchRead::renew_high_watermarks() {
  for (Slot& slot : slots_) {
    if (slot.partition == nullptr || slot.result.error != ErrorCode::kNone || slot.result.diverging) continue;
    const auto state = slot.partition->state();
    if (state.leads && state.leader_epoch == slot.target.current_leader_epoch)
      slot.result.high_watermark = state.high_watermark.offset;
  }
}

void FetchRead::stop_listening() {
  for (Slot& slot : slots_) slot.stop_listening();
}

}  // namespace klamm::broker
