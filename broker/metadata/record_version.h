// In which version a metadata record is written.
#pragma once

#include <cstdint>

#include "broker/metadata/features.h"
#include "protocol/metadata_record.h"

namespace klamm::broker {

// The version that Kafka writes the record in at this level of metadata.version: nodes that are still at an
// older release understand it. A BrokerRegistrationChange has the lowest version that can say what it says.
int16_t record_version(const protocol::MetadataRecord& record, MetadataVersion metadata_version);

}  // namespace klamm::broker
