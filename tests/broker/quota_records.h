// Quotas for the tests of what is made of them.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/metadata/client_quotas_image.h"
#include "protocol/metadata_record.h"

namespace klamm::broker::testing {

// Types with names; no name is the default.
using QuotaParts = std::vector<std::pair<std::string_view, std::optional<std::string_view>>>;

inline protocol::ClientQuotaRecord quota_record(const QuotaParts& parts, std::string_view key, double value) {
  protocol::ClientQuotaRecord record;
  for (const auto& [type, name] : parts) {
    auto& part = record.entity.emplace_back();
    part.entity_type = type;
    part.entity_name = name;
  }
  record.key = key;
  record.value = value;
  return record;
}

inline ClientQuotasImage quotas_of(const std::vector<protocol::ClientQuotaRecord>& records) {
  ClientQuotasImage image;
  for (const auto& record : records) REQUIRE(image.apply(record).ok());
  return image;
}

}  // namespace klamm::broker::testing
