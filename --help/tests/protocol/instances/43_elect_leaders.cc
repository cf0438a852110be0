// Generated from protocol/schema/43_elect_leaders.kmsg; not to be edited.
#include "protocol/messages/elect_leaders_request.h"
#include "protocol/messages/elect_leaders_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ElectLeadersRequest::TopicPartitions& to, int16_t) {
  to.topic = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ElectLeadersRequest& to, int16_t version) {
  if (version >= 1) {
    to.election_type = random.number<int8_t>();
  }
  to.topic_partitions.reset();
  if (!random.null()) {
    to.topic_partitions.emplace(random.count());
    for (auto& element : *to.topic_partitions) fill(random, element, version);
  }
  to.timeout_ms = random.number<int32_t>();
}

void fill(InstanceRandom& random, ElectLeadersResponse::PartitionResult& to, int16_t) {
  to.partition_id = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, ElectLeadersResponse::ReplicaElectionResult& to, int16_t version) {
  to.topic = random.string();
  to.partition_result.resize(random.count());
  for (auto& element : to.partition_result) fill(random, element, version);
}

void fill(InstanceRandom& random, ElectLeadersResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  if (version >= 1) {
    to.error_code = random.number<int16_t>();
  }
  to.replica_election_results.resize(random.count());
  for (auto& element : to.replica_election_results) fill(random, element, version);
}

}  // namespace

void write_random_elect_leaders_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ElectLeadersRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_elect_leaders_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ElectLeadersResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
