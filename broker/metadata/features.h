// Feature levels, under the names that this room has for them.
#pragma once

#include "protocol/features.h"

namespace klamm::broker {

using protocol::Feature;
using protocol::find_feature;
using protocol::kElrVersionFeature;
using protocol::kGroupVersionFeature;
using protocol::kKraftVersionFeature;
using protocol::kMetadataVersionFeature;
using protocol::kMetadataVersionLatest;
using protocol::kMetadataVersionMin;
using protocol::kMetadataVersionUnstable;
using protocol::kShareVersionFeature;
using protocol::kStreamsVersionFeature;
using protocol::kTransactionVersionFeature;
using protocol::metadata_versions;
using protocol::MetadataVersion;
using protocol::supported_features;

}  // namespace klamm::broker
