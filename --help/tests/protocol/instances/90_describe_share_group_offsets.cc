// Generated from protocol/schema/90_describe_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/describe_share_group_offsets_request.h"
#include "protocol/messages/describe_share_group_offsets_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeShareGroupOffsetsRequest::DescribeShareGroupOffsetsRequestTopic& to, int16_t) {
  to.topic_name = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, DescribeShareGroupOffsetsRequest::DescribeShareGroupOffsetsRequestGroup& to, int16_t version) {
  to.group_id = random.string();
  to.topics.reset();
  if (!random.null()) {
    to.topics.emplace(random.count());
    for (auto& element : *to.topics) fill(random, element, version);
  }
}

void fill(InstanceRandom& random, DescribeShareGroupOffsetsRequest& to, int16_t version) {
  to.groups.resize(random.count());
  for (auto& element : to.groups) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponsePartition& to, int16_t version) {
  to.partition_index = random.number<int32_t>();
  to.start_offset = random.number<int64_t>();
  to.leader_epoch = random.number<int32_t>();
  if (version >= 1) {
    to.lag = random.number<int64_t>();
  }
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponseTopic& to, int16_t version) {
  to.topic_name = random.string();
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeShareGroupOffsetsResponse::DescribeShareGroupOffsetsResponseGroup& to, int16_t version) {
  to.group_id = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, DescribeShareGroupOffsetsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.groups.resize(random.count());
  for (auto& element : to.groups) fill(random, element, version);
}

}  // namespace

void write_random_describe_share_group_offsets_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeShareGroupOffsetsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_share_group_offsets_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeShareGroupOffsetsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
