#include "broker/metadata/acls_image.h"

#include "protocol/messages/access_control_entry_record.h"
#include "protocol/messages/remove_access_control_entry_record.h"

namespace klamm::broker {

Result<void, Failure> AclsImage::apply(const protocol::AccessControlEntryRecord& record) {
  by_id_.set(record.id, AclImage{record.resource_type, std::string(record.resource_name), record.pattern_type,
                                 std::string(record.principal), std::string(record.host), record.operation,
                                 record.permission_type});
  return {};
}

Result<void, Failure> AclsImage::apply(const protocol::RemoveAccessControlEntryRecord& record) {
  if (by_id_.erase(record.id)) return {};
  return Error{
      Failure{"the access control entry " + record.id.to_string() + ", which does not exist, is removed"}};
}

}  // namespace klamm::broker
