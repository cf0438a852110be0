// DescribeConfigs, versions 1 to 4: every key of a topic, broker, group, client-metrics subscription, or the
// levels of loggers, with value, type, source and synonyms (KIP-133, KIP-226, KIP-412, KIP-569). Keys come
// sorted by name; Apache Kafka gives them in no order. A resource of an unknown type makes the whole request
// INVALID_REQUEST, as in Kafka.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "broker/config/describe.h"
#include "broker/config/text.h"
#include "broker/config/topic_names.h"
#include "broker/handlers/configs.h"
#include "broker/handlers/topics.h"
#include "broker/metadata/refusal.h"

namespace klamm::broker {
namespace {

using protocol::DescribeConfigsRequest;
using protocol::DescribeConfigsResponse;
using protocol::ErrorCode;
using Resource = DescribeConfigsRequest::DescribeConfigsResource;
using Described = Result<std::vector<DescribedConfig>, ConfigError>;

Error<ConfigError> invalid_request(std::string message) {
  return Error{ConfigError{ErrorCode::kInvalidRequest, std::move(message)}};
}

bool is_known_type(int8_t type) {
  switch (static_cast<ConfigResourceType>(type)) {
    case ConfigResourceType::kTopic:
    case ConfigResourceType::kBroker:
    case ConfigResourceType::kBrokerLogger:
    case ConfigResourceType::kClientMetrics:
    case ConfigResourceType::kGroup:
      return true;
    default:
      return false;
  }
}

// Of a known type. Asked before anything of the resource is looked at.
std::optional<ConfigError> check_allowed(const Resource& resource, const Access& access) {
  const auto decides = decides_about(static_cast<ConfigResourceType>(resource.resource_type));
  if (!decides) return std::nullopt;
  const std::string_view name = name_to_decide(*decides, resource.resource_name);
  if (access.allows(security::AclOperation::kDescribeConfigs, *decides, name)) return std::nullopt;
  const ErrorCode refusal = refusal_of(*decides);
  return ConfigError{refusal, std::string(refusal_text(refusal))};
}

// Describes one resource after another at one state of the cluster.
class Describer {
 public:
  Describer(const ClusterImage& image, const NodeConfig& config, const BrokerLoggers& loggers)
      : image_(image), config_(config), loggers_(loggers), settings_(image.configs(), config) {}

  Described describe(const Resource& resource) const {
    std::string_view name = resource.resource_name;
    switch (static_cast<ConfigResourceType>(resource.resource_type)) {
      case ConfigResourceType::kTopic:
        return topic(name);
      case ConfigResourceType::kBroker:
        return broker(name);
      case ConfigResourceType::kBrokerLogger:
        return loggers(name);
      case ConfigResourceType::kClientMetrics:
        if (name.empty()) return invalid_request("Client metrics subscription name must not be empty");
        return describe_client_metrics(overrides(ConfigResourceType::kClientMetrics, name));
      case ConfigResourceType::kGroup:
        if (name.empty()) return invalid_request("Group name must not be empty");
        return describe_group(overrides(ConfigResourceType::kGroup, name), settings_.layers());
      default:
        return invalid_request(fmt::format("Unsupported resource type: {}", resource.resource_type));
    }
  }

 private:
  ConfigMap overrides(ConfigResourceType type, std::string_view name) const {
    return to_config_map(image_.configs().of(type, name));
  }

  Described topic(std::string_view name) const {
    if (std::optional<std::string> wrong = check_topic_name(name)) {
      return Error{ConfigError{ErrorCode::kInvalidTopicException, *wrong}};
    }
    if (image_.topics().find(name) == nullptr) {
      return Error{ConfigError{ErrorCode::kUnknownTopicOrPartition, ""}};
    }
    return describe_topic(overrides(ConfigResourceType::kTopic, name), settings_.layers());
  }

  Described broker(std::string_view name) const {
    if (name.empty()) return describe_broker_defaults(settings_.layers());
    if (auto error = check_own_id(name, " or empty string,")) return Error{*error};
    return describe_broker(settings_.layers());
  }

