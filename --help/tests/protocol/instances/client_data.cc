// Generated from protocol/schema/client_data.kmsg; not to be edited.
#include "protocol/messages/consumer_protocol_assignment.h"
#include "protocol/messages/consumer_protocol_subscription.h"
#include "protocol/messages/default_principal_data.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, ConsumerProtocolAssignment::TopicPartition& to, int16_t) {
  to.topic = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ConsumerProtocolAssignment& to, int16_t version) {
  to.assigned_partitions.resize(random.count());
  for (auto& element : to.assigned_partitions) fill(random, element, version);
  to.user_data.reset();
  if (!random.null()) {
    to.user_data = random.bytes();
  }
}

void fill(InstanceRandom& random, ConsumerProtocolSubscription::TopicPartition& to, int16_t) {
  to.topic = random.string();
  to.partitions.resize(random.count());
  for (auto& element : to.partitions) element = random.number<int32_t>();
}

void fill(InstanceRandom& random, ConsumerProtocolSubscription& to, int16_t version) {
  to.topics.resize(random.count());
  for (auto& element : to.topics) element = random.string();
  to.user_data.reset();
  if (!random.null()) {
    to.user_data = random.bytes();
  }
  if (version >= 1) {
    to.owned_partitions.resize(random.count());
    for (auto& element : to.owned_partitions) fill(random, element, version);
  }
  if (version >= 2) {
    to.generation_id = random.number<int32_t>();
  }
  if (version >= 3) {
    to.rack_id.reset();
    if (!random.null()) {
      to.rack_id = random.string();
    }
  }
}

void fill(InstanceRandom& random, DefaultPrincipalData& to, int16_t) {
  to.type = random.string();
  to.name = random.string();
  to.token_authenticated = random.boolean();
}

}  // namespace

void write_random_consumer_protocol_assignment(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerProtocolAssignment message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_consumer_protocol_subscription(InstanceRandom& random, int16_t version, Bytes& out) {
  ConsumerProtocolSubscription message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_default_principal_data(InstanceRandom& random, int16_t version, Bytes& out) {
  DefaultPrincipalData message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
