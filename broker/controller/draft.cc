#include "broker/controller/draft.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <utility>

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

size_t isr_min_of(const ClusterImage& image, const TopicImage& topic) {
  std::string_view text = setting(image, topic, "min.insync.replicas");
  size_t value = 1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// What is the same for all partitions of a topic.
ElectionTerms common_terms(const ClusterImage& image, const TopicImage& topic) {
  const MetadataVersion version = image.features().metadata_version().value_or(kMetadataVersionLatest);
  ElectionTerms terms;
  terms.elr = image.features().elr_enabled();
  terms.isr_min = isr_min_of(image, topic);
  terms.says_directories = version.has_directory_assignment();
  terms.bumps_leader_epoch_on_isr_shrink = !version.skips_leader_epoch_bump_on_isr_shrink();
  return terms;
}

// For one of them.
ElectionTerms adapted(ElectionTerms terms, const ClusterImage& image, const PartitionImage& partition) {
  terms.acceptable = [&image, &partition](NodeId id) {
    return is_active(image, id) && image.brokers().find(id)->has_online_directory(partition.directory_of(id));
  };
  terms.isr_min = std::min(terms.isr_min, partition.replicas.size());
  return terms;
}

}  // namespace

void Draft::add(const protocol::MetadataRecord& record) {
  records_.add(record);
  // What this level of metadata.version cannot say is not in the log either.
  const auto read = protocol::read_metadata_record(records_.last());
  CHECK(read.has_value());
  CHECK(image_.apply(*read).ok());
}

Decision Draft::take() {
  const auto version = image_.features().metadata_version();
  Decision decision{records_.take(), version && version->has_metadata_transactions()};
  if (!decision.records.empty()) {
    decision.drafted = std::make_shared<const Drafted>(Drafted{before_, std::move(image_)});
  }
  return decision;
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
  return adapted(common_terms(image, topic), image, partition);
}

void elect_where(Draft& draft, const std::function<bool(const PartitionImage&)>& concerns,
                 const std::function<void(ElectionTerms&)>& adjust) {
  const TopicsImage before = draft.image().topics();  // the draft changes under the walk
  for (const auto& [id, topic] : before.by_id()) {
    std::optional<ElectionTerms> common;  // no election changes what it comes from
    for (const auto& [index, partition] : topic.partitions) {
      if (!concerns(partition)) continue;
      if (!common) {
        common = common_terms(draft.image(), topic);
        common->unclean = allows_unclean_election(draft.config(), draft.image(), topic);
      }
      ElectionTerms terms = adapted(*common, draft.image(), partition);
      adjust(terms);
      if (auto change = elect(id, index, partition, terms)) draft.add(*change);
    }
  }
}

}  // namespace klamm::broker
