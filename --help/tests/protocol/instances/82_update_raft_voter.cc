// Generated from protocol/schema/82_update_raft_voter.kmsg; not to be edited.
#include "protocol/messages/update_raft_voter_request.h"
#include "protocol/messages/update_raft_voter_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, UpdateRaftVoterRequest::Listener& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, UpdateRaftVoterRequest::KRaftVersionFeature& to, int16_t version) {
  to.min_supported_version = random.number<int16_t>();
  to.max_supported_version = random.number<int16_t>();
}

void fill(InstanceRandom& random, UpdateRaftVoterRequest& to, int16_t version) {
  to.cluster_id.reset();
  if (!random.null()) {
    to.cluster_id = random.string();
  }
  to.current_leader_epoch = random.number<int32_t>();
  to.voter_id = random.number<int32_t>();
  to.voter_directory_id = random.uuid();
  to.listeners.resize(random.count());
  for (auto& element : to.listeners) fill(random, element, version);
  fill(random, to.kraft_version_feature, version);
}

void fill(InstanceRandom& random, UpdateRaftVoterResponse::CurrentLeader& to, int16_t) {
  to.leader_id = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<int32_t>();
}

void fill(InstanceRandom& random, UpdateRaftVoterResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  if (random.some()) {
    fill(random, to.current_leader, version);
  }
}

}  // namespace

void write_random_update_raft_voter_request(InstanceRandom& random, int16_t version, Bytes& out) {
  UpdateRaftVoterRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_update_raft_voter_response(InstanceRandom& random, int16_t version, Bytes& out) {
  UpdateRaftVoterResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
