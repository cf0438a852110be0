// DescribeClientQuotas, versions 0 and 1 (KIP-546): the quotas of the entities that a filter matches. Each
// component names a type of entity, with a name, the default, or any; a strict filter matches entities that
// have these types and no others.
#include <map>

#include "broker/handlers/security.h"

namespace klamm::broker {
namespace {

using protocol::DescribeClientQuotasRequest;
using protocol::DescribeClientQuotasResponse;
using protocol::ErrorCode;

constexpr std::string_view kIp = "ip", kUser = "user", kClientId = "client-id";
constexpr int8_t kExact = 0, kDefault = 1, kSpecified = 2;

struct Refusal {
  ErrorCode code;
  std::string message;
};

// What a filter wants of one type of entity.
struct Wanted {
  bool any_name = false;
  std::optional<std::string_view> name;  // no name: the default
};
using Filter = std::map<std::string_view, Wanted>;
using Component = DescribeClientQuotasRequest::ComponentData;

Error<Refusal> invalid(std::string message) {
  return Error{Refusal{ErrorCode::kInvalidRequest, std::move(message)}};
}

Result<Wanted, Refusal> wanted_of(const Component& component) {
  switch (component.match_type) {
    case kExact:
      if (!component.match)
        return invalid("Request specified MATCH_TYPE_EXACT, but set match string to null.");
      return Wanted{false, component.match};
    case kDefault:
      if (component.match)
        return invalid("Request specified MATCH_TYPE_DEFAULT, but also specified a match string.");
      return Wanted{};
    case kSpecified:
      if (component.match)
        return invalid("Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.");
      return Wanted{true, std::nullopt};
    default:
      return invalid("Unknown match type " + std::to_string(component.match_type));
  }
}

Result<Filter, Refusal> filter_of(const DescribeClientQuotasRequest& request) {
  Filter filter;
  for (const Component& component : request.components) {
    const std::string_view type = component.entity_type;
    if (type.empty()) return invalid("Invalid empty entity type.");
    if (filter.contains(type))
      return invalid("Entity type " + std::string(type) + " cannot appear more than once in the filter.");
    if (type != kIp && type != kUser && type != kClientId) {
      return Error{Refusal{ErrorCode::kUnsupportedVersion, "Unsupported entity type " + std::string(type)}};
    }
    auto wanted = wanted_of(component);
    if (!wanted) return Error{wanted.error()};
    filter[type] = *wanted;
  }
  if (filter.contains(kIp) && filter.size() > 1) {
    return invalid(
        "Invalid entity filter component combination. IP filter component should not be used with user or "
        "clientId filter component.");
  }
  return filter;
}

bool matches(const Filter& filter, bool strict, const QuotaEntity& entity) {
  if (strict && entity.size() != filter.size()) return false;
  for (const auto& [type, wanted] : filter) {
    const auto found = entity.find(std::string(type));
    if (found == entity.end()) return false;
    if (wanted.any_name) continue;
    if (found->second.has_value() != wanted.name.has_value()) return false;
    if (wanted.name && *found->second != *wanted.name) return false;
  }
  return true;
}

DescribeClientQuotasResponse::EntryData described(const QuotaEntity& entity, const QuotaValues& values) {
  DescribeClientQuotasResponse::EntryData entry;
  for (const auto& [type, name] : entity) {
    auto& part = entry.entity.emplace_back();
    part.entity_type = type;
    part.entity_name = name;
  }
  for (const auto& [key, value] : values) entry.values.push_back({key, value});
  return entry;
}

DescribeClientQuotasResponse refused(ErrorCode code, std::optional<std::string_view> message) {
  DescribeClientQuotasResponse response;
  response.error_code = protocol::wire_value(code);
  response.error_message = message;
  response.entries.reset();
  return response;
}

}  // namespace

DescribeClientQuotasResponse describe_client_quotas(const DescribeClientQuotasRequest& request,
                                                    const ClientQuotasImage& quotas, Texts& texts) {
  auto filter = filter_of(request);
  if (!filter) return refused(filter.error().code, texts.keep(filter.error().message));
  DescribeClientQuotasResponse response;
  for (const auto& [entity, values] : quotas.entities()) {
    if (matches(*filter, request.strict, entity)) response.entries->push_back(described(entity, values));
  }
  return response;
}

void handle_describe_client_quotas(Request request, Reply reply, const SecurityUses& uses) {
  DescribeClientQuotasRequest body;
  if (!read_body(request, body)) return reply.close();
  const auto image = uses.images.get();
  if (!access_of(uses.authorizer, *image, request).allows_cluster(security::AclOperation::kDescribeConfigs))
    return reply.send(refused(ErrorCode::kClusterAuthorizationFailed, std::nullopt));
  Texts texts;
  reply.send(describe_client_quotas(body, image->client_quotas(), texts));
}

}  // namespace klamm::broker
