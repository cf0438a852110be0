#include "broker/controller/client_quotas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace klamm::broker {
namespace {

using protocol::AlterClientQuotasRequest;
using protocol::AlterClientQuotasResponse;

using Entry = AlterClientQuotasRequest::EntryData;
// By key; no value where it is to be removed.
using Alterations = std::map<std::string_view, std::optional<double>>;

constexpr std::string_view kUser = "user", kClientId = "client-id", kIp = "ip";

enum class Number { kDouble, kLong, kInt };
struct QuotaKey {
  std::string_view name;
  Number number;
};
constexpr QuotaKey kUserKeys[] = {{"producer_byte_rate", Number::kLong},
                                  {"consumer_byte_rate", Number::kLong},
                                  {"request_percentage", Number::kDouble},
                                  {"controller_mutation_rate", Number::kDouble}};
constexpr QuotaKey kIpKeys[] = {{"connection_creation_rate", Number::kInt}};

// What is not a whole number by more is refused.
constexpr double kFractionMax = 1e-6;

ApiError invalid(std::string message) { return {ErrorCode::kInvalidRequest, std::move(message)}; }

// Of a type that is named more than once the last counts: Kafka reads them into a map.
QuotaEntity entity_of(const Entry& entry) {
  QuotaEntity entity;
  for (const auto& part : entry.entity) {
    std::optional<std::string> name;
    if (part.entity_name) name = std::string(*part.entity_name);
    entity[std::string(part.entity_type)] = std::move(name);
  }
  return entity;
}

// As Java prints it.
std::string text_of(const QuotaEntity& entity) {
  std::string text;
  for (const auto& [type, name] : entity) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", type, name.value_or("null"));
  }
  return "ClientQuotaEntity(entries={" + text + "})";
}

std::optional<ApiError> check_names(const QuotaEntity& entity) {
  if (entity.empty()) return invalid("Invalid empty client quota entity");
  for (const auto& [type, name] : entity) {
    if (type != kUser && type != kClientId && type != kIp) {
      return invalid("Unhandled client quota entity type: " + type);
    }
    if (name && name->empty()) return invalid("Empty " + type + " not supported");
  }
  return std::nullopt;
}

// The keys that such an entity may have.
Result<std::span<const QuotaKey>, ApiError> keys_of(const QuotaEntity& entity,
                                                    const std::set<std::string>& unknown_hosts) {
  const auto ip = entity.find(std::string(kIp));
  if (ip == entity.end()) return std::span<const QuotaKey>(kUserKeys);
  if (entity.size() > 1) {
    return Error{
        invalid("Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId")};
  }
  if (ip->second && unknown_hosts.contains(*ip->second)) {
    return Error{invalid(*ip->second + " is not a valid IP or resolvable host.")};
  }
  return std::span<const QuotaKey>(kIpKeys);
}

std::optional<ApiError> check_value(std::span<const QuotaKey> keys, std::string_view key, double value) {
  const auto found = std::ranges::find(keys, key, &QuotaKey::name);
  if (found == keys.end()) return invalid(fmt::format("Invalid configuration key {}", key));
  // Nor what is no number at all, which Kafka takes.
  if (!(value > 0)) return invalid(fmt::format("Quota {} must be greater than 0", key));
  if (found->number == Number::kDouble) return std::nullopt;
  const bool is_int = found->number == Number::kInt;
  const double most = is_int ? static_cast<double>(std::numeric_limits<int32_t>::max())
                             : static_cast<double>(std::numeric_limits<int64_t>::max());
  if (value > most) {
    return invalid(
        fmt::format("Proposed value for {} is too large for {}.", key, is_int ? "an INT" : "a LONG"));
  }
  if (std::fmod(value, 1.0) > kFractionMax)
    return invalid(fmt::format("{} cannot be a fractional value.", key));
  return std::nullopt;
}

// Alters the entities of one request.
class Alteration {
 public:
  Alteration(const ControllerView& view, const std::set<std::string>& unknown_hosts)
      : image_(view.image), unknown_hosts_(unknown_hosts), records_(view.image) {}

