// Generated from protocol/schema/control_records.kmsg; not to be edited.
#include "protocol/messages/end_txn_marker.h"
#include "protocol/messages/leader_change_message.h"
#include "protocol/messages/snapshot_header_record.h"
#include "protocol/messages/snapshot_footer_record.h"
#include "protocol/messages/kraft_version_record.h"
#include "protocol/messages/voters_record.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, EndTxnMarker& to, int16_t) {
  to.coordinator_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, LeaderChangeMessage::Voter& to, int16_t version) {
  to.voter_id = random.number<int32_t>();
  if (version >= 1) {
    to.voter_directory_id = random.uuid();
  }
}

void fill(InstanceRandom& random, LeaderChangeMessage& to, int16_t version) {
  to.version = random.number<int16_t>();
  to.leader_id = random.number<int32_t>();
  to.voters.resize(random.count());
  for (auto& element : to.voters) fill(random, element, version);
  to.granting_voters.resize(random.count());
  for (auto& element : to.granting_voters) fill(random, element, version);
}

void fill(InstanceRandom& random, SnapshotHeaderRecord& to, int16_t version) {
  to.version = random.number<int16_t>();
  to.last_contained_log_timestamp = random.number<int64_t>();
}

void fill(InstanceRandom& random, SnapshotFooterRecord& to, int16_t version) {
  to.version = random.number<int16_t>();
}

void fill(InstanceRandom& random, KRaftVersionRecord& to, int16_t version) {
  to.version = random.number<int16_t>();
  to.kraft_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, VotersRecord::Endpoint& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, VotersRecord::KRaftVersionFeature& to, int16_t version) {
  to.min_supported_version = random.number<int16_t>();
  to.max_supported_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, VotersRecord::Voter& to, int16_t version) {
  to.voter_id = random.number<int32_t>();
  to.voter_directory_id = random.uuid();
  to.endpoints.resize(random.count());
  for (auto& element : to.endpoints) fill(random, element, version);
  fill(random, to.kraft_version_feature, version);
}

void fill(InstanceRandom& random, VotersRecord& to, int16_t version) {
  to.version = random.number<int16_t>();
  to.voters.resize(random.count());
  for (auto& element : to.voters) fill(random, element, version);
}

}  // namespace

void write_random_end_txn_marker(InstanceRandom& random, int16_t version, Bytes& out) {
  EndTxnMarker message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_leader_change_message(InstanceRandom& random, int16_t version, Bytes& out) {
  LeaderChangeMessage message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_snapshot_header_record(InstanceRandom& random, int16_t version, Bytes& out) {
  SnapshotHeaderRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_snapshot_footer_record(InstanceRandom& random, int16_t version, Bytes& out) {
  SnapshotFooterRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_kraft_version_record(InstanceRandom& random, int16_t version, Bytes& out) {
  KRaftVersionRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_voters_record(InstanceRandom& random, int16_t version, Bytes& out) {
  VotersRecord message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
