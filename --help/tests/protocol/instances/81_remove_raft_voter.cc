// Generated from protocol/schema/81_remove_raft_voter.kmsg; not to be edited.
#include "protocol/messages/remove_raft_voter_request.h"
#include "protocol/messages/remove_raft_voter_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, RemoveRaftVoterRequest& to, int16_t) {
  to.cluster_id.reset();
  if (!random.null()) {
    to.cluster_id = random.string();
  }
  to.voter_id = random.number<int32_t>();
  to.voter_directory_id = random.uuid();
}

void fill(InstanceRandom& random, RemoveRaftVoterResponse& to, int16_t) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

}  // namespace

void write_random_remove_raft_voter_request(InstanceRandom& random, int16_t version, Bytes& out) {
  RemoveRaftVoterRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_remove_raft_voter_response(InstanceRandom& random, int16_t version, Bytes& out) {
  RemoveRaftVoterResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