  Described loggers(std::string_view name) const {
    if (name.empty()) return invalid_request("Broker id must not be empty");
    if (auto error = check_own_id(name, "")) return Error{*error};
    return loggers_.describe();
  }

  std::optional<ConfigError> check_own_id(std::string_view name, std::string_view or_else) const {
    std::optional<int64_t> id = parse_integer(name, INT32_MIN, INT32_MAX);
    if (!id) return invalid_request(fmt::format("Broker id must be an integer, but it is: {}", name)).error;
    if (*id == config_.id.value) return std::nullopt;
    return invalid_request(fmt::format("Unexpected broker id, expected {}{} but received {}",
                                       config_.id.value, or_else, name))
        .error;
  }

  const ClusterImage& image_;
  const NodeConfig& config_;
  const BrokerLoggers& loggers_;
  const BrokerSettings settings_;
};

bool is_wanted(const Resource& resource, std::string_view name) {
  const auto& keys = resource.configuration_keys;
  return !keys || keys->empty() || std::find(keys->begin(), keys->end(), name) != keys->end();
}

std::optional<std::string_view> keep(std::optional<std::string>& text, Texts& texts) {
  if (!text) return std::nullopt;
  return texts.keep(std::move(*text));
}

DescribeConfigsResponse::DescribeConfigsResourceResult to_message(DescribedConfig described,
                                                                  const DescribeConfigsRequest& request,
                                                                  Texts& texts) {
  DescribeConfigsResponse::DescribeConfigsResourceResult result;
  result.name = texts.keep(std::move(described.name));
  result.value = keep(described.value, texts);
  result.read_only = described.read_only;
  result.config_source = static_cast<int8_t>(described.source);
  result.is_sensitive = described.sensitive;
  result.config_type = static_cast<int8_t>(described.type);
  result.documentation = std::nullopt;
  if (request.include_documentation) result.documentation = described.documentation;
  if (!request.include_synonyms) return result;
  for (DescribedSynonym& synonym : described.synonyms) {
    auto& made = result.synonyms.emplace_back();
    made.name = texts.keep(std::move(synonym.name));
    made.value = keep(synonym.value, texts);
    made.source = static_cast<int8_t>(synonym.source);
  }
  return result;
}

}  // namespace

DescribeConfigsResponse describe_configs(const DescribeConfigsRequest& request, const ClusterImage& image,
                                         const Access& access, const NodeConfig& config,
                                         const BrokerLoggers& loggers, Texts& texts) {
  DescribeConfigsResponse response;
  const Describer describer(image, config, loggers);
  bool known = std::all_of(request.resources.begin(), request.resources.end(),
                           [](const Resource& resource) { return is_known_type(resource.resource_type); });
  // A resource that is named twice is answered once: each of a few bytes would make one of tens of kilobytes.
  std::set<std::pair<int8_t, std::string_view>> named;
  for (const Resource& resource : request.resources) {
    if (!named.emplace(resource.resource_type, resource.resource_name).second) continue;
    auto& result = response.results.emplace_back();
    result.resource_type = resource.resource_type;
    result.resource_name = resource.resource_name;
    Described described = invalid_request("The request names a resource of an unknown type");
    if (known) {
      const std::optional<ConfigError> refused = check_allowed(resource, access);
      described = refused ? Described(Error{*refused}) : describer.describe(resource);
    }
    if (!described) {
      result.error_code = protocol::wire_value(described.error().code);
      result.error_message = texts.keep(described.error().message);
      continue;
    }
    for (DescribedConfig& one : *described) {
      if (is_wanted(resource, one.name)) result.configs.push_back(to_message(std::move(one), request, texts));
    }
  }
  return response;
}

void handle_describe_configs(Request request, Reply reply, const ConfigsUses& uses) {
  DescribeConfigsRequest body;
  if (!read_body(request, body)) return reply.close();
  Texts texts;
  const auto image = uses.images.get();
  const Access access = access_of(uses.config.security.authorizer, *image, request);
  reply.send(describe_configs(body, *image, access, uses.config, uses.loggers, texts));
}

}  // namespace klamm::broker
