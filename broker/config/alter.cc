// The controller's half: what a request makes of a resource.
#include "broker/config/alter.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "broker/config/group_config.h"
#include "broker/config/text.h"
#include "broker/config/topic_config.h"
#include "broker/config/topic_names.h"

namespace klamm::broker {
namespace {

using protocol::ErrorCode;

constexpr size_t kValueSizeMax = 32767;

const ConfigTable* table_of(ConfigResourceType type) {
  switch (type) {
    case ConfigResourceType::kTopic:
      return &topic_keys();
    case ConfigResourceType::kBroker:
      return &broker_keys();
    case ConfigResourceType::kGroup:
      return &group_keys();
    case ConfigResourceType::kClientMetrics:
      return &client_metrics_keys();
    default:
      return nullptr;
  }
}

// Split at commas as it stands; empty pieces are dropped.
StringList pieces(std::string_view text) {
  StringList result;
  while (!text.empty()) {
    size_t comma = text.find(',');
    if (comma != 0) result.emplace_back(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return result;
}

// The list with pieces added that it lacks, or with the first of each taken out.
std::string changed_list(StringList list, const ConfigChange& change) {
  for (const std::string& piece : pieces(change.value.value_or(""))) {
    auto found = std::find(list.begin(), list.end(), piece);
    if (change.operation == static_cast<int8_t>(ConfigOperation::kAppend)) {
      if (found == list.end()) list.push_back(piece);
    } else if (found != list.end()) {
      list.erase(found);
    }
  }
  return join(list, ",");
}

Result<std::optional<std::string>, ConfigError> new_value(ConfigResourceType type, const ConfigChange& change,
                                                          const ConfigMap& current) {
  using Value = std::optional<std::string>;
  auto found = current.find(change.name);
  switch (change.operation) {
    case static_cast<int8_t>(ConfigOperation::kSet):
      return change.value ? Value(*change.value) : Value();
    case static_cast<int8_t>(ConfigOperation::kDelete):
      return Value();
    case static_cast<int8_t>(ConfigOperation::kAppend):
    case static_cast<int8_t>(ConfigOperation::kSubtract):
      break;
    default:
      return Error{ConfigError{ErrorCode::kInvalidRequest,
                               fmt::format("Unknown operations type {}", change.operation)}};
  }
  const ConfigTable* table = table_of(type);
  const ConfigKey* key = table == nullptr ? nullptr : table->find(change.name);
  if (key == nullptr || key->type != ConfigType::kList) {
    bool append = change.operation == static_cast<int8_t>(ConfigOperation::kAppend);
    return Error{
        ConfigError{ErrorCode::kInvalidConfig, fmt::format("Can't {} to key {} because its type is not LIST.",
                                                           append ? "APPEND" : "SUBTRACT", change.name)}};
  }
  std::string_view before = found != current.end() ? found->second : key->default_value.value_or("");
  return Value(changed_list(pieces(before), change));
}

std::optional<ConfigError> check_edit(const ConfigResource& resource, const ConfigEdit& edit, bool elr) {
  if (resource.type == ConfigResourceType::kBroker && edit.name == "min.insync.replicas" && elr) {
    if (!resource.name.empty()) {
      return ConfigError{ErrorCode::kInvalidConfig,
                         "Broker-level min.insync.replicas cannot be altered while ELR is enabled."};
    }
    if (!edit.value) {
      return ConfigError{ErrorCode::kInvalidConfig,
                         "Cluster-level min.insync.replicas cannot be removed while ELR is enabled."};
    }
  }
  if (edit.value && edit.value->size() > kValueSizeMax) {
    return ConfigError{
        ErrorCode::kInvalidConfig,
        fmt::format("The configuration value cannot be added because it exceeds the maximum value "
                    "size of {} bytes.",
                    kValueSizeMax)};
  }
  return std::nullopt;
}

std::optional<ConfigError> check_broker_resource(const ConfigResource& resource, bool exists) {
  if (resource.name.empty()) return std::nullopt;
  std::optional<int64_t> id = parse_integer(resource.name, INT32_MIN, INT32_MAX);
  if (!id) return ConfigError{ErrorCode::kInvalidRequest, "Unable to parse broker name as a base 10 number."};
  if (*id < 0) return ConfigError{ErrorCode::kInvalidRequest, "Invalid negative broker ID."};
  if (!exists) {
    return ConfigError{ErrorCode::kBrokerIdNotRegistered, fmt::format("No node with id {} found.", *id)};
  }
  return std::nullopt;
}

std::optional<ConfigError> check_result(const ConfigResource& resource, const ConfigMap& result,
                                        const AlterContext& context) {
  switch (resource.type) {
    case ConfigResourceType::kTopic:
      if (resource.name.empty()) {
        return ConfigError{ErrorCode::kInvalidRequest, "Default topic resources are not allowed."};
      }
      if (auto wrong = check_topic_name(resource.name)) {
        return ConfigError{ErrorCode::kInvalidTopicException, *wrong};
      }
      if (auto failure = check_topic_config(result, context.current, context.settings)) {
        return ConfigError{ErrorCode::kInvalidConfig, failure->message};
      }
      if (context.exists) return std::nullopt;
      return ConfigError{ErrorCode::kUnknownTopicOrPartition,
                         fmt::format("The topic '{}' does not exist.", resource.name)};
    case ConfigResourceType::kBroker:
      return check_broker_resource(resource, context.exists);
    case ConfigResourceType::kClientMetrics:
      if (resource.name.empty()) {
        return ConfigError{ErrorCode::kInvalidRequest, "Subscription name can't be empty"};
      }
      return check_client_metrics_config(result);
    case ConfigResourceType::kGroup:
      if (resource.name.empty()) {
        return ConfigError{ErrorCode::kInvalidRequest, "Default group resources are not allowed."};
      }
      return check_group_config(result, context.settings);
    default:
      return ConfigError{ErrorCode::kInvalidRequest,
                         fmt::format("Unknown resource type {}", static_cast<int>(resource.type))};
  }
}

Result<std::vector<ConfigEdit>, ConfigError> checked(const ConfigResource& resource,
                                                     std::vector<ConfigEdit> edits,
                                                     const AlterContext& context) {
  ConfigMap result = context.current;
  for (const ConfigEdit& edit : edits) {
    if (std::optional<ConfigError> error = check_edit(resource, edit, context.elr)) return Error{*error};
    if (edit.value) {
      result[edit.name] = *edit.value;
    } else {
      result.erase(edit.name);
    }
  }
  if (std::optional<ConfigError> error = check_result(resource, result, context)) return Error{*error};
  return edits;
}

// An unchanged value is not written again, except on a broker.
void add_edit(ConfigEdit edit, ConfigResourceType type, const ConfigMap& current,
              std::vector<ConfigEdit>& edits) {
  auto found = current.find(edit.name);
  bool same = found == current.end() ? !edit.value : edit.value == found->second;
  if (!same || type == ConfigResourceType::kBroker) edits.push_back(std::move(edit));
}

}  // namespace

Result<std::vector<ConfigEdit>, ConfigError> incremental_edits(const ConfigResource& resource,
                                                               std::span<const ConfigChange> changes,
                                                               const AlterContext& context) {
  std::vector<ConfigEdit> edits;
  for (const ConfigChange& change : changes) {
    auto value = new_value(resource.type, change, context.current);
    if (!value) return Error{value.error()};
    add_edit({std::string(change.name), std::move(value).value()}, resource.type, context.current, edits);
  }
  return checked(resource, std::move(edits), context);
}

Result<std::vector<ConfigEdit>, ConfigError> replacing_edits(const ConfigResource& resource,
                                                             std::span<const ConfigChange> changes,
                                                             const AlterContext& context) {
  std::vector<ConfigEdit> edits;
  for (const ConfigChange& change : changes) {
    add_edit({std::string(change.name), std::string(change.value.value_or(""))}, resource.type,
             context.current, edits);
  }
  std::set<std::string_view> named;
  for (const ConfigChange& change : changes) named.insert(change.name);
  for (const auto& [name, value] : context.current) {
    if (!named.contains(name)) edits.push_back({name, std::nullopt});
  }
  return checked(resource, std::move(edits), context);
}

}  // namespace klamm::broker
