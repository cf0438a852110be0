// Generated from protocol/schema/87_read_share_group_state_summary.kmsg; not to be edited.
#include "protocol/messages/read_share_group_state_summary_request.h"
#include "protocol/messages/read_share_group_state_summary_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ReadShareGroupStateSummaryRequest::PartitionData& to, int16_t) {
  to.partition = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
}

void fill(InstanceRandom& random, ReadShareGroupStateSummaryRequest::ReadStateSummaryData& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ReadShareGroupStateSummaryRequest& to, int16_t version) {
  to.group_id = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, ReadShareGroupStateSummaryResponse::PartitionResult& to, int16_t version) {
  to.partition = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.state_epoch = random.number<int32_t>();
  to.leader_epoch = random.number<int32_t>();
  to.start_offset = random.number<int64_t>();
  if (version >= 1) {
    to.delivery_complete_count = random.number<int32_t>();
  }
}

void fill(InstanceRandom& random, ReadShareGroupStateSummaryResponse::ReadStateSummaryResult& to, int16_t version) {
  to.topic_id = random.uuid();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) fill(random, element, version);
}

void fill(InstanceRandom& random, ReadShareGroupStateSummaryResponse& to, int16_t version) {
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_read_share_group_state_summary_request(InstanceRandom& random, int16_t version, Bytes& out) {
  ReadShareGroupStateSummaryRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_read_share_group_state_summary_response(InstanceRandom& random, int16_t version, Bytes& out) {
  ReadShareGroupStateSummaryResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
