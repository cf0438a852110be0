#include "broker/metadata/record_version.h"

#include <type_traits>
#include <variant>

namespace klamm::broker {
namespace {

int16_t version_of(const protocol::BrokerRegistrationChangeRecord& record) {
  if (record.cordoned_log_dirs) return 3;
  if (!record.log_dirs.empty()) return 2;
  return record.in_controlled_shutdown != 0 ? 1 : 0;
}

}  // namespace

int16_t record_version(const protocol::MetadataRecord& record, MetadataVersion metadata_version) {
  using namespace protocol;
  return std::visit(
      [&]<class Record>(const Record& known) -> int16_t {
        if constexpr (std::is_same_v<Record, RegisterBrokerRecord>) {
          return metadata_version.register_broker_record_version();
        } else if constexpr (std::is_same_v<Record, PartitionRecord>) {
          return metadata_version.partition_record_version();
        } else if constexpr (std::is_same_v<Record, PartitionChangeRecord>) {
          return metadata_version.partition_change_record_version();
        } else if constexpr (std::is_same_v<Record, BrokerRegistrationChangeRecord>) {
          return version_of(known);
        } else {
          static_assert(Record::kVersionMin == 0 && Record::kVersionMax == 0);
          (void)known;
          return 0;
        }
      },
      record);
}

}  // namespace klamm::broker
