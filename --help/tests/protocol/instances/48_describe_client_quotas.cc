// Generated from protocol/schema/48_describe_client_quotas.kmsg; not to be edited.
#include "protocol/messages/describe_client_quotas_request.h"
#include "protocol/messages/describe_client_quotas_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeClientQuotasRequest::ComponentData& to, int16_t) {
  to.entity_type = random.string();
  to.match_type = random.number<int8_t>();
  to.match.reset();
  if (!random.null()) {
    to.match = random.string();
  }
}

void fill(InstanceRandom& random, DescribeClientQuotasRequest& to, int16_t version) {
  to.components.resize(random.count());
  for (auto& element : to.components) fill(random, element, version);
  to.strict = random.boolean();
}

void fill(InstanceRandom& random, DescribeClientQuotasResponse::EntityData& to, int16_t) {
  to.entity_type = random.string();
  to.entity_name.reset();
  if (!random.null()) {
    to.entity_name = random.string();
  }
}

void fill(InstanceRandom& random, DescribeClientQuotasResponse::ValueData& to, int16_t) {
  to.key = random.string();
  to.value = random.f64();
}

void fill(InstanceRandom& random, DescribeClientQuotasResponse::EntryData& to, int16_t version) {
  to.entity.resize(random.count());
  for (auto& element : to.entity) fill(random, element, version);
  to.values.resize(random.count());
  for (auto& element : to.values) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeClientQuotasResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.entries.reset();
  if (!random.null()) {
    to.entries.emplace(random.count());
    for (auto& element : *to.entries) fill(random, element, version);
  }
}

}  // namespace

void write_random_describe_client_quotas_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeClientQuotasRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_client_quotas_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeClientQuotasResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
