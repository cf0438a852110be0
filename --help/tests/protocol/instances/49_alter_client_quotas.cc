// Generated from protocol/schema/49_alter_client_quotas.kmsg; not to be edited.
#include "protocol/messages/alter_client_quotas_request.h"
#include "protocol/messages/alter_client_quotas_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, AlterClientQuotasRequest::EntityData& to, int16_t) {
  to.entity_type = random.string();
  to.entity_name.reset();
  if (!random.null()) {
    to.entity_name = random.string();
  }
}

void fill(InstanceRandom& random, AlterClientQuotasRequest::OpData& to, int16_t) {
  to.key = random.string();
  to.value = random.f64();
  to.remove = random.boolean();
}

void fill(InstanceRandom& random, AlterClientQuotasRequest::EntryData& to, int16_t version) {
  to.entity.resize(random.count());
  for (auto& element : to.entity) fill(random, element, version);
  to.ops.resize(random.count());
  for (auto& element : to.ops) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterClientQuotasRequest& to, int16_t version) {
  to.entries.resize(random.count());
  for (auto& element : to.entries) fill(random, element, version);
  to.validate_only = random.boolean();
}

void fill(InstanceRandom& random, AlterClientQuotasResponse::EntityData& to, int16_t) {
  to.entity_type = random.string();
  to.entity_name.reset();
  if (!random.null()) {
    to.entity_name = random.string();
  }
}

void fill(InstanceRandom& random, AlterClientQuotasResponse::EntryData& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.entity.resize(random.count());
  for (auto& element : to.entity) fill(random, element, version);
}

void fill(InstanceRandom& random, AlterClientQuotasResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.entries.resize(random.count());
  for (auto& element : to.entries) fill(random, element, version);
}

}  // namespace

void write_random_alter_client_quotas_request(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterClientQuotasRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_alter_client_quotas_response(InstanceRandom& random, int16_t version, Bytes& out) {
  AlterClientQuotasResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
