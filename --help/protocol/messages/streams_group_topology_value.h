// Generated from protocol/schema/group_records.kmsg; not to be edited.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "protocol/wire.h"

namespace klamm::protocol {

struct StreamsGroupTopologyValue {
  static constexpr int16_t kKey = 23;
  static constexpr int16_t kVersionMin = 0, kVersionMax = 0;
  static constexpr int16_t kFlexibleFrom = 0;

  struct TopicConfig {
    std::string_view key{};
    std::string_view value{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicConfig&, const TopicConfig&) = default;
  };

  struct TopicInfo {
    std::string_view name{};
    int32_t partitions = 0;
    int16_t replication_factor = 0;
    std::vector<TopicConfig> topic_configs{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const TopicInfo&, const TopicInfo&) = default;
  };

  struct CopartitionGroup {
    std::vector<int16_t> source_topics{};
    std::vector<int16_t> source_topic_regex{};
    std::vector<int16_t> repartition_source_topics{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const CopartitionGroup&, const CopartitionGroup&) = default;
  };

  struct Subtopology {
    std::string_view subtopology_id{};
    std::vector<std::string_view> source_topics{};
    std::vector<std::string_view> source_topic_regex{};
    std::vector<TopicInfo> state_changelog_topics{};
    std::vector<std::string_view> repartition_sink_topics{};
    std::vector<TopicInfo> repartition_source_topics{};
    std::vector<CopartitionGroup> copartition_groups{};

    void read(Reader& reader, int16_t version);
    void write(Writer& writer, int16_t version) const;
    friend bool operator==(const Subtopology&, const Subtopology&) = default;
  };

  int32_t epoch = 0;
  std::vector<Subtopology> subtopologies{};

  void read(Reader& reader, int16_t version);
  void write(Writer& writer, int16_t version) const;
  friend bool operator==(const StreamsGroupTopologyValue&, const StreamsGroupTopologyValue&) = default;
};

}  // namespace klamm::protocol
