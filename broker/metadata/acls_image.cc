#include "broker/metadata/acls_image.h"

#include <utility>

#include "base/check.h"
#include "protocol/messages/access_control_entry_record.h"
#include "protocol/messages/remove_access_control_entry_record.h"

namespace klamm::broker {
namespace {

AclPattern pattern_of(const AclImage& acl) {
  return {acl.resource_type, acl.pattern_type, acl.resource_name};
}
AclEntry entry_of(const AclImage& acl) {
  return {acl.principal, acl.permission_type, acl.operation, acl.host};
}

}  // namespace

bool AclsImage::contains(const AclImage& acl) const {
  const Entries* entries = by_pattern_.find(pattern_of(acl));
  return entries != nullptr && entries->contains(entry_of(acl));
}

Result<void, Failure> AclsImage::apply(const protocol::AccessControlEntryRecord& record) {
  AclImage acl{record.resource_type,          std::string(record.resource_name), record.pattern_type,
               std::string(record.principal), std::string(record.host),          record.operation,
               record.permission_type};
  if (const AclImage* before = by_id_.find(record.id)) drop_pattern(*before);
  put_pattern(acl);
  by_id_.set(record.id, std::move(acl));
  return {};
}

Result<void, Failure> AclsImage::apply(const protocol::RemoveAccessControlEntryRecord& record) {
  const AclImage* acl = by_id_.find(record.id);
  if (acl == nullptr) {
    return Error{
        Failure{"the access control entry " + record.id.to_string() + ", which does not exist, is removed"}};
  }
  drop_pattern(*acl);
  CHECK(by_id_.erase(record.id));
  return {};
}

void AclsImage::put_pattern(const AclImage& acl) {
  AclPattern pattern = pattern_of(acl);
  AclEntry entry = entry_of(acl);
  const Entries* known = by_pattern_.find(pattern);
  Entries entries = known != nullptr ? *known : Entries();
  const uint32_t* count = entries.find(entry);
  entries.set(std::move(entry), count != nullptr ? *count + 1 : 1);
  by_pattern_.set(std::move(pattern), std::move(entries));
}

void AclsImage::drop_pattern(const AclImage& acl) {
  AclPattern pattern = pattern_of(acl);
  AclEntry entry = entry_of(acl);
  const Entries* known = by_pattern_.find(pattern);
  CHECK(known != nullptr);
  Entries entries = *known;
  const uint32_t* count = entries.find(entry);
  CHECK(count != nullptr && *count > 0);
  if (*count > 1) {
    entries.set(std::move(entry), *count - 1);
  } else {
    entries.erase(entry);
  }
  if (entries.empty()) {
    by_pattern_.erase(pattern);
  } else {
    by_pattern_.set(std::move(pattern), std::move(entries));
  }
}

}  // namespace klamm::broker
