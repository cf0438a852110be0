// ClusterImage: the state of the cluster as the metadata log says it, at one offset. A value that is cheap to
// copy (its parts are trees with shared nodes): the controller holds a pending and a committed one, every
// loop a published one, a snapshot is written from one, and none of them disturbs another.
//
// Records are applied in log order, to a copy that is then published. A record that contradicts the image (a
// change of a partition that does not exist) gives a Failure and changes nothing: the log and this node's
// reading of it have come apart, and the driver ends the process rather than go on with either (as Apache
// Kafka does). Whatever cannot be understood has failed before, when the record was decoded.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/types.h"
#include "broker/metadata/acls_image.h"
#include "broker/metadata/brokers_image.h"
#include "broker/metadata/client_quotas_image.h"
#include "broker/metadata/configs_image.h"
#include "broker/metadata/credentials_image.h"
#include "broker/metadata/features_image.h"
#include "broker/metadata/topics_image.h"
#include "protocol/metadata_record.h"

namespace klamm::broker {

// Where in the metadata log an image stands: the last record that is in it.
struct AppliedTo {
  Offset offset = kNoOffset;
  Epoch epoch = kNoEpoch;
  int64_t append_time_ms = -1;  // of the batch, by the leader's clock

  friend bool operator==(const AppliedTo&, const AppliedTo&) = default;
};

class ClusterImage {
 public:
  const FeaturesImage& features() const { return features_; }
  const BrokersImage& brokers() const { return brokers_; }
  const TopicsImage& topics() const { return topics_; }
  const ConfigsImage& configs() const { return configs_; }
  const ClientQuotasImage& client_quotas() const { return client_quotas_; }
  // The first producer id of the block that is allocated next; 0 before the first block.
  int64_t next_producer_id() const { return next_producer_id_ < 0 ? 0 : next_producer_id_; }
  bool has_allocated_producer_ids() const { return next_producer_id_ >= 0; }
  const AclsImage& acls() const { return acls_; }
  const ScramImage& scram() const { return scram_; }
  const DelegationTokensImage& delegation_tokens() const { return delegation_tokens_; }

  const AppliedTo& last_applied() const { return last_applied_; }
  void set_last_applied(AppliedTo applied) { last_applied_ = applied; }

  // Applies one record. Begin-, End- and AbortTransaction change nothing here: see ImageLoader.
  Result<void, Failure> apply(const protocol::MetadataRecord& record);

  // The leader of a partition as clients are told: none when it is fenced or has no endpoint on their
  // listener.
  struct Leader {
    NodeId id = kNoNode;
    Epoch epoch = kNoEpoch;
    const EndpointImage* endpoint = nullptr;
  };
  Leader leader_of(const PartitionImage& partition, std::string_view listener) const;

  // Equality of the content; where each stands in the log does not count.
  friend bool same_content(const ClusterImage& a, const ClusterImage& b);

 private:
  FeaturesImage features_;
  BrokersImage brokers_;
  TopicsImage topics_;
  ConfigsImage configs_;
  ClientQuotasImage client_quotas_;
  int64_t next_producer_id_ = -1;
  AclsImage acls_;
  ScramImage scram_;
  DelegationTokensImage delegation_tokens_;
  AppliedTo last_applied_;
};

bool same_content(const ClusterImage& a, const ClusterImage& b);

}  // namespace klamm::broker
