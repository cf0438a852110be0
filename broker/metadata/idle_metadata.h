// What the cluster's metadata holds that this release keeps, snapshots included, but does not act on: mostly
// of a log that Apache Kafka has begun.
#pragma once

#include <string>
#include <vector>

#include "broker/metadata/cluster_image.h"

namespace klamm::broker {

// A line for each kind of which there is something. Entries of access control are idle without an authorizer.
std::vector<std::string> idle_metadata(const ClusterImage& image, bool has_authorizer);

}  // namespace klamm::broker
