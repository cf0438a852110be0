// Generated from protocol/schema/80_add_raft_voter.kmsg; not to be edited.
#include "protocol/messages/add_raft_voter_request.h"
#include "protocol/messages/add_raft_voter_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AddRaftVoterRequest::Listener& to, int16_t) {
  to.name = random.string();
  to.host = random.string();
  to.port = random.number<uint16_t>();
}

void fill(InstanceRandom& random, AddRaftVoterRequest& to, int16_t version) {
  to.cluster_id.reset();
  if (!random.null()) {
    to.cluster_id = random.string();
  }
  to.timeout_ms = random.number<int32_t>();
  to.voter_id = random.number<int32_t>();
  to.voter_directory_id = random.uuid();
  to.listeners.resize(random.count());
  for (auto& element : to.listeners) fill(random, element, version);
  if (version >= 1) {
    to.ack_when_committed = random.boolean();
  }
}

void fill(InstanceRandom& random, AddRaftVoterResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

}  // namespace

void write_random_add_raft_voter_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AddRaftVoterRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_add_raft_voter_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AddRaftVoterResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
