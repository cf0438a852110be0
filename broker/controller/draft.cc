#include "broker/controller/draft.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "broker/config/text.h"
#include "broker/controller/placement.h"

namespace klamm::broker {
namespace {

std::string_view setting(const ClusterImage& image, const TopicImage& topic, std::string_view key) {
  const ConfigsImage& configs = image.configs();
  if (auto* value = configs.find(ConfigResourceType::kTopic, topic.name, key)) return *value;
  if (auto* value = configs.find(ConfigResourceType::kBroker, "", key)) return *value;
  return {};
}

size_t isr_min_of(const ClusterImage& image, const TopicImage& topic, size_t replicas) {
  std::string_view text = setting(image, topic, "min.insync.replicas");
  size_t value = 1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::min(value, replicas);
}

}  // namespace

void Draft::add(const protocol::MetadataRecord& record) {
  CHECK(image_.apply(record).ok());
  records_.add(record);
}

Decision Draft::take() {
  const auto version = image_.features().metadata_version();
  return {records_.take(), version && version->has_metadata_transactions()};
}

bool allows_unclean_election(const ControllerConfig& config, const ClusterImage& image,
                             const TopicImage& topic) {
  constexpr std::string_view kKey = "unclean.leader.election.enable";
  const ConfigsImage& configs = image.configs();
  const std::string node = std::to_string(config.node.value);
  const std::string* set = configs.find(ConfigResourceType::kTopic, topic.name, kKey);
  if (set == nullptr) set = configs.find(ConfigResourceType::kBroker, node, kKey);
  if (set == nullptr) set = configs.find(ConfigResourceType::kBroker, "", kKey);
  return set == nullptr ? config.unclean_election : lower_case(*set) == "true";
}

ElectionTerms terms_for(const ClusterImage& image, const TopicImage& topic, const PartitionImage& partition) {
  const MetadataVersion version = image.features().metadata_version().value_or(kMetadataVersionLatest);
  ElectionTerms terms;
  terms.acceptable = [&image, &partition](NodeId id) {
    return is_active(image, id) && image.brokers().find(id)->has_online_directory(partition.directory_of(id));
  };
  terms.elr = image.features().elr_enabled();
  terms.isr_min = isr_min_of(image, topic, partition.replicas.size());
  terms.says_directories = version.has_directory_assignment();
  terms.bumps_leader_epoch_on_isr_shrink = !version.skips_leader_epoch_bump_on_isr_shrink();
  return terms;
}

void elect_where(Draft& draft, const std::function<bool(const PartitionImage&)>& concerns,
                 const std::function<void(ElectionTerms&)>& adjust) {
  const TopicsImage before = draft.image().topics();  // the draft changes under the walk
  for (const auto& [id, topic] : before.by_id()) {
    for (const auto& [index, partition] : topic.partitions) {
      if (!concerns(partition)) continue;
      ElectionTerms terms = terms_for(draft.image(), topic, partition);
      terms.unclean = allows_unclean_election(draft.config(), draft.image(), topic);
      adjust(terms);
      if (auto change = elect(id, index, partition, terms)) draft.add(*change);
    }
  }
}

}  // namespace klamm::broker
