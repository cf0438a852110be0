#include "broker/replica/fetch_read.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/check.h"

namespace klamm::broker {
namespace {

// Nothing is there to be given: only a change makes it worth another look.
bool is_settled(const FetchRead::Slot& slot) {
  const ReadResult& result = slot.result;
  return result.error == ErrorCode::kNone && !result.diverging && !result.exams_seen &&
         result.reach.bytes == 0 && !result.reach.beyond;
}

}  // namespace

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
  turns_ms_ = terms.now_ms;
  const bool has_keys = terms.from_replica && terms.by_topic_id;
  if (has_keys) by_key_.reserve(targets.size());
  Permission permission(access, terms.from_replica.has_value());
  for (FetchTarget& target : targets) {
    Slot& slot = slots_.emplace_back(this, std::move(target));
    if (has_keys) by_key_[Key(slot.target.topic_id.bytes, slot.target.partition)] = &slot;
    meet(slot);
    find(slot, image, permission);
  }
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
  met_.clear();
  by_key_.clear();
  slots_.clear();
  next_turn_ = 0;
  size_ = 0;
}

bool FetchRead::go_on(const Terms& terms, const std::vector<FetchTarget>& named, const Access& access) {
  if (terms.from_replica != terms_.from_replica || terms.by_topic_id != terms_.by_topic_id) return false;
  if (Permission(access, true).refuses_all()) return false;
  std::vector<Slot*> asked;
  for (const FetchTarget& target : named) {
    const auto found = by_key_.find(Key(target.topic_id.bytes, target.partition));
    if (found == by_key_.end()) return false;
    asked.push_back(found->second);
  }
  for (size_t i = 0; i < named.size(); ++i) {
    asked[i]->target = named[i];
    asked[i]->named = true;
  }
  terms_ = terms;
  let_go_ = false;
  looked_at_.clear();
  meet_unnamed();
  meet_in_turn();
  for (Slot* slot : asked) {
    slot->named = false;
    meet(*slot);
  }
  for (Slot* slot : met_) {
    slot->noted = false;
    slot->segment = kNoOffset;
    if (slot->partition != nullptr) count(slot->partition->topic_stats());
    read(*slot);
  }
  count(nullptr);
  return true;
}

// First what there was no room for, then what has changed. What the follower names has mostly just given
// records, and comes last, as in a session's order.
void FetchRead::meet_unnamed() {
  const std::vector<Slot*> before = std::exchange(met_, {});
  for (Slot* slot : before) {
    slot->met = false;
    size_ -= std::exchange(slot->size, 0);
    // It may listen for the end of an exam, and soon wait for records.
    if (!is_settled(*slot)) slot->stop_listening();
  }
  CHECK(size_ == 0);
  const std::vector<Slot*> changed = take_changed();
  for (Slot* slot : before) {
    if (!is_settled(*slot)) meet(*slot);
  }
  for (Slot* slot : changed) meet(*slot);
}

// As many as the time that has passed is of kTurnMs: a leader that is written to all the time reads a few of
// them for each fetch, and not all at once now and then.
void FetchRead::meet_in_turn() {
  const auto count = static_cast<int64_t>(slots_.size());
  const int64_t due = std::min(count * (terms_.now_ms - turns_ms_) / kTurnMs, count);
  turns_ms_ = due == count ? terms_.now_ms : turns_ms_ + due * kTurnMs / count;
  for (int64_t i = 0; i < due; ++i) {
    meet(slots_[next_turn_]);
    next_turn_ = (next_turn_ + 1) % slots_.size();
  }
}

// What has an error may be somewhere else by the next fetch, and is looked up again.
bool FetchRead::stay() {
  if (slots_.empty() || by_key_.size() != slots_.size()) return false;
  for (Slot* slot : met_) {
    if (slot->result.error != ErrorCode::kNone) return false;
    slot->result.slice.reset();
    if (!slot->listens && is_settled(*slot)) listen(*slot);
  }
  return true;
}