  void alter(const Entry& entry) {
    QuotaEntity entity = entity_of(entry);
    Alterations alterations;
    bool is_double = outcomes_.contains(entity);
    for (const auto& op : entry.ops) {
      std::optional<double> value;
      if (!op.remove) value = op.value;
      is_double |= !alterations.emplace(op.key, value).second;
    }
    ApiError outcome;
    if (is_double) {
      outcome = invalid("Ignoring duplicate entity " + text_of(entity));
    } else if (auto wrong = add_records(entity, alterations)) {
      outcome = *std::move(wrong);
    }
    outcomes_.insert_or_assign(std::move(entity), std::move(outcome));
  }

  const std::map<QuotaEntity, ApiError>& outcomes() const { return outcomes_; }
  std::vector<Bytes> take_records() { return records_.take(); }

 private:
  // All of them, or none where one is wrong.
  std::optional<ApiError> add_records(const QuotaEntity& entity, const Alterations& alterations) {
    if (auto wrong = check_names(entity)) return wrong;
    const auto keys = keys_of(entity, unknown_hosts_);
    if (!keys) return keys.error();
    RecordList made(image_);
    const QuotaValues* values = image_.client_quotas().find(entity);
    for (const auto& [key, value] : alterations) {
      const double* now = values == nullptr ? nullptr : values->find(key);
      if (value) {
        if (auto wrong = check_value(*keys, key, *value)) return wrong;
        if (now == nullptr || *now != *value) made.add(record_of(entity, key, value));
      } else if (now != nullptr) {
        made.add(record_of(entity, key, value));
      }
    }
    records_.add(made);
    return std::nullopt;
  }

  static protocol::ClientQuotaRecord record_of(const QuotaEntity& entity, std::string_view key,
                                               std::optional<double> value) {
    protocol::ClientQuotaRecord record;
    for (const auto& [type, name] : entity) {
      auto& part = record.entity.emplace_back();
      part.entity_type = type;
      part.entity_name = name;
    }
    record.key = key;
    record.value = value.value_or(0);
    record.remove = !value;
    return record;
  }

  const ClusterImage& image_;
  const std::set<std::string>& unknown_hosts_;
  RecordList records_;
  std::map<QuotaEntity, ApiError> outcomes_;
};

}  // namespace

std::set<std::string> quota_hosts(const AlterClientQuotasRequest& request) {
  std::set<std::string> hosts;
  for (const Entry& entry : request.entries) {
    for (const auto& part : entry.entity) {
      if (part.entity_type == kIp && part.entity_name) hosts.emplace(*part.entity_name);
    }
  }
  return hosts;
}

Decided<AlterClientQuotasResponse> decide_alter_client_quotas(const ControllerView& view,
                                                              const AlterClientQuotasRequest& request,
                                                              const std::set<std::string>& unknown_hosts) {
  Alteration alteration(view, unknown_hosts);
  for (const Entry& entry : request.entries) alteration.alter(entry);

  Decided<AlterClientQuotasResponse> decided;
  for (const auto& [entity, outcome] : alteration.outcomes()) {
    auto& result = decided.response.entries.emplace_back();
    result.error_message.reset();
    for (const auto& [type, name] : entity) {
      auto& part = result.entity.emplace_back();
      part.entity_type = decided.texts.keep(type);
      part.entity_name.reset();
      if (name) part.entity_name = decided.texts.keep(*name);
    }
    if (outcome.code == ErrorCode::kNone) continue;
    result.error_code = protocol::wire_value(outcome.code);
    result.error_message = decided.texts.keep(outcome.message);
  }
  if (!request.validate_only) decided.decision.records = alteration.take_records();
  return decided;
}

AlterClientQuotasResponse refused(const AlterClientQuotasRequest& request, ErrorCode code,
                                  std::optional<std::string_view> message) {
  AlterClientQuotasResponse response;
  for (const Entry& entry : request.entries) {
    auto& result = response.entries.emplace_back();
    result.error_code = protocol::wire_value(code);
    result.error_message = message;
    for (const auto& asked : entry.entity) {
      auto& part = result.entity.emplace_back();
      part.entity_type = asked.entity_type;
      part.entity_name = asked.entity_name;
    }
  }
  return response;
}

}  // namespace klamm::broker
