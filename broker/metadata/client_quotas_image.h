// Client quotas. Part of ClusterImage.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/result.h"
#include "broker/metadata/shared_map.h"

namespace klamm::protocol {
struct ClientQuotaRecord;
}  // namespace klamm::protocol

namespace klamm::broker {

// Entity type ("user", "client-id", "ip") to name; no name is the type's default.
using QuotaEntity = std::map<std::string, std::optional<std::string>>;
// "producer_byte_rate" and the like to the limit.
using QuotaValues = SharedMap<std::string, double>;

class ClientQuotasImage {
 public:
  // No entity here has an empty map.
  const SharedMap<QuotaEntity, QuotaValues>& entities() const { return entities_; }
  const QuotaValues* find(const QuotaEntity& entity) const { return entities_.find(entity); }

  Result<void, Failure> apply(const protocol::ClientQuotaRecord& record);

  friend bool operator==(const ClientQuotasImage&, const ClientQuotasImage&) = default;

 private:
  SharedMap<QuotaEntity, QuotaValues> entities_;
};

}  // namespace klamm::broker
