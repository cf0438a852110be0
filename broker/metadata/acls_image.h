// The access control entries. Part of ClusterImage.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "base/uuid.h"
#include "broker/metadata/shared_map.h"

namespace klamm::protocol {
struct AccessControlEntryRecord;
struct RemoveAccessControlEntryRecord;
}  // namespace klamm::protocol

namespace klamm::broker {

// The numbers are Kafka's ids of resource types, patterns, operations and permissions.
struct AclImage {
  int8_t resource_type = 0;
  std::string resource_name;
  int8_t pattern_type = 0;
  std::string principal;  // "User:alice"
  std::string host;       // "*" or an address
  int8_t operation = 0;
  int8_t permission_type = 0;  // 2 deny, 3 allow

  friend bool operator==(const AclImage&, const AclImage&) = default;
};

class AclsImage {
 public:
  const SharedMap<Uuid, AclImage>& by_id() const { return by_id_; }

  Result<void, Failure> apply(const protocol::AccessControlEntryRecord& record);
  // Fails when there is no such entry.
  Result<void, Failure> apply(const protocol::RemoveAccessControlEntryRecord& record);

  friend bool operator==(const AclsImage&, const AclsImage&) = default;

 private:
  SharedMap<Uuid, AclImage> by_id_;
};

}  // namespace klamm::broker
