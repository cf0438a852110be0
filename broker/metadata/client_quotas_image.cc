#include "broker/metadata/client_quotas_image.h"

#include <utility>

#include "protocol/messages/client_quota_record.h"

namespace klamm::broker {

Result<void, Failure> ClientQuotasImage::apply(const protocol::ClientQuotaRecord& record) {
  QuotaEntity entity;
  for (const auto& part : record.entity) {
    std::optional<std::string> name;
    if (part.entity_name) name = std::string(*part.entity_name);
    entity[std::string(part.entity_type)] = std::move(name);
  }
  const QuotaValues* found = entities_.find(entity);
  QuotaValues values = found ? *found : QuotaValues();
  if (record.remove) {
    values.erase(record.key);
  } else {
    values.set(std::string(record.key), record.value);
  }
  if (values.empty()) {
    entities_.erase(entity);
  } else {
    entities_.set(std::move(entity), std::move(values));
  }
  return {};
}

}  // namespace klamm::broker
