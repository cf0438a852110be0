// Generated from protocol/schema/60_describe_cluster.kmsg; not to be edited.
#include "protocol/messages/describe_cluster_request.h"
#include "protocol/messages/describe_cluster_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeClusterRequest& to, int16_t version) {
  to.include_cluster_authorized_operations = random.boolean();
  if (version >= 1) {
    to.endpoint_type = random.number<int8_t>();
  }
  if (version >= 2) {
    to.include_fenced_brokers = random.boolean();
  }
}

void fill(InstanceRandom& random, DescribeClusterResponse::DescribeClusterBroker& to, int16_t version) {
  to.broker_id = random.number<int32_t>();
  to.host = random.string();
  to.port = random.number<int32_t>();
  to.rack.reset();
  if (!random.null()) {
    to.rack = random.string();
  }
  if (version >= 2) {
    to.is_fenced = random.boolean();
  }
}

void fill(InstanceRandom& random, DescribeClusterResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  if (version >= 1) {
    to.endpoint_type = random.number<int8_t>();
  }
  to.cluster_id = random.string();
  to.controller_id = random.number<int32_t>();
  to.brokers.resize(random.count());
  for (auto& element : to.brokers) fill(random, element, version);
  to.cluster_authorized_operations = random.number<int32_t>();
}

}  // namespace

void write_random_describe_cluster_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeClusterRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_cluster_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeClusterResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
