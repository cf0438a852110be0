// Handlers that answer from the cluster's metadata alone. Each takes one image and sees one state of the
// cluster; responses hold views into it and into the request.
#pragma once

#include <string_view>

#include "broker/api.h"
#include "broker/handlers/topics.h"
#include "broker/metadata/cluster_image.h"
#include "broker/state_machine.h"
#include "protocol/messages/api_versions_request.h"
#include "protocol/messages/api_versions_response.h"
#include "protocol/messages/describe_cluster_request.h"
#include "protocol/messages/describe_cluster_response.h"
#include "protocol/messages/describe_topic_partitions_request.h"
#include "protocol/messages/describe_topic_partitions_response.h"
#include "protocol/messages/find_coordinator_request.h"
#include "protocol/messages/find_coordinator_response.h"
#include "protocol/messages/metadata_request.h"
#include "protocol/messages/metadata_response.h"

namespace klamm::broker {

struct ClusterUses {
  const ClusterImage& image;
  std::string_view cluster_id;
  const ClientInfo& client;
  NodeId controller;  // to which clients may send controller requests: a broker is one
  const Access& access;
  int16_t kraft_version = 0;
};

// `version` of the request as it came; above the highest known the answer is the short one of version 0.
protocol::ApiVersionsResponse api_versions(const protocol::ApiVersionsRequest& request, int16_t version,
                                           const ClusterUses& uses);

// `auto_create`: this node creates topics for those who ask for them.
protocol::MetadataResponse metadata(const protocol::MetadataRequest& request, int16_t version,
                                    const ClusterUses& uses, bool auto_create);
// The topics that a Metadata request names and that are not there, but could be created, and may be by who
// asks: what the answer waits for where topics are created automatically. By name, each once.
std::vector<std::string_view> creatable_topics(const protocol::MetadataRequest& request, int16_t version,
                                               const ClusterImage& image, const Access& access);

// The response's views are into the image and `texts`.
protocol::DescribeClusterResponse describe_cluster(const protocol::DescribeClusterRequest& request,
                                                   int16_t version, const ClusterUses& uses, Texts& texts);

protocol::DescribeTopicPartitionsResponse describe_topic_partitions(
    const protocol::DescribeTopicPartitionsRequest& request, const ClusterUses& uses, int32_t partitions_max);

// `group_partitions`: of __consumer_offsets, that there are or would be.
protocol::FindCoordinatorResponse find_coordinator(const protocol::FindCoordinatorRequest& request,
                                                   int16_t version, const ClusterUses& uses,
                                                   int32_t group_partitions);
// Whether the answer waits for __consumer_offsets to be created: only for a group that the client may know.
bool needs_offsets_topic(const protocol::FindCoordinatorRequest& request, int16_t version,
                         const ClusterImage& image, const Access& access);

// The node that clients are told to send controller requests to: this one, or another that is live; kNoNode
// while there is none.
NodeId told_controller(const ClusterUses& uses);
// Where a partition's leader is for clients of a listener; nullptr while there is none or it has no such
// listener.
const EndpointImage* leader_endpoint(const ClusterUses& uses, const PartitionImage& partition);
// Replicas that a client of the listener cannot reach: fenced, not on it, or in a directory that has failed.
std::vector<int32_t> offline_replicas(const ClusterUses& uses, const PartitionImage& partition);

// What the client may do with the cluster, as bits: nothing where it may not even describe it.
int32_t told_cluster_operations(const Access& access);

}  // namespace klamm::broker
