// A ClusterImage as the records that make it again: the content of a snapshot of the metadata log (KIP-630).
#pragma once

#include <cstdint>
#include <functional>

#include "broker/metadata/cluster_image.h"

namespace klamm::broker {

// Called once for each record with the version it is to be written in, which follows from the image's
// metadata.version. Strings of the record are views into the image.
using RecordSink = std::function<void(const protocol::MetadataRecord& record, int16_t version)>;

// In Kafka's order: features (metadata.version first), brokers, controllers, topics each with its partitions,
// configurations, client quotas, producer ids, ACLs, SCRAM credentials, delegation tokens; inside of each, by
// key. The image has a metadata.version. What that version cannot say is left out; nothing can have set it.
void write_records(const ClusterImage& image, const RecordSink& sink);

// The record that makes `partition` as it is.
protocol::PartitionRecord partition_record(const Uuid& topic, int32_t index, const PartitionImage& partition);

}  // namespace klamm::broker
