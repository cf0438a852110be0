// Generated from protocol/schema/32_describe_configs.kmsg; not to be edited.
#include "protocol/messages/describe_configs_request.h"
#include "protocol/messages/describe_configs_response.h"
#include "tests/protocol/instances/instance_random.h"

namespace klamm::protocol {
namespace {

void fill(InstanceRandom& random, DescribeConfigsRequest::DescribeConfigsResource& to, int16_t) {
  to.resource_type = random.number<int8_t>();
  to.resource_name = random.string();
  to.configuration_keys.reset();
  if (!random.null()) {
    to.configuration_keys.emplace(random.count());
    for (auto& element : *to.configuration_keys) element = random.string();
  }
}

void fill(InstanceRandom& random, DescribeConfigsRequest& to, int16_t version) {
  to.resources.resize(random.count());
  for (auto& element : to.resources) fill(random, element, version);
  to.include_synonyms = random.boolean();
  if (version >= 3) {
    to.include_documentation = random.boolean();
  }
}

void fill(InstanceRandom& random, DescribeConfigsResponse::DescribeConfigsSynonym& to, int16_t) {
  to.name = random.string();
  to.value.reset();
  if (!random.null()) {
    to.value = random.string();
  }
  to.source = random.number<int8_t>();
}

void fill(InstanceRandom& random, DescribeConfigsResponse::DescribeConfigsResourceResult& to, int16_t version) {
  to.name = random.string();
  to.value.reset();
  if (!random.null()) {
    to.value = random.string();
  }
  to.read_only = random.boolean();
  to.config_source = random.number<int8_t>();
  to.is_sensitive = random.boolean();
  to.synonyms.resize(random.count());
  for (auto& element : to.synonyms) fill(random, element, version);
  if (version >= 3) {
    to.config_type = random.number<int8_t>();
  }
  if (version >= 3) {
    to.documentation.reset();
    if (!random.null()) {
      to.documentation = random.string();
    }
  }
}

void fill(InstanceRandom& random, DescribeConfigsResponse::DescribeConfigsResult& to, int16_t version) {
  to.error_code = random.number<int16_t>();
  to.error_message.reset();
  if (!random.null()) {
    to.error_message = random.string();
  }
  to.resource_type = random.number<int8_t>();
  to.resource_name = random.string();
  to.configs.resize(random.count());
  for (auto& element : to.configs) fill(random, element, version);
}

void fill(InstanceRandom& random, DescribeConfigsResponse& to, int16_t version) {
  to.throttle_time_ms = random.number<int32_t>();
  to.results.resize(random.count());
  for (auto& element : to.results) fill(random, element, version);
}

}  // namespace

void write_random_describe_configs_request(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeConfigsRequest message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

void write_random_describe_configs_response(InstanceRandom& random, int16_t version, Bytes& out) {
  DescribeConfigsResponse message;
  fill(random, message, version);
  write_and_compare(message, version, out);
}

}  // namespace klamm::protocol
