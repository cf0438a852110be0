// What becomes too old, or has lost its topic. KIP-211: while a group is in use, its offsets do not expire;
// since Kafka 2.1 the age counts from the time the group became empty, and for consumers that assign
// themselves from the commit. KAFKA-13636: not while the group rebalances.
#include "base/logging.h"
#include "broker/group/mutants.h"
#include "broker/group/offsets.h"
#include "broker/group/tombstones.h"

namespace klamm::broker::group {
namespace {

constexpr size_t kWriteSizeMax = mutant::kTombstonesInOneBatch ? SIZE_MAX / 2 : kTombstonesSizeMax;

// Tombstones on their way to the log, in as many writes as it takes. Those of a group are in one, unless they
// are too many.
class TombstoneWriter {
 public:
  explicit TombstoneWriter(Journal& journal) : journal_(journal) {}

  void add(std::vector<CoordinatorRecord> records) {
    if (size_ + tombstones_size(records) > kWriteSizeMax) flush();
    for (CoordinatorRecord& record : records) {
      if (size_ > kWriteSizeMax) flush();
      size_ += tombstone_size(record);
      waiting_.push_back(std::move(record));
    }
  }
  void flush() {
    if (waiting_.empty()) return;
    written_ += waiting_.size();
    // What fails is still too old the next time.
    journal_.write(std::exchange(waiting_, {}), [](protocol::ErrorCode, Now) {});
    size_ = 0;
  }
  size_t written() const { return written_; }

 private:
  Journal& journal_;
  std::vector<CoordinatorRecord> waiting_;
  size_t size_ = 0;
  size_t written_ = 0;
};

// How long ago, by Java's subtraction: a timestamp from a log may be any number.
int64_t since(int64_t timestamp_ms, Now now) {
  return static_cast<int64_t>(static_cast<uint64_t>(now.wall_ms) - static_cast<uint64_t>(timestamp_ms));
}

bool is_expired(const CommittedOffset& offset, const Group& group, int64_t retention_ms, Now now) {
  if (offset.expire_timestamp_ms != kNoTimestamp) return now.wall_ms >= offset.expire_timestamp_ms;
  const bool counts_from_commit = group.expiry_base() == ExpiryBase::kCommit;
  return since(counts_from_commit ? offset.commit_timestamp_ms : group.state_timestamp_ms(), now) >=
         retention_ms;
}

}  // namespace

// Says whether none of the group's offsets is left then, pending ones included.
bool Offsets::append_expired(const Group& group, Now now, std::vector<CoordinatorRecord>& records,
                             size_t& looked_at) const {
  const bool has_pending = pending_.has_group(group.id());
  const OffsetStore::Topics* const topics = committed_.find(group.id());
  if (topics == nullptr) return !has_pending;
  if (group.expiry_base() == ExpiryBase::kNever) return false;
  bool all = true;
  for (const auto& [topic, partitions] : *topics) {
    if (group.is_subscribed_to(topic)) {
      all = false;
      continue;
    }
    looked_at += partitions.size();
    for (const auto& [partition, offset] : partitions) {
      const OffsetKeyView key{group.id(), topic, partition};
      if (is_expired(offset, group, uses_.config.offsets_retention_ms, now) && !pending_.has(key)) {
        records.push_back(offset_tombstone(key));
      } else {
        all = false;
      }
    }
  }
  return all && !has_pending;
}

bool Offsets::expire(Now now) {
  TombstoneWriter writer(uses_.journal);
  const Groups::ById& groups = uses_.groups.by_id();
  size_t looked_at = 0;
  auto next = groups.lower_bound(expiry_from_);
  for (; next != groups.end() && looked_at < kExpiryStep; ++next) {
    const auto& [id, group] = *next;
    ++looked_at;
    if (kept_.contains(id)) continue;
    std::vector<CoordinatorRecord> records;
    const bool nothing_left = append_expired(*group, now, records, looked_at);
    // A group with more than one write's worth of offsets goes the next time: it must not be gone while some
    // of them are left, should a write fail.
    const bool fits = tombstones_size(records) <= kWriteSizeMax;
    if (nothing_left && group->is_empty() && fits) group->append_tombstones(records);
    writer.add(std::move(records));
  }
  writer.flush();
  if (writer.written() > 0)
    LOG_INFO("Writing {} tombstones of expired offsets and of their groups", writer.written());
  expiry_from_ = next == groups.end() ? "" : next->first;
  return next == groups.end();
}

void Offsets::on_topics_deleted(std::span<const DeletedTopic> topics) {
  TombstoneWriter writer(uses_.journal);
  const auto is_of = [](const CommittedOffset& offset, const DeletedTopic& topic) {
    return offset.topic_id.is_zero() || offset.topic_id == topic.id;
  };
  for (const auto& [group, offsets] : committed_.by_group()) {
    std::vector<CoordinatorRecord> records;
    for (const DeletedTopic& topic : topics) {
      auto found = offsets.topics.find(topic.name);
      if (found == offsets.topics.end()) continue;
      for (const auto& [partition, offset] : found->second) {
        if (is_of(offset, topic)) records.push_back(offset_tombstone({group, topic.name, partition}));
      }
    }
    writer.add(std::move(records));
  }
  for (const auto& [key, by_producer] : pending_.by_key()) {
    for (const DeletedTopic& topic : topics) {
      if (key.topic != topic.name) continue;
      const CommittedOffset* const committed = committed_.find(key.view());
      if (committed != nullptr && is_of(*committed, topic)) continue;  // it has one
      for (const auto& [producer_id, offset] : by_producer) {
        if (!is_of(offset, topic)) continue;
        std::vector<CoordinatorRecord> records;
        records.push_back(offset_tombstone(key.view()));
        writer.add(std::move(records));
        break;
      }
    }
  }
  writer.flush();
  if (writer.written() > 0)
    LOG_INFO("Writing {} tombstones of the offsets of deleted topics", writer.written());
}

}  // namespace klamm::broker::group
