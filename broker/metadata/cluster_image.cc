#include "broker/metadata/cluster_image.h"

#include <type_traits>
#include <variant>

namespace klamm::broker {
namespace {

template <class Record, class... Records>
constexpr bool is_one_of = (std::is_same_v<Record, Records> || ...);

}  // namespace

Result<void, Failure> ClusterImage::apply(const protocol::MetadataRecord& record) {
  using namespace protocol;
  return std::visit(
      [this]<class Record>(const Record& known) -> Result<void, Failure> {
        if constexpr (std::is_same_v<Record, RemoveTopicRecord>) {
          const TopicImage* topic = topics_.find(known.topic_id);
          const std::string name = topic ? topic->name : std::string();
          auto removed = topics_.apply(known);
          if (removed) configs_.remove_topic(name);
          return removed;
        } else if constexpr (is_one_of<Record, TopicRecord, PartitionRecord, PartitionChangeRecord,
                                       ClearElrRecord>) {
          return topics_.apply(known);
        } else if constexpr (is_one_of<Record, RegisterBrokerRecord, UnregisterBrokerRecord,
                                       FenceBrokerRecord, UnfenceBrokerRecord, BrokerRegistrationChangeRecord,
                                       RegisterControllerRecord>) {
          return brokers_.apply(known);
        } else if constexpr (std::is_same_v<Record, ConfigRecord>) {
          return configs_.apply(known);
        } else if constexpr (std::is_same_v<Record, FeatureLevelRecord>) {
          return features_.apply(known);
        } else if constexpr (std::is_same_v<Record, ClientQuotaRecord>) {
          return client_quotas_.apply(known);
        } else if constexpr (std::is_same_v<Record, ProducerIdsRecord>) {
          next_producer_id_ = known.next_producer_id;
          return {};
        } else if constexpr (is_one_of<Record, AccessControlEntryRecord, RemoveAccessControlEntryRecord>) {
          return acls_.apply(known);
        } else if constexpr (is_one_of<Record, UserScramCredentialRecord, RemoveUserScramCredentialRecord>) {
          return scram_.apply(known);
        } else if constexpr (is_one_of<Record, DelegationTokenRecord, RemoveDelegationTokenRecord>) {
          return delegation_tokens_.apply(known);
        } else {
          static_assert(is_one_of<Record, NoOpRecord, ZkMigrationStateRecord, BeginTransactionRecord,
                                  EndTransactionRecord, AbortTransactionRecord>);
          return {};
        }
      },
      record);
}

ClusterImage::Leader ClusterImage::leader_of(const PartitionImage& partition,
                                             std::string_view listener) const {
  const EndpointImage* endpoint = brokers_.live_endpoint(partition.leader, listener);
  return {endpoint ? partition.leader : kNoNode, partition.leader_epoch, endpoint};
}

bool same_content(const ClusterImage& a, const ClusterImage& b) {
  return a.features_ == b.features_ && a.brokers_ == b.brokers_ && a.topics_ == b.topics_ &&
         a.configs_ == b.configs_ && a.client_quotas_ == b.client_quotas_ &&
         a.next_producer_id_ == b.next_producer_id_ && a.acls_ == b.acls_ && a.scram_ == b.scram_ &&
         a.delegation_tokens_ == b.delegation_tokens_;
}

}  // namespace klamm::broker
