#include "broker/quota/quota_limits.h"

#include <algorithm>
#include <cmath>

namespace klamm::broker {
namespace {

constexpr std::string_view kUser = "user", kClientId = "client-id", kIp = "ip";
constexpr std::string_view kConnectionRate = "connection_creation_rate";

struct NamedKind {
  std::string_view key;
  QuotaKind kind;
};
constexpr NamedKind kKinds[] = {
    {"producer_byte_rate", QuotaKind::kProduce},
    {"consumer_byte_rate", QuotaKind::kFetch},
    {"request_percentage", QuotaKind::kRequest},
    {"controller_mutation_rate", QuotaKind::kControllerMutation},
};

std::optional<QuotaKind> kind_of(std::string_view key) {
  const auto* found = std::ranges::find(kKinds, key, &NamedKind::key);
  if (found == std::end(kKinds)) return std::nullopt;
  return found->kind;
}

}  // namespace

const double* QuotaLimits::Level::find_named(std::string_view name) const {
  const auto found = named.find(name);
  return found == named.end() ? nullptr : &found->second;
}

std::optional<double> QuotaLimits::Level::find(std::string_view name) const {
  const double* own = find_named(name);
  return own != nullptr ? std::optional<double>(*own) : by_default;
}

// What is of an address, or of nobody, is none of these; a limit that is no positive number limits nothing.
QuotaLimits::QuotaLimits(const ClientQuotasImage& image) {
  for (const auto& [entity, values] : image.entities()) {
    if (entity.contains(std::string(kIp))) continue;
    for (const auto& [key, value] : values) {
      const auto kind = kind_of(key);
      if (kind && value > 0) add(*kind, entity, value);
    }
  }
}

void QuotaLimits::add(QuotaKind kind, const QuotaEntity& entity, double limit) {
  const auto user = entity.find(std::string(kUser));
  const auto client_id = entity.find(std::string(kClientId));
  const bool has_user = user != entity.end();
  const bool has_client_id = client_id != entity.end();
  if (!has_user && !has_client_id) return;
  OfKind& known = kinds_[static_cast<size_t>(kind)];
  Level* level = &known.client_ids;
  if (has_user && has_client_id) {
    level = user->second ? &known.client_ids_of[*user->second] : &known.client_ids_of_default;
  } else if (has_user) {
    level = &known.users;
  }
  const std::optional<std::string>& name = has_client_id ? client_id->second : user->second;
  if (name) {
    level->named[*name] = limit;
  } else {
    level->by_default = limit;
  }
  empty_ = false;
}

// In Kafka's two steps: whose use is counted together, and then what limits them. They come apart where a
// name is empty, which Kafka takes for none.
std::optional<QuotaLimits::Found> QuotaLimits::find(QuotaKind kind, std::string_view user,
                                                    std::string_view client_id) const {
  const OfKind& known = kinds_[static_cast<size_t>(kind)];
  const auto found = known.client_ids_of.find(user);
  const Level* own = found == known.client_ids_of.end() ? nullptr : &found->second;
  Found share;
  if (own != nullptr && own->find(client_id)) {
    share.by_user = share.by_client_id = true;
  } else if (known.users.find_named(user) != nullptr) {
    share.by_user = true;
  } else if (known.client_ids_of_default.find(client_id)) {
    share.by_user = share.by_client_id = true;
  } else if (known.users.by_default) {
    share.by_user = true;
  } else {
    share.by_client_id = true;
  }

  share.by_user = share.by_user && !user.empty();
  share.by_client_id = share.by_client_id && !client_id.empty();
  std::optional<double> limit;
  if (share.by_user && share.by_client_id) {
    if (own != nullptr) limit = own->find(client_id);
    if (!limit) limit = known.client_ids_of_default.find(client_id);
  } else if (share.by_user) {
    limit = known.users.find(user);
  } else if (share.by_client_id) {
    limit = known.client_ids.find(client_id);
  }
  if (!limit || !std::isfinite(*limit)) return std::nullopt;
  share.limit = *limit;
  return share;
}

IpRates ip_rates_of(const ClientQuotasImage& image) {
  IpRates rates;
  for (const auto& [entity, values] : image.entities()) {
    const auto ip = entity.find(std::string(kIp));
    if (ip == entity.end()) continue;
    const double* value = values.find(kConnectionRate);
    if (value == nullptr || !(*value >= 1)) continue;
    const int32_t rate = *value < INT32_MAX ? static_cast<int32_t>(*value) : INT32_MAX;
    if (ip->second) {
      rates.by_name[*ip->second] = rate;
    } else {
      rates.by_default = rate;
    }
  }
  return rates;
}

}  // namespace klamm::broker
