// Generated from protocol/schema/92_delete_share_group_offsets.kmsg; not to be edited.
#include "protocol/messages/delete_share_group_offsets_request.h"
#include "protocol/messages/delete_share_group_offsets_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DeleteShareGroupOffsetsRequest::DeleteShareGroupOffsetsRequestTopic& to, int16_t) {
  to.topic_name = random.string();
}

void fill(InstanceRandom& random, DeleteShareGroupOffsetsRequest& to, int16_t version) {
  to.group_id = random.string();
  to.topics.resize(random.count());
  for (auto& element : to.topics) fill(random, element, version);
}

void fill(InstanceRandom& random, DeleteShareGroupOffsetsResponse::DeleteShareGroupOffsetsResponseTopic& to, int16_t) {
  to.topic_name = random.string();
  to.topic_id = random.uuid();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
}

void fill(InstanceRandom& random, DeleteShareGroupOffsetsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.responses.resize(random.count());
  for (auto& element : to.responses) fill(random, element, version);
}

}  // namespace

void write_random_delete_share_group_offsets_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteShareGroupOffsetsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_delete_share_group_offsets_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteShareGroupOffsetsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
