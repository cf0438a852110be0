// What an operator reads in the log of records of the metadata log, once they are committed: which brokers
// come, go and are fenced, which topics, and which partitions lose their leader, or records by an unclean
// election. Every controller of the quorum says so, as Kafka's do when they replay a record, and not only the
// one that decided it, whose log may be gone with it.
#pragma once

#include <optional>
#include <string>

#include "base/logging.h"
#include "broker/metadata/cluster_image.h"
#include "protocol/metadata_record.h"

namespace klamm::broker {

struct RecordLine {
  LogLevel level = LogLevel::kInfo;
  std::string text{};
};

// The line of a record that is about to be applied to `before`; most records have none.
std::optional<RecordLine> line_of(const ClusterImage& before, const protocol::MetadataRecord& record);

}  // namespace klamm::broker
