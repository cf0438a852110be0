// Generated from protocol/schema/share_records.kmsg; not to be edited.
#include "protocol/messages/share_snapshot_key.h"
#include "protocol/messages/share_snapshot_value.h"
#include "protocol/messages/share_update_key.h"
#include "protocol/messages/share_update_value.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ShareSnapshotKey& to, int16_t) {
  to.group_id = random.string();
  to.topic_id = random.uuid();
  to.partition = random.number<int32_t>();
}

void fill(InstanceRandom& random, ShareSnapshotValue::StateBatch& to, int16_t) {
  to.first_offset = random.number<int64_t>();
  to.last_offset = random.number<int64_t>();
  to.delivery_state = random.number<int8_t>();
  to.delivery_count = random.number<int16_t>();
}

void fill(InstanceRandom& random, ShareSnapshotValue& to, int16_t version) {
  to.snapshot_epoch = random.number<int32_t>();
  to.state_epoch = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.start_offset = random.number<int64_t>();
  if (random.some()) {
    to.delivery_complete_count = random.number<int32_t>();
  }
  to.create_timestamp = random.number<int64_t>();
  to.write_timestamp = random.number<int64_t>();
  to.state_batches.resize(random.count());
  for (auto& element : to.state_batches) fill(random, element, version);
}

void fill(InstanceRandom& random, ShareUpdateKey& to, int16_t) {
  to.group_id = random.string();
  to.topic_id = random.uuid();
  to.partition = random.number<int32_t>();
}

void fill(InstanceRandom& random, ShareUpdateValue::StateBatch& to, int16_t) {
  to.first_offset = random.number<int64_t>();
  to.last_offset = random.number<int64_t>();
  to.delivery_state = random.number<int8_t>();
  to.delivery_count = random.number<int16_t>();
}

void fill(InstanceRandom& random, ShareUpdateValue& to, int16_t version) {
  to.snapshot_epoch = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.start_offset = random.number<int64_t>();
  if (random.some()) {
    to.delivery_complete_count = random.number<int32_t>();
  }
  to.state_batches.resize(random.count());
  for (auto& element : to.state_batches) fill(random, element, version);
}

}  // namespace

void write_random_share_snapshot_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareSnapshotKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_snapshot_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareSnapshotValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_update_key(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareUpdateKey message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_share_update_value(InstanceRandom& random, int16_t version, Bytes& out) {
  ShareUpdateValue message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
