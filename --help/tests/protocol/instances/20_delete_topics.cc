// Generated from protocol/schema/20_delete_topics.kmsg; not to be edited.
#include "protocol/messages/delete_topics_request.h"
#include "protocol/messages/delete_topics_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DeleteTopicsRequest::DeleteTopicState& to, int16_t) {
  to.name.reset();
  if (!random.null()) {
    to.name = random.string();
  }
  to.topic_id = random.uuid();
}

void fill(InstanceRandom& random, DeleteTopicsRequest& to, int16_t version) {
  if (version >= 6) {
    to.topics.resize(random.count());
    for (auto& element : to.topics) fill(random, element, version);
  }
  if (version <= 5) {
    to.topic_names.resize(random.count());
    for (auto& element : to.topic_names) element = random.string();
  }
  to.timeout_ms = random.number<int32_t>();
}

void fill(InstanceRandom& random, DeleteTopicsResponse::DeletableTopicResult& to, int16_t version) {
  to.name.reset();
  if ((!(version >= 6) || !random.null())) {
    to.name = random.string();
  }
  if (version >= 6) {
    to.topic_id = random.uuid();
  }
  to.error_code = random.number<int16_t>();
  if (version >= 5) {
    to.error_message.reset();
    if (!random.null()) {
      to.error_message = random.string();
    }
  }
}

void fill(InstanceRandom& random, DeleteTopicsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.responses.resize(random.count());
  for (auto& element : to.responses) fill(random, element, version);
}

}  // namespace

void write_random_delete_topics_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteTopicsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_delete_topics_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DeleteTopicsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