void FetchRead::meet(Slot& slot) {
  if (!slot.named && !std::exchange(slot.met, true)) met_.push_back(&slot);
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
  if (std::exchange(slot.noted, true)) return slot.partition->read_to_end(request, terms_.from_replica->id);
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
  for (const Slot* slot : met_) {
    const auto& [bytes, segment, limit_segment, beyond] = slot->result.reach;
    if (slot->result.error != ErrorCode::kNone || slot->result.diverging || beyond) return true;
    if (slot->result.preferred_replica != kNoNode) return true;
    if (bytes > 0 && slot->segment < limit_segment) return true;
    there += std::min<uint64_t>(bytes, static_cast<uint64_t>(std::max(slot->target.size_max, 0)));
  }
  return there >= size_min;
}

void FetchRead::listen() {
  for (Slot* slot : met_) {
    // It may have to listen for something else than before.
    if (!is_settled(*slot)) slot->stop_listening();
    if (!slot->listens) listen(*slot);
  }
}

void FetchRead::listen(Slot& slot) {
  if (slot.size > 0) {
    let_go_ = true;
    slot.result.slice.reset();
    slot.result.aborted.reset();
  }
  slot.listens = true;
  const std::shared_ptr<DataListener> listener(shared_from_this(), &slot);
  if (slot.result.exams_seen) return slot.partition->listen_for_exam(*slot.result.exams_seen, listener);
  if (terms_.from_replica) return slot.partition->listen_for_end(slot.result.end, listener);
  slot.partition->listen(slot.result.high_watermark, listener);
}

void FetchRead::Slot::on_data() { read->on_data(*this); }

// However many partitions change, the owner is told once.
void FetchRead::on_data(Slot& slot) {
  std::shared_ptr<Owner> owner;
  {
    absl::MutexLock lock(&mutex_);
    changed_.push_back(&slot);
    if (std::exchange(told_, true)) return;
    owner = owner_.lock();
  }
  if (owner) owner->on_change();
}

void FetchRead::tell(std::weak_ptr<Owner> owner) {
  absl::MutexLock lock(&mutex_);
  owner_ = std::move(owner);
}

// A listener is told once: these do not listen any more.
std::vector<FetchRead::Slot*> FetchRead::take_changed() {
  std::vector<Slot*> changed;
  {
    absl::MutexLock lock(&mutex_);
    changed.swap(changed_);
    told_ = false;
  }
  for (Slot* slot : changed) slot->listens = false;
  return changed;
}

void FetchRead::look_again() {
  for (Slot* slot : take_changed()) {
    meet(*slot);
    read(*slot);
    looked_at_.push_back(slot);
  }
}

void FetchRead::listen_on() {
  for (Slot* slot : looked_at_) listen(*slot);
  looked_at_.clear();
}

// Kafka too reads again when waiting is over. What held nothing holds nothing still, or we had been told. A
// follower's next fetch is told, too.
void FetchRead::finish() {
  if (!terms_.from_replica) stop_listening();
  look_again();
  if (terms_.from_replica) renew_high_watermarks();
  if (!let_go_) return;
  std::vector<Slot*> full;
  for (Slot* slot : met_) {
    if (slot->size > 0) full.push_back(slot);
    size_ -= std::exchange(slot->size, 0);
  }
  for (Slot* slot : full) read(*slot);
}

// Of these a follower is not told while it waits. What is committed in its own leader's term is so for it,
// too; in another one its log may have to be cut first (KAFKA-14704).
void FetchRead::renew_high_watermarks() {
  for (Slot* slot : met_) {
    const ReadResult& result = slot->result;
    if (slot->partition == nullptr || result.error != ErrorCode::kNone || result.diverging) continue;
    const auto state = slot->partition->state();
    if (state.leads && state.leader_epoch == slot->target.current_leader_epoch)
      slot->result.high_watermark = state.high_watermark.offset;
  }
}

void FetchRead::stop_listening() {
  for (Slot& slot : slots_) slot.stop_listening();
}

}  // namespace klamm::broker
