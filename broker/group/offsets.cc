#include "broker/group/offsets.h"

#include "broker/group/classic_group.h"
#include "broker/group/mutants.h"
#include "broker/group/tombstones.h"

namespace klamm::broker::group {
namespace {

void fill(CommittedOffset& place, const protocol::OffsetCommitValue& value, Offset record_offset) {
  place.offset = value.offset;
  place.commit_timestamp_ms = value.commit_timestamp;
  place.expire_timestamp_ms = value.expire_timestamp;
  place.record_offset = record_offset.value;
  place.leader_epoch = value.leader_epoch;
  place.topic_id = value.topic_id;
  place.metadata.assign(value.metadata);
}

}  // namespace

bool Offsets::apply(const CoordinatorRecordView& record) {
  const auto key = read_offset_key(record.key);
  if (!key) return false;
  if (!record.value) {
    committed_.erase(*key);
    pending_.erase(*key);
    return true;
  }
  const auto value = read_offset_value(*record.value);
  if (!value) return false;
  if (record.producer_id >= 0) {
    make_group(key->group, value->commit_timestamp);
    fill(pending_.put(record.producer_id, *key), *value, record.offset);
    return true;
  }
  const OffsetStore::Place place = committed_.put(*key);
  if (place.group.known_at != uses_.groups.erasures()) {
    make_group(key->group, value->commit_timestamp);
    place.group.known_at = uses_.groups.erasures();
  }
  fill(place.offset, *value, record.offset);
  return true;
}

// Whoever commits without joining has a group too, which a commit is the first sign of.
void Offsets::make_group(std::string_view id, int64_t commit_timestamp_ms) {
  if (uses_.groups.find(id) != nullptr) return;
  uses_.groups.put(make_simple_group(std::string(id), Now{.wall_ms = commit_timestamp_ms}));
}

void Offsets::end_transaction(int64_t producer_id, bool committed) {
  if (mutant::kPendingOffsetStays && !committed) return;
  for (PendingOffsets::Ended& ended : pending_.take(producer_id)) {
    if (!committed) continue;
    // A plain commit that stands behind it in the log is the newer one, though it took effect first.
    // Compaction may have removed the older of the two, but not changed their order.
    const CommittedOffset* const existing = committed_.find(ended.key.view());
    if (!mutant::kOlderOffsetWins && existing != nullptr &&
        existing->record_offset >= ended.offset.record_offset)
      continue;
    committed_.put(ended.key.view()).offset = std::move(ended.offset);
  }
}

void Offsets::append_tombstones(std::string_view group, std::vector<CoordinatorRecord>& records,
                                size_t size_max) const {
  size_t size = 0;
  const auto append = [&](const OffsetKeyView& key) {
    records.push_back(offset_tombstone(key));
    size += tombstone_size(records.back());
    return size <= size_max;
  };
  if (const OffsetStore::Topics* topics = committed_.find(group)) {
    for (const auto& [topic, partitions] : *topics) {
      for (const auto& [partition, offset] : partitions) {
        if (!append({group, topic, partition})) return;
      }
    }
  }
  for (const OffsetKeyView& key : pending_.keys_of(group)) {
    if (committed_.find(key) == nullptr && !append(key)) return;
  }
}

void Offsets::make_kept_groups() {
  for (const std::string& id : kept_) {
    if (has_any(id)) make_group(id, kNoTimestamp);
  }
}

bool Offsets::has_any(std::string_view group) const {
  return committed_.find(group) != nullptr || pending_.has_group(group);
}

std::vector<Offsets::Committed> Offsets::all() const {
  std::vector<Committed> all;
  all.reserve(committed_.size());
  for (const auto& [group, offsets] : committed_.by_group()) {
    for (const auto& [topic, partitions] : offsets.topics) {
      for (const auto& [partition, offset] : partitions) {
        all.push_back({group, topic, partition, Offset{offset.offset}});
      }
    }
  }
  return all;
}

std::vector<Offsets::Committed> Offsets::some(const Place& after, size_t count) const {
  std::vector<Committed> found;
  const auto& groups = committed_.by_group();
  for (auto group = groups.lower_bound(after.group); group != groups.end(); ++group) {
    const bool same_group = group->first == after.group;
    const auto& topics = group->second.topics;
    for (auto topic = same_group ? topics.lower_bound(after.topic) : topics.begin(); topic != topics.end();
         ++topic) {
      const bool same_topic = same_group && topic->first == after.topic;
      const auto& partitions = topic->second;
      for (auto one = same_topic ? partitions.upper_bound(after.partition) : partitions.begin();
           one != partitions.end(); ++one) {
        if (found.size() == count) return found;
        found.push_back({group->first, topic->first, one->first, Offset{one->second.offset}});
      }
    }
  }
  return found;
}

}  // namespace klamm::broker::group
