#include "tests/sim/groups/committed.h"

#include "base/check.h"
#include "protocol/messages/group_metadata_key.h"
#include "protocol/messages/group_metadata_value.h"
#include "protocol/messages/offset_commit_key.h"
#include "protocol/messages/offset_commit_value.h"
#include "protocol/wire.h"

namespace klamm::sim::groups {
namespace {

constexpr int16_t kOffsetCommitType = 1;
constexpr int16_t kGroupMetadataType = 2;

// Keys have a type where values have a version, and one layout.
template <class Message>
Message read_key(protocol::Reader& reader) {
  Message message;
  message.read(reader, 0);
  CHECK(reader.ok());
  return message;
}
template <class Message>
Message read_value(ByteView value) {
  protocol::Reader reader(value);
  const int16_t version = reader.i16();
  Message message;
  message.read(reader, version);
  CHECK(reader.ok());
  return message;
}

CommittedGroup group_of(const protocol::GroupMetadataValue& value) {
  CommittedGroup group;
  group.generation = value.generation;
  group.protocol = value.protocol.value_or("");
  group.leader = value.leader.value_or("");
  for (const auto& from : value.members) {
    CommittedGroup::Member member;
    if (from.group_instance_id) member.instance_id = *from.group_instance_id;
    member.assignment.assign(from.assignment.begin(), from.assignment.end());
    group.members.emplace(from.member_id, std::move(member));
  }
  return group;
}

}  // namespace

void Committed::apply(const LogRecord& record) {
  if (record.kind != LogRecord::Kind::kData) {
    return end_transaction(record.producer_id, record.kind == LogRecord::Kind::kCommitMarker);
  }
  protocol::Reader reader(record.record.key);
  const int16_t type = reader.i16();
  if (type == kGroupMetadataType) {
    const std::string id(read_key<protocol::GroupMetadataKey>(reader).group);
    if (record.record.value) {
      groups_[id] = group_of(read_value<protocol::GroupMetadataValue>(*record.record.value));
    } else {
      groups_.erase(id);
      ++lives_[id];
    }
    return;
  }
  CHECK(type == kOffsetCommitType);
  const auto key = read_key<protocol::OffsetCommitKey>(reader);
  const OffsetKey offset{std::string(key.group), std::string(key.topic), key.partition};
  if (!record.record.value) {
    for (auto& [producer_id, pending] : pending_) pending.erase(offset);
    auto& history = offsets_[offset];
    if (history.values.back() != -1) history.values.push_back(-1);
    history.plain_at = -1;
    return;
  }
  const auto value = read_value<protocol::OffsetCommitValue>(*record.record.value);
  if (record.producer_id >= 0) {
    pending_[record.producer_id][offset] = {value.offset, record.offset.value, value.topic_id};
  } else {
    OffsetHistory& history = offsets_[offset];
    history.values.push_back(value.offset);
    history.plain_at = record.offset.value;
    history.topic_id = value.topic_id;
  }
}

void Committed::end_transaction(int64_t producer_id, bool commits) {
  auto ended = pending_.extract(producer_id);
  if (ended.empty() || !commits) return;
  for (const auto& [key, pending] : ended.mapped()) {
    OffsetHistory& history = offsets_[key];
    if (history.plain_at > pending.at) continue;
    history.values.push_back(pending.value);
    history.plain_at = pending.at;
    history.topic_id = pending.topic_id;
  }
}

const CommittedGroup* Committed::group(std::string_view id) const {
  auto found = groups_.find(id);
  return found == groups_.end() ? nullptr : &found->second;
}

int32_t Committed::life(std::string_view id) const {
  auto found = lives_.find(id);
  return found == lives_.end() ? 0 : found->second;
}

const OffsetHistory* Committed::offset(const OffsetKey& key) const {
  auto found = offsets_.find(key);
  return found == offsets_.end() ? nullptr : &found->second;
}

bool Committed::is_pending(const OffsetKey& key) const {
  for (const auto& [producer_id, offsets] : pending_) {
    if (offsets.contains(key)) return true;
  }
  return false;
}

}  // namespace klamm::sim::groups
