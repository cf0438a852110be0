#include "broker/coordinator/internal_topics.h"

#include <string>

namespace klamm::broker {

protocol::CreateTopicsRequest::CreatableTopic offsets_topic(const GroupCoordinatorConfig& config,
                                                            Texts& texts) {
  protocol::CreateTopicsRequest::CreatableTopic topic;
  topic.name = kOffsetsTopic;
  topic.num_partitions = config.topic_partitions;
  topic.replication_factor = config.topic_replication_factor;
  auto set = [&](std::string_view name, std::string_view value) {
    auto& setting = topic.configs.emplace_back();
    setting.name = name;
    setting.value = value;
  };
  set("cleanup.policy", "compact");
  set("compression.type", "producer");
  set("segment.bytes", texts.keep(std::to_string(config.topic_segment_size)));
  return topic;
}

}  // namespace klamm::broker
